using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Enforcement;

/// <summary>Stopping to act, and acting again.</summary>
public sealed partial class FlowController
{
    // Written by the loop, or before it runs; status reads it from other threads.
    private volatile bool _isPaused;
    private int _resumptions;

    /// <summary>While true nothing is installed: verdicts are counted as paused, and flows end by their timeouts.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>True until a whole reading has shown which flows there are to take back.</summary>
    public bool IsClearing { get; private set; }

    /// <summary>Stops installing. To be called on the loop, or before it runs.</summary>
    /// <param name="clear">Takes every flow back too, also those that only the next reading of the switch will show.</param>
    public void Pause(bool clear)
    {
        _isPaused = true;
        if (!clear) return;
        IsClearing = true;
        ReadNow();
        Clear(isComplete: false);
    }

    /// <summary>Acts again; receiving threads forget the verdicts that came meanwhile. To be called on the loop.</summary>
    public void Resume()
    {
        if (!_isPaused) return;
        (_isPaused, IsClearing) = (false, false);
        _resumptions++;
    }

    // What is denied loses its way past the firewall all the same: taking back is no acting.
    private Outcome WhilePaused(in FlowRequest request)
    {
        if (request.Verdict.Flow.Action == FlowAction.Drop)
            _table.Retract(request.Verdict.Flow.Match, request.ReceivedAt);
        return Outcome.Paused;
    }

    private void Clear(bool isComplete)
    {
        foreach (var record in _table.Flows.ToList()) _table.Remove(record, Now);
        foreach (var entry in _table.Unidentified) _table.RemoveUnidentified(entry.Key);
        if (isComplete) IsClearing = false;
    }
}

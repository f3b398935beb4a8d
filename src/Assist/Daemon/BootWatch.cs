using Assist.Outputs.Eapi;

namespace Assist.Daemon;

/// <summary>Tells whether a switch has started anew between two answers.</summary>
internal sealed class BootWatch(TimeProvider time)
{
    // Two answers may take so much longer or shorter on their way.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1);

    private readonly long _since = time.GetTimestamp();
    private TimeSpan? _startedAt;
    private bool _isFirst = true;
    private bool _wasLost;

    /// <summary>It did not answer.</summary>
    public void Lost() => _wasLost = true;

    /// <summary>True where it has started since the last answer, or did not answer meanwhile. A switch that does not
    /// tell is trusted while it answers.</summary>
    public bool Answered(BootMark booted)
    {
        // The wall clock's time may be set while the switch runs, so the uptime comes first.
        var startedAt = booted.Uptime is { } uptime ? time.GetElapsedTime(_since) - uptime : booted.Since;
        var isAnew = !_isFirst && (_wasLost || startedAt - _startedAt > s_slack);
        (_startedAt, _isFirst, _wasLost) = (startedAt, false, false);
        return isAnew;
    }
}

namespace Assist.Flows;

/// <summary>Remembers which verdicts one receiving thread has handed over, so that a repeat ends on that thread. Two halves
/// of a bounded memory: what was handed over within the window is in one of them.</summary>
public sealed class DuplicateFilter(TimeSpan window)
{
    // Verdicts remembered in each half; beyond that the older half is forgotten early and repeats go to the table,
    // which knows them.
    private const int MaxRemembered = 65_536;

    private readonly uint _window = (uint)Math.Min(window.TotalMilliseconds, uint.MaxValue);
    private RecentFlows _young = new();
    private RecentFlows _old = new();
    private TimeSpan _youngSince;
    private int _generation;
    private uint? _generationSince;

    /// <param name="generation">The table's generation: what was handed over before it moved is no repeat, because flows have
    /// left the table since.</param>
    public bool IsRepeat(in FlowIdentity flow, TimeSpan now, int generation)
    {
        var time = Milliseconds(now);
        if (generation != _generation) (_generation, _generationSince) = (generation, time);
        if (now - _youngSince >= window) TurnOver(now);
        if (!_young.TryGet(flow, out var at) && !_old.TryGet(flow, out at)) return false;
        // Differences are right also where the milliseconds, after 49 days, begin anew.
        var age = time - at;
        return age < _window && (_generationSince is not { } since || age < time - since);
    }

    public void Remember(in FlowIdentity flow, TimeSpan now)
    {
        if (_young.Count >= MaxRemembered) TurnOver(now);
        _young.Note(flow, Milliseconds(now));
    }

    private static uint Milliseconds(TimeSpan time) => (uint)(time.Ticks / TimeSpan.TicksPerMillisecond);

    private void TurnOver(TimeSpan now)
    {
        (_old, _young) = (_young, _old);
        _young.Clear();
        _youngSince = now;
    }
}

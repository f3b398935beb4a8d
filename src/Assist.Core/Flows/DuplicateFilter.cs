namespace Assist.Flows;

/// <summary>Remembers which verdicts one receiving thread has handed over, so that a repeat ends on that thread. Two
/// generations of a bounded memory: what was handed over within the window is in one of them.</summary>
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

    /// <param name="generation">The table's generation: when it moves, flows have left it and nothing counts as a repeat.</param>
    public bool IsRepeat(in FlowIdentity flow, TimeSpan now, int generation)
    {
        if (generation != _generation) Clear(generation);
        if (now - _youngSince >= window) TurnOver(now);
        // First where more are: with many flows every look is an access to memory.
        var (likely, other) = _young.Count >= _old.Count ? (_young, _old) : (_old, _young);
        return IsRecent(likely, flow, now) || IsRecent(other, flow, now);
    }

    // The difference is right also where the milliseconds, after 49 days, begin anew.
    private bool IsRecent(RecentFlows flows, in FlowIdentity flow, TimeSpan now) =>
        flows.TryGet(flow, out var at) && Milliseconds(now) - at < _window;

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

    private void Clear(int generation)
    {
        _young.Clear();
        _old.Clear();
        _generation = generation;
    }
}

namespace Assist.Flows;

/// <summary>Remembers which verdicts one receiving thread has handed over, so that a repeat ends on that thread. Two
/// generations of a bounded map: what was handed over within the window is in one of them.</summary>
public sealed class DuplicateFilter(TimeSpan window)
{
    // Verdicts remembered in each half; beyond that the older half is forgotten early and repeats go to the table,
    // which knows them.
    private const int MaxRemembered = 65_536;

    private Dictionary<FlowIdentity, TimeSpan> _young = [];
    private Dictionary<FlowIdentity, TimeSpan> _old = [];
    private TimeSpan _youngSince;
    private int _generation;

    /// <param name="generation">The table's generation: when it moves, flows have left it and nothing counts as a repeat.</param>
    public bool IsRepeat(in FlowIdentity flow, TimeSpan now, int generation)
    {
        if (generation != _generation) Clear(generation);
        if (now - _youngSince >= window) TurnOver(now);
        return (_young.TryGetValue(flow, out var at) || _old.TryGetValue(flow, out at)) && now - at < window;
    }

    public void Remember(in FlowIdentity flow, TimeSpan now)
    {
        if (_young.Count >= MaxRemembered) TurnOver(now);
        _young[flow] = now;
    }

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

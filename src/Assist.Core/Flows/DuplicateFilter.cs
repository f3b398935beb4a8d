namespace Assist.Flows;

/// <summary>Remembers which verdicts one receiving thread has handed over, so that a repeat ends on that thread. Two
/// halves of a bounded map: what was handed over within the window is in one of them.</summary>
public sealed class DuplicateFilter(TimeSpan window)
{
    // Verdicts remembered in each half; beyond that the older half is forgotten early and repeats go to the table,
    // which knows them.
    private const int MaxRemembered = 65_536;

    private readonly record struct HandedOver(TimeSpan At, int Generation);

    private Dictionary<FlowIdentity, HandedOver> _young = [];
    private Dictionary<FlowIdentity, HandedOver> _old = [];
    private TimeSpan _youngSince;

    /// <param name="generation">The table's generation: what was handed over before it moved is no repeat, because flows have
    /// left the table since.</param>
    public bool IsRepeat(in FlowIdentity flow, TimeSpan now, int generation)
    {
        if (now - _youngSince >= window) TurnOver(now);
        return (_young.TryGetValue(flow, out var handed) || _old.TryGetValue(flow, out handed))
            && now - handed.At < window && handed.Generation == generation;
    }

    /// <param name="generation">As it was before the verdict was handed over.</param>
    public void Remember(in FlowIdentity flow, TimeSpan now, int generation)
    {
        if (_young.Count >= MaxRemembered) TurnOver(now);
        _young[flow] = new HandedOver(now, generation);
    }

    private void TurnOver(TimeSpan now)
    {
        (_old, _young) = (_young, _old);
        _young.Clear();
        _youngSince = now;
    }
}

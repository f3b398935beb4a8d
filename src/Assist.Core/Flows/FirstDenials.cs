namespace Assist.Flows;

/// <summary>While room for denials is short, remembers those that came once: only what repeats is worth an
/// entry.</summary>
internal sealed class FirstDenials(FlowBudget budget, TablePolicy policy)
{
    /// <summary>Matches remembered; beyond that the oldest are forgotten. At 64 bytes each some 256 KiB.</summary>
    public const int MaxMatches = 4096;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<FlowMatch, TimeSpan> _heard = [];
    private readonly Queue<(FlowMatch Match, TimeSpan At)> _order = new();
    private bool _hasNew;

    /// <summary>False for a denial that has not come before within a minute while room is short.</summary>
    public bool MayPass(in FlowMatch denial, TimeSpan now)
    {
        if (!IsShort) return true;
        if (_heard.TryGetValue(denial, out var at) && now - at <= s_window) return true;
        Remember(denial, now);
        return false;
    }

    /// <summary>True once after one was remembered: whoever keeps repeats from the table must let them come.</summary>
    public bool TakeNew()
    {
        var had = _hasNew;
        _hasNew = false;
        return had;
    }

    private bool IsShort =>
        policy.Options.Drops.AsksForRepeat && 2 * budget.Of(FlowClass.Denial) >= budget.DenialLimit;

    private void Remember(in FlowMatch denial, TimeSpan now)
    {
        // One that came again later stands in the queue twice.
        while (_order.Count >= MaxMatches)
            if (_order.Dequeue() is var oldest && _heard.GetValueOrDefault(oldest.Match) == oldest.At)
                _heard.Remove(oldest.Match);
        _heard[denial] = now;
        _order.Enqueue((denial, now));
        _hasNew = true;
    }
}

namespace Assist.Flows;

/// <summary>While room for denials is short, remembers those that came once: only what repeats is worth an
/// entry.</summary>
internal sealed class FirstDenials(FlowBudget budget, TablePolicy policy)
{
    /// <summary>Matches remembered; beyond that the oldest are forgotten. At 64 bytes each some 256 KiB.</summary>
    public const int MaxMatches = 4096;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly RecentMatches _heard = new(MaxMatches);
    private bool _hasNew;

    /// <summary>False for a denial that has not come before within a minute while room is short.</summary>
    public bool MayPass(in FlowMatch denial, TimeSpan now)
    {
        if (!IsShort) return true;
        if (_heard.Find(denial) is { } at && now - at <= s_window) return true;
        _heard.Note(denial, now);
        _hasNew = true;
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
}

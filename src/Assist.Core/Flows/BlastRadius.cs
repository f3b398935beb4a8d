using Assist.Addresses;

namespace Assist.Flows;

/// <summary>How much harm a bad rule, or a sender that lies, can do before somebody looks: how many drops begin within
/// a minute, by rule and by sender, and how many there are that match one address only. What is refused stays with the
/// firewall, which denies it anyway.</summary>
internal sealed class BlastRadius(FlowSet flows, TablePolicy policy)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> _byRule = new(StringComparer.Ordinal);
    private readonly Dictionary<IpAddr, int> _bySender = [];
    private TimeSpan _begun;
    private int _all;

    /// <summary>The limit that the drop would break; null where it keeps all of them.</summary>
    public FlowLimit? Refusal(in Verdict drop, TimeSpan now)
    {
        var limits = policy.Options.Drops;
        BeginMinute(now);
        if (IsOver(_all, limits.PerMinute)) return FlowLimit.PerMinute;
        if (IsOver(_byRule.GetValueOrDefault(drop.Rule), limits.PerRule)) return FlowLimit.PerRule;
        if (drop.Origin is { } origin && IsOver(_bySender.GetValueOrDefault(origin.Sender), limits.PerSender))
            return FlowLimit.PerSender;
        return HasOneAddress(drop.Flow) && limits.OneAddress > 0
            && IsOver(flows.All.Count(record => HasOneAddress(record.Identity)), limits.OneAddress)
            ? FlowLimit.OneAddress : null;
    }

    /// <summary>The drop begins.</summary>
    public void Count(in Verdict drop)
    {
        _all++;
        _byRule[drop.Rule] = _byRule.GetValueOrDefault(drop.Rule) + 1;
        if (drop.Origin is { } origin) _bySender[origin.Sender] = _bySender.GetValueOrDefault(origin.Sender) + 1;
    }

    private static bool IsOver(int count, int most) => most > 0 && count >= most;

    private static bool HasOneAddress(in FlowIdentity flow) =>
        flow.Action == FlowAction.Drop && flow.Match.Source.IsKnown != flow.Match.Destination.IsKnown;

    // Messages of several threads may come a moment out of order.
    private void BeginMinute(TimeSpan now)
    {
        if (now - _begun < s_minute) return;
        (_begun, _all) = (now, 0);
        _byRule.Clear();
        _bySender.Clear();
    }
}

using Assist.Addresses;

namespace Assist.Flows;

/// <summary>How much harm a bad rule, or a sender that lies, can do before somebody looks: how many drops begin within
/// a minute, by rule and by sender, and how many there are that match one address only. What is refused stays with the
/// firewall, which denies it anyway.</summary>
internal sealed class BlastRadius(FlowSet flows, TablePolicy policy)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    // Apart, so that a flood of denials leaves threats their own.
    private readonly Begun _denials = new();
    private readonly Begun _threats = new();
    private TimeSpan _minute;

    /// <summary>The limit that the drop would break; null where it keeps all of them.</summary>
    public FlowLimit? Refusal(in Verdict drop, TimeSpan now)
    {
        var limits = policy.Options.Drops;
        BeginMinute(now);
        var begun = Of(drop);
        if (IsOver(begun.All, limits.PerMinute)) return FlowLimit.PerMinute;
        if (IsOver(begun.ByRule.GetValueOrDefault(drop.Rule), limits.PerRule)) return FlowLimit.PerRule;
        if (drop.Origin is { } origin && IsOver(begun.BySender.GetValueOrDefault(origin.Sender), limits.PerSender))
            return FlowLimit.PerSender;
        return HasOneAddress(drop.Flow) && limits.OneAddress > 0
            && IsOver(flows.All.Count(record => HasOneAddress(record.Identity)), limits.OneAddress)
            ? FlowLimit.OneAddress : null;
    }

    /// <summary>The drop begins.</summary>
    public void Count(in Verdict drop)
    {
        var begun = Of(drop);
        begun.All++;
        begun.ByRule[drop.Rule] = begun.ByRule.GetValueOrDefault(drop.Rule) + 1;
        if (drop.Origin is { } origin)
            begun.BySender[origin.Sender] = begun.BySender.GetValueOrDefault(origin.Sender) + 1;
    }

    private Begun Of(in Verdict drop) => drop.Class == FlowClass.Threat ? _threats : _denials;

    private static bool IsOver(int count, int most) => most > 0 && count >= most;

    private static bool HasOneAddress(in FlowIdentity flow) =>
        flow.Action == FlowAction.Drop && flow.Match.Source.IsKnown != flow.Match.Destination.IsKnown;

    // Messages of several threads may come a moment out of order.
    private void BeginMinute(TimeSpan now)
    {
        if (now - _minute < s_minute) return;
        _minute = now;
        _denials.Clear();
        _threats.Clear();
    }

    private sealed class Begun
    {
        public int All { get; set; }

        public Dictionary<string, int> ByRule { get; } = new(StringComparer.Ordinal);

        public Dictionary<IpAddr, int> BySender { get; } = [];

        public void Clear()
        {
            All = 0;
            ByRule.Clear();
            BySender.Clear();
        }
    }
}

using Assist.Flows;

namespace Assist.Outputs.FlowSpec;

/// <summary>Turns a drop into the rule that is announced for it: one rule, with the two hosts, the protocol and the
/// ports of the drop. Pure.</summary>
public sealed class FlowSpecPlanner : IFlowPlanner
{
    public TargetCapabilities Capabilities { get; } = new()
    {
        Name = "BGP FlowSpec",
        Actions = [FlowAction.Drop],
        // BGP has no timers, and counts nothing for who announces.
        HardTimer = TimerOwner.Daemon,
        IdleTimer = TimerOwner.Nobody,
        Counters = FlowCounters.None,
        Atomicity = Atomicity.Entry,
        ChangesAtOnce = 1000,
    };

    public int CostOf(in FlowIdentity flow) => 1;

    public IReadOnlyList<TargetEntry> Plan(in Verdict verdict) =>
        [FlowSpecEntry.Of(verdict.Flow.Match) with { Timeouts = verdict.Timeouts }];

    public string NameOf(in FlowIdentity flow) => RuleText.OfEos(flow.Match);

    public string NameOf(IReadOnlyList<TargetEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return RuleText.OfEos(((FlowSpecEntry)entries[0]).Match);
    }

    public bool IsOurs(InstalledEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Entry is FlowSpecEntry { IsMarked: true };
    }

    public IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed)
    {
        foreach (var shown in installed)
        {
            if (shown.Entry is not FlowSpecEntry { IsMarked: true, Drops: true, Match.Destination.IsKnown: true } rule)
                continue;
            var flow = new FlowIdentity(FlowAction.Drop, rule.Match, Placement.Anywhere);
            yield return new RecognisedFlow(
                new Verdict(flow, default, default, Verdict.UnknownRule), [rule], [rule.Key]);
        }
    }

    public bool IsWhole(TargetEntry planned, InstalledEntry shown)
    {
        ArgumentNullException.ThrowIfNull(planned);
        ArgumentNullException.ThrowIfNull(shown);
        return shown.Entry is FlowSpecEntry { IsMarked: true, Drops: true } && shown.Key == planned.Key;
    }

    // Ours by its mark, and somebody has made it do something else.
    public bool IsFragment(TargetEntry planned, InstalledEntry shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return shown.Entry is FlowSpecEntry { IsMarked: true, Drops: false };
    }
}

using Assist.Flows;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Turns a verdict into a member or a rule of a traffic policy. Pure.</summary>
public sealed class PolicyPlanner(TrafficPolicyOptions options) : IFlowPlanner
{
    // Places that are safe to take as long as nobody has said how many a platform has.
    private const int Places = 512;

    public TargetCapabilities Capabilities { get; } = new()
    {
        Name = "a traffic policy",
        Actions = [FlowAction.Drop],
        // Rules would have to stand in the policy of somebody else.
        Shapes = options.Into is null ? [] : [MatchSet.SourceIp, MatchSet.DestinationIp],
        HardTimer = TimerOwner.Daemon,
        IdleTimer = TimerOwner.Nobody,
        KeepsEnds = true,
        Counters = FlowCounters.None,
        Atomicity = Atomicity.Set,
        Size = Places,
    };

    public int CostOf(in FlowIdentity flow) => FieldSet.Of(flow.Match) is null ? PolicyEntry.RuleCost : 1;

    public IReadOnlyList<TargetEntry> Plan(in Verdict verdict) =>
    [
        new PolicyEntry
        {
            Name = PolicyRule.KeyOf(verdict.Flow.Match),
            Match = verdict.Flow.Match,
            Timeouts = verdict.Timeouts,
        },
    ];

    public string NameOf(in FlowIdentity flow) => PolicyRule.KeyOf(flow.Match);

    public string NameOf(IReadOnlyList<TargetEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries[0].Key;
    }

    // What an operator puts into our sets by hand has no end.
    public bool IsOurs(InstalledEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Entry is PolicyEntry { EndsAt: not null };
    }

    public IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed)
    {
        ArgumentNullException.ThrowIfNull(installed);
        foreach (var shown in installed)
        {
            if (shown is not { IsComplete: true, Entry: PolicyEntry { EndsAt: not null } entry }) continue;
            var flow = new FlowIdentity(FlowAction.Drop, entry.Match, Placement.Anywhere);
            var verdict = new Verdict(flow, entry.Timeouts, default, Verdict.UnknownRule);
            var planned = Plan(verdict);
            if (planned[0].Key == entry.Key) yield return new RecognisedFlow(verdict, planned, [entry.Key]);
        }
    }

    public bool IsWhole(TargetEntry planned, InstalledEntry shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return shown is { IsComplete: true, Entry: PolicyEntry { EndsAt: not null } found }
            && planned is PolicyEntry wanted && wanted.Match == found.Match;
    }

    public bool IsFragment(TargetEntry planned, InstalledEntry shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return shown is { IsComplete: true, Entry: PolicyEntry found }
            && planned is PolicyEntry wanted && wanted.Match != found.Match;
    }
}

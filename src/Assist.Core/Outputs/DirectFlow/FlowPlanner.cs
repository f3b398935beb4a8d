using Assist.Flows;

namespace Assist.Outputs.DirectFlow;

/// <summary>Turns a verdict into the entries of one flow. Pure; strings are made here and not before.</summary>
public sealed class FlowPlanner(Topology topology) : IFlowPlanner
{
    public TargetCapabilities Capabilities { get; } = new()
    {
        Name = "DirectFlow",
        Actions = [FlowAction.Drop, FlowAction.Bypass, FlowAction.Redirect],
        HardTimer = TimerOwner.Device,
        IdleTimer = TimerOwner.Device,
        Counters = FlowCounters.Packets | FlowCounters.Bytes,
        Atomicity = Atomicity.Line,
    };

    public int CostOf(in FlowIdentity flow) => EntriesOf(flow);

    IReadOnlyList<TargetEntry> IFlowPlanner.Plan(in Verdict verdict) => Plan(verdict);

    public string NameOf(in FlowIdentity flow) => FlowName.Of(flow, flow.Placement);

    public string NameOf(IReadOnlyList<TargetEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return FlowName.OfPair(entries[0].Key);
    }

    // No dynamic flow is ever sent as persistent: one that is was made by somebody else, or made so to be kept. But EOS
    // begins every entry as persistent: one of ours that broke off behind its name has nothing in it.
    public bool IsOurs(InstalledEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return FlowName.IsDynamic(entry.Key)
            && (entry.Entry is not FlowEntry { Persistent: true } flow
                || (entry.IsComplete && flow.IsBlank && FlowName.HasAddress(entry.Key)));
    }

    public IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed) =>
        FlowAdoption.Identify(installed, this);

    public bool IsWhole(TargetEntry planned, InstalledEntry shown) => FlowAdoption.IsWhole(planned, shown);

    public bool IsFragment(TargetEntry planned, InstalledEntry shown) => FlowAdoption.IsFragment(planned, shown);

    /// <summary>How many entries <see cref="Plan"/> gives.</summary>
    public static int EntriesOf(in FlowIdentity flow) => flow.Action switch
    {
        FlowAction.Drop => 1,
        FlowAction.Bypass when flow.Placement != Placement.Either => 2,
        _ => 4,
    };

    /// <summary>One entry for a drop; a pair for a bypass, two pairs where the log names no interfaces; two pairs for a
    /// redirect.</summary>
    public IReadOnlyList<FlowEntry> Plan(in Verdict verdict) => verdict.Flow.Action switch
    {
        FlowAction.Drop => [Drop(verdict)],
        FlowAction.Bypass => [.. Ways(verdict.Flow.Placement, verdict, BypassPair)],
        _ => [.. Ways(Placement.Either, verdict, RedirectPair)],
    };

    private static FlowEntry Drop(in Verdict verdict) => new()
    {
        Name = FlowName.Of(verdict.Flow, Placement.Anywhere),
        Match = Towards(verdict.Flow.Match, []),
        Action = new EntryAction { Drop = true },
        Priority = FlowPriority.Drop,
        Timeouts = verdict.Timeouts,
    };

    private static List<FlowEntry> Ways(
        Placement placement, Verdict verdict, Func<Verdict, Placement, FlowEntry[]> pair) => placement switch
        {
            Placement.Either => [.. pair(verdict, Placement.AToB), .. pair(verdict, Placement.BToA)],
            _ => [.. pair(verdict, placement)],
        };

    private FlowEntry[] BypassPair(Verdict verdict, Placement way)
    {
        var (from, to) = Sides(way);
        return Pair(verdict, way, [from.Network], [to.Network], BypassAction(verdict, to), BypassAction(verdict, from));
    }

    private EntryAction BypassAction(in Verdict verdict, Zone egress) => new()
    {
        OutputInterfaces = [egress.Network],
        SetCos = verdict.Marking.Cos,
        SetTos = verdict.Marking.Tos,
        SetVlan = topology.RewriteVlan ? egress.Vlan : (ushort)0,
    };

    // The session goes to the firewall on the side it comes from. Both firewalls get it: the standby drops its copy,
    // and after a fail-over the session still has a way.
    private FlowEntry[] RedirectPair(Verdict verdict, Placement way)
    {
        var (from, to) = Sides(way);
        return Pair(verdict, way, [from.Network], [to.Network],
            new EntryAction { OutputInterfaces = from.FirewallPorts },
            new EntryAction { OutputInterfaces = to.FirewallPorts });
    }

    private (Zone From, Zone To) Sides(Placement way) =>
        way == Placement.AToB ? (topology.A, topology.B) : (topology.B, topology.A);

    private static FlowEntry[] Pair(
        in Verdict verdict, Placement way, string[] initiatorPorts, string[] responderPorts,
        EntryAction initiator, EntryAction responder)
    {
        var name = FlowName.Of(verdict.Flow, way);
        var entry = new FlowEntry
        {
            Name = name + FlowName.InitiatorSuffix,
            Match = Towards(verdict.Flow.Match, initiatorPorts),
            Action = initiator,
            Priority = FlowPriority.Of(verdict.Flow.Action),
            Timeouts = verdict.Timeouts,
        };
        return
        [
            entry,
            entry with
            {
                Name = name + FlowName.ResponderSuffix,
                Match = Back(verdict.Flow.Match, responderPorts),
                Action = responder,
            },
        ];
    }

    private static EntryMatch Towards(in FlowMatch match, IReadOnlyList<string> ports) => new()
    {
        InputInterfaces = ports,
        Vlan = match.InVlan,
        Source = match.Source,
        Destination = match.Destination,
        SourcePort = match.SourcePort,
        DestinationPort = match.DestinationPort,
        Protocol = match.Protocol,
    };

    private static EntryMatch Back(in FlowMatch match, IReadOnlyList<string> ports) => new()
    {
        InputInterfaces = ports,
        Vlan = match.OutVlan,
        Source = match.Destination,
        Destination = match.Source,
        SourcePort = match.DestinationPort,
        DestinationPort = match.SourcePort,
        Protocol = match.Protocol,
    };
}

namespace Assist.Flows;

/// <summary>What the flow table must know of a target: how it would hold a flow, and which flows are behind what it
/// holds. Pure, and the same verdict always gives the same keys, so that a repeat can never add an entry.</summary>
public interface IFlowPlanner
{
    TargetCapabilities Capabilities { get; }

    /// <summary>How many entries of the target's table <see cref="Plan"/> takes, without planning.</summary>
    int CostOf(in FlowIdentity flow);

    /// <summary>The entries of one flow, at least one, installed and removed together.</summary>
    IReadOnlyList<TargetEntry> Plan(in Verdict verdict);

    /// <summary>What an operator calls a flow that may not be planned yet.</summary>
    string NameOf(in FlowIdentity flow);

    /// <summary>What an operator calls the flow of these entries.</summary>
    string NameOf(IReadOnlyList<TargetEntry> entries);

    /// <summary>True for what a planned entry may look like: what is removed where nobody asks for it. False for what
    /// an operator or a setup made.</summary>
    bool IsOurs(InstalledEntry entry);

    /// <summary>The flows behind working entries that nobody asked for. A flow is recognised only where planning it
    /// anew gives the entries found, or those keys with what another configuration would have planned.</summary>
    IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed);

    /// <summary>True where the target shows the entry complete and as planned.</summary>
    bool IsWhole(TargetEntry planned, InstalledEntry shown);

    /// <summary>True where the target shows less than was sent, as a request leaves it that broke off half way; false
    /// where that cannot be told.</summary>
    bool IsFragment(TargetEntry planned, InstalledEntry shown);
}

/// <summary>A flow of an earlier run in what the target holds.</summary>
/// <param name="Planned">All entries that the flow should have.</param>
/// <param name="Present">Keys of those that the target holds.</param>
public sealed record RecognisedFlow(Verdict Verdict, IReadOnlyList<TargetEntry> Planned, IReadOnlyList<string> Present)
{
    /// <summary>The target holds the keys with other lines than the flow would get now, such as those of an old
    /// wiring.</summary>
    public bool IsStale { get; init; }

    public bool IsWhole => Present.Count == Planned.Count;
}

namespace Assist.Flows;

/// <summary>What the run before knew of a flow and the target does not say.</summary>
/// <param name="EndsAt">When its hard timeout ends it; monotonic, on the clock of this run.</param>
/// <param name="IsWanted">False where the configuration has no such rule any more.</param>
public sealed record RememberedFlow(Verdict Verdict, TimeSpan EndsAt, bool IsWanted)
{
    /// <summary>See <see cref="FlowRecord.BegunAt"/>.</summary>
    public TimeSpan? BegunAt { get; init; }
}

/// <summary>The flows of the run before.</summary>
public sealed class FlowMemory
{
    private readonly Dictionary<FlowIdentity, RememberedFlow> _flows = [];

    public FlowMemory(IEnumerable<RememberedFlow> flows)
    {
        ArgumentNullException.ThrowIfNull(flows);
        foreach (var flow in flows) _flows[flow.Verdict.Flow] = flow;
    }

    public RememberedFlow? Find(in FlowIdentity flow) => _flows.GetValueOrDefault(flow);
}

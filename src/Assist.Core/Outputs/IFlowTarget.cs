using Assist.Flows;

namespace Assist.Outputs;

/// <summary>Where flows are enforced, or only recorded: carries out what its <see cref="Planner"/> has planned, and
/// reads what is there.</summary>
public interface IFlowTarget
{
    /// <summary>The half that knows how the target holds a flow, for the flow table.</summary>
    IFlowPlanner Planner { get; }

    /// <summary>What the target holds now, ours and foreign. Throws <see cref="TargetException"/> when it cannot
    /// say.</summary>
    Task<InstalledFlows> ReadAsync(CancellationToken cancellation);

    /// <summary>Looks for entries at the least cost: what is found is there, what is not found may be there all the
    /// same. Throws as <see cref="ReadAsync"/> does.</summary>
    Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation);

    /// <summary>Carries out the changes in order and answers for each of them. Never throws for a refused change;
    /// throws <see cref="TargetException"/> when the outcome of all of them is unknown, and the caller reads before it
    /// acts.</summary>
    Task<IReadOnlyList<ChangeResult>> ApplyAsync(IReadOnlyList<FlowChange> changes, CancellationToken cancellation);
}

/// <summary>The target cannot be reached, refused a request as a whole, or answered what cannot be read.</summary>
public sealed class TargetException(string message, bool nothingApplied = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>True where nothing was carried out, so nothing can have changed; false where nobody knows.</summary>
    public bool NothingApplied { get; } = nothingApplied;
}

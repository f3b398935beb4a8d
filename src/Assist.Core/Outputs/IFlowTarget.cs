using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Rules;

namespace Assist.Outputs;

/// <summary>Where flows are enforced: DirectFlow over eAPI, or a dry run that only records.</summary>
public interface IFlowTarget
{
    TargetCapabilities Capabilities { get; }

    /// <summary>What the target holds now, ours and foreign. Throws <see cref="TargetException"/> when it cannot say.</summary>
    Task<InstalledFlows> ReadAsync(CancellationToken cancellation);

    /// <summary>Looks for entries at the least cost: what is found is there, what is not found may be there all the same.
    /// Throws as <see cref="ReadAsync"/> does.</summary>
    Task<InstalledFlows> GlanceAsync(IReadOnlySet<string> names, CancellationToken cancellation);

    /// <summary>Carries out the changes in order and answers for each of them. Never throws for a refused change; throws
    /// <see cref="TargetException"/> when the outcome of all of them is unknown, and the caller reads before it acts.</summary>
    Task<IReadOnlyList<ChangeResult>> ApplyAsync(IReadOnlyList<FlowChange> changes, CancellationToken cancellation);
}

/// <summary>What a target can do; a rule that needs more is a configuration error at start.</summary>
public sealed record TargetCapabilities
{
    public required string Name { get; init; }
    public IReadOnlyList<FlowAction> Actions { get; init; } = [];

    /// <summary>True where the device ends entries by itself; false where we must remove them.</summary>
    public bool ExpiresEntries { get; init; }
}

/// <summary>All entries of one flow to install together, or the names of entries to remove.</summary>
public sealed record FlowChange
{
    public IReadOnlyList<FlowEntry> Install { get; init; } = [];

    /// <summary>Removed before anything is installed; a name that does not exist is no fault.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];
}

public enum ChangeStatus
{
    /// <summary>The target took the change. Not yet "programmed": that only a read tells.</summary>
    Accepted,

    /// <summary>The target refused it; whatever part it took has been withdrawn.</summary>
    Rejected,

    /// <summary>No answer, or one that cannot be judged: read before doing anything else about it.</summary>
    Unknown,
}

public readonly record struct ChangeResult(ChangeStatus Status, string? Reason = null);

public enum EntryStatus { Programmed, NotProgrammed, Rejected, Unknown }

/// <summary>One entry as the target shows it.</summary>
public sealed record InstalledEntry
{
    public required FlowEntry Entry { get; init; }
    public required EntryStatus Status { get; init; }

    /// <summary>The target's own words for the status.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>True where the target says that it has no room for the entry.</summary>
    public bool LacksRoom { get; init; }
    public long MatchPackets { get; init; }

    /// <summary>True where the entry was read in full; false where only its name is known, so that nothing may be
    /// concluded from its match or action.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>The target's flow table as read at one moment.</summary>
public sealed record InstalledFlows
{
    public required IReadOnlyList<InstalledEntry> Entries { get; init; }

    /// <summary>False where the target's summary counts more entries than it listed: then an absent entry may exist.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>The target cannot be reached, refused a request as a whole, or answered what cannot be read.</summary>
public sealed class TargetException(string message, bool isUnreachable = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>True where nothing was sent, so nothing can have changed.</summary>
    public bool IsUnreachable { get; } = isUnreachable;
}

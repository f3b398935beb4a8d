namespace Assist.Flows;

/// <summary>What the table wants the target to do next: one set is in flight at a time.</summary>
public sealed record ChangeSet(IReadOnlyList<PlannedChange> Changes);

/// <summary>One change and the flow it is for; without a flow it only removes.</summary>
public sealed record PlannedChange(FlowChange Change, FlowRecord? Record);

/// <summary>All entries of one flow to install together, or the keys of entries to remove.</summary>
public sealed record FlowChange
{
    public IReadOnlyList<TargetEntry> Install { get; init; } = [];

    /// <summary>Removed before anything is installed; a key that does not exist is no fault.</summary>
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

public readonly record struct ChangeResult(ChangeStatus Status, string? Reason = null)
{
    /// <summary>True where it was refused because the target has no room for it.</summary>
    public bool LacksRoom { get; init; }
}

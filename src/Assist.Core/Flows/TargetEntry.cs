namespace Assist.Flows;

/// <summary>One entry of a target's table, as it is planned or as it is read: opaque but for its key, its cost and
/// its timers.</summary>
public abstract record TargetEntry
{
    /// <summary>Tells the entry from all others of the target.</summary>
    public abstract string Key { get; }

    /// <summary>How many entries of the target's table it takes.</summary>
    public virtual int Cost => 1;

    /// <summary>The packets that it takes, for operators; null where they are not known.</summary>
    public virtual FlowMatch? Packets => null;

    /// <summary>Of two entries for a packet the larger wins; 0 where the target has no such thing.</summary>
    public virtual int Precedence => 0;

    /// <summary>After which the target ends it, as far as it has timers.</summary>
    public FlowTimeouts Timeouts { get; init; }
}

/// <summary>What a target says of an entry that it lists. Only a target that can tell says more than
/// <see cref="Unknown"/>.</summary>
public enum EntryStatus
{
    /// <summary>It acts.</summary>
    Programmed,

    /// <summary>It is there and does not act.</summary>
    NotProgrammed,

    /// <summary>The target refuses it.</summary>
    Rejected,

    /// <summary>The target says that it has not come to it yet.</summary>
    Pending,

    /// <summary>The target's words are not understood: the entry may act, or be on its way yet.</summary>
    Unknown,

    /// <summary>It was told to others, who do not say whether they act by it.</summary>
    Advertised,

    /// <summary>It is there as planned, and nothing will ever say whether it acts.</summary>
    Present,
}

/// <summary>What a status means for the table.</summary>
internal static class EntryStatuses
{
    /// <summary>True where the target holds the entry and there is nothing more to wait for.</summary>
    public static bool IsHeld(this EntryStatus status) =>
        status is EntryStatus.Programmed or EntryStatus.Advertised or EntryStatus.Present;

    /// <summary>True where the entry is listed and certainly does not act.</summary>
    public static bool IsIdle(this EntryStatus status) => status is EntryStatus.NotProgrammed or EntryStatus.Rejected;
}

/// <summary>One entry as the target shows it.</summary>
public sealed record InstalledEntry
{
    public required TargetEntry Entry { get; init; }
    public required EntryStatus Status { get; init; }

    /// <summary>The target's own words for the status.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>True where the target says that it has no room for the entry.</summary>
    public bool LacksRoom { get; init; }
    public FlowTraffic Traffic { get; init; }

    /// <summary>False where only the key is listed: nothing is known of the entry's lines, nor whose it is.</summary>
    public bool HasLines { get; init; } = true;

    /// <summary>True where the lines were read in full; else nothing may be concluded from match or action.</summary>
    public bool IsComplete { get; init; } = true;

    public string Key => Entry.Key;
}

/// <summary>The target's table as read at one moment.</summary>
public sealed record InstalledFlows
{
    public required IReadOnlyList<InstalledEntry> Entries { get; init; }

    /// <summary>False where the reading may lack an entry: then an absent entry may exist.</summary>
    public bool IsComplete { get; init; } = true;
}

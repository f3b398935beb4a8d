namespace Assist.Flows;

/// <summary>What a target can do; a rule that needs more is a configuration error at start.</summary>
public sealed record TargetCapabilities
{
    public required string Name { get; init; }
    public IReadOnlyList<FlowAction> Actions { get; init; } = [];

    /// <summary>The combinations of parts that one entry can match; empty where every combination can be.</summary>
    public IReadOnlyList<MatchSet> Shapes { get; init; } = [];
    public AddressFamilies Families { get; init; } = AddressFamilies.IPv4 | AddressFamilies.IPv6;

    /// <summary>What ends an entry after its hard timeout.</summary>
    public TimerOwner HardTimer { get; init; }

    /// <summary>What ends an entry for which no packet came.</summary>
    public TimerOwner IdleTimer { get; init; }

    /// <summary>True where an entry that we must end is written with its end, for a daemon that comes after
    /// us.</summary>
    public bool KeepsEnds { get; init; }
    public FlowCounters Counters { get; init; }

    /// <summary>Entries that the target's table has where it is known from the start; null where it is asked, or not
    /// known.</summary>
    public int? Size { get; init; }
    public Atomicity Atomicity { get; init; }

    /// <summary>True where a change that was accepted is carried out, and nobody else can undo it: then nothing has to
    /// be read back.</summary>
    public bool IsDoneWhenAccepted { get; init; }

    /// <summary>Flows in one call at the most: more than the target takes quickly only makes one answer late for
    /// all.</summary>
    public int ChangesAtOnce { get; init; } = 64;

    /// <summary>True where the device ends entries by itself; false where we must remove them.</summary>
    public bool ExpiresEntries => HardTimer == TimerOwner.Device;
}

[Flags]
public enum AddressFamilies { None = 0, IPv4 = 1, IPv6 = 2 }

public enum TimerOwner
{
    /// <summary>We remove the entry. Nobody ends the entries of a daemon that is dead.</summary>
    Daemon,

    /// <summary>The device ends it by itself.</summary>
    Device,

    /// <summary>There is no such timer, because what it would run on is not counted.</summary>
    Nobody,
}

/// <summary>What a target counts for each entry.</summary>
[Flags]
public enum FlowCounters { None = 0, Packets = 1, Bytes = 2 }

/// <summary>What a target changes as a whole or not at all.</summary>
public enum Atomicity
{
    /// <summary>Single lines: an entry may be left half.</summary>
    Line,

    /// <summary>Single entries.</summary>
    Entry,

    /// <summary>A whole set of changes.</summary>
    Set,
}

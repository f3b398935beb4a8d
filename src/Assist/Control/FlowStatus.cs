using Assist.Flows;

namespace Assist.Control;

/// <summary>One flow as `monitor` shows it.</summary>
internal sealed record FlowStatus : FlowTimes
{
    public required string Name { get; init; }
    public required string Action { get; init; }
    public required string State { get; init; }

    /// <summary>Null for a static flow.</summary>
    public MatchStatus? Match { get; init; }
    public string? Rule { get; init; }

    /// <summary>Null for a flow of an earlier run, and for a static one.</summary>
    public FlowOrigin? Origin { get; init; }

    /// <summary>Of a drop: denial or threat.</summary>
    public string? Class { get; init; }

    /// <summary>True for a drop of two addresses that the denials of single ports have become.</summary>
    public bool? Merged { get; init; }
    public int Entries { get; init; }
    public int Priority { get; init; }

    /// <summary>Null where the target does not count them.</summary>
    public long? Packets { get; init; } = 0;

    /// <summary>Null where the target does not count them.</summary>
    public long? Bytes { get; init; }

    /// <summary>Over the last measured interval of at least 20 s; null until there was one.</summary>
    public double? PacketsPerMinute { get; init; }

    /// <summary>How often a drop had come back after it ended; null for the first time.</summary>
    public int? Escalation { get; init; }
    public string? Rejection { get; init; }
}

/// <summary>Whose message asked for a flow last, and what it said. Rule and application are text of a log.</summary>
internal sealed record FlowOrigin(string? Sender, string? Transport, string? FirewallRule, string? Application)
{
    public static FlowOrigin? Of(Origin? origin)
    {
        if (origin is null) return null;
        var message = MessageOrigin.Of(origin);
        return new FlowOrigin(message.Sender, message.Transport, message.FirewallRule, message.Application);
    }
}

/// <summary>How long a flow may live, and for how long it has been over.</summary>
internal abstract record FlowTimes
{
    public int HardTimeoutS { get; init; }
    public int IdleTimeoutS { get; init; }
    public long? ExpiresInS { get; init; }

    /// <summary>Since the first verdict asked for it; null where nobody knows.</summary>
    public long? BegunAgoS { get; init; }

    /// <summary>For a flow that has left the table; its state then tells why.</summary>
    public long? EndedAgoS { get; init; }
}

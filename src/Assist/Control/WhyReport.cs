using Assist.State;

namespace Assist.Control;

/// <summary>What `assist why` prints: what is done to an address now and was of late, by what cause, and the way
/// out.</summary>
internal sealed record WhyReport
{
    public required string Address { get; init; }

    /// <summary>Null while the daemon acts.</summary>
    public Pause? Paused { get; init; }

    /// <summary>True where nothing of it is written to the switch.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Why the switch may hold something else.</summary>
    public string? Problem { get; init; }

    /// <summary>What forbids drops of it.</summary>
    public required IReadOnlyList<ProtectedStatus> Protected { get; init; }
    public required IReadOnlyList<FlowCause> Flows { get; init; }

    /// <summary>The latest first.</summary>
    public required IReadOnlyList<FlowCause> Ended { get; init; }

    /// <summary>What an operator may type to lift it.</summary>
    public required IReadOnlyList<string> Commands { get; init; }
}

/// <summary>A flow, and the message behind it.</summary>
internal sealed record FlowCause(FlowStatus Flow)
{
    /// <summary>When the first verdict asked for it; null where nobody knows.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ends unless its verdict repeats; null where it has no hard timeout.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The last that was no duplicate; null where nobody knows.</summary>
    public MessageOrigin? Message { get; init; }
}

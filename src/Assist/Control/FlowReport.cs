namespace Assist.Control;

/// <summary>Some of the flows, by what was asked for.</summary>
/// <param name="Total">All that were meant, of which <paramref name="Flows"/> are a part.</param>
internal sealed record FlowPage(int Total, int Offset, IReadOnlyList<FlowStatus> Flows)
{
    /// <summary>Why the switch may hold something else.</summary>
    public string? Problem { get; init; }
}

/// <summary>One flow, why it is there, and what has become of it since it was first asked for.</summary>
internal sealed record FlowReport
{
    /// <summary>Null for one that ended too long ago.</summary>
    public FlowCause? Cause { get; init; }

    /// <summary>What the switch is told to hold it; empty where it has ended.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<EventStatus> History { get; init; }

    /// <summary>Where it comes from: <c>audit</c>, <c>memory</c> with the last facts only, or <c>switch</c>,
    /// which has none.</summary>
    public required string Source { get; init; }
}

using Assist.Flows;
using Assist.Trials;

namespace Assist.Replay;

/// <summary>What a log would have become.</summary>
public sealed record ReplayResult
{
    /// <summary>Messages: lines that are not empty.</summary>
    public required long Messages { get; init; }

    /// <summary>Sessions whose log has no time of its own, and counts as of the time of the one before.</summary>
    public required long WithoutTime { get; init; }

    /// <summary>UTC, by the logs' own times.</summary>
    public required DateTime Start { get; init; }
    public required DateTime End { get; init; }

    public required Func<Outcome, long> Outcomes { get; init; }

    /// <summary>How often each limit of the table has refused a flow.</summary>
    public required Func<FlowLimit, long> Limits { get; init; }
    public required IReadOnlyList<TrialResult> Rules { get; init; }
    public required EntrySeries Entries { get; init; }

    /// <summary>Entries that flows may take.</summary>
    public required int TableLimit { get; init; }

    /// <summary>Bytes of sessions whose end was logged, and of those that had a bypass when they ended.</summary>
    public required long SessionBytes { get; init; }
    public required long BypassedBytes { get; init; }
}

using System.Text.Json.Serialization;
using Assist.Control;
using Assist.Flows;
using Assist.Replay;

namespace Assist.Commands;

/// <summary>What `assist replay --json` prints.</summary>
internal sealed record ReplayReport
{
    public required long Messages { get; init; }

    /// <summary>Sessions whose log has no readable time.</summary>
    public required long WithoutTime { get; init; }

    /// <summary>UTC, by the logs.</summary>
    public required DateTime Start { get; init; }
    public required DateTime End { get; init; }
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    /// <summary>Messages with outcome over_limit, by the limit that refused them.</summary>
    public required IReadOnlyDictionary<string, long> OverLimit { get; init; }
    public required ReplayedTable Table { get; init; }

    /// <summary>Of sessions whose end was logged, and of those of them that had a bypass then.</summary>
    public required long SessionBytes { get; init; }
    public required long BypassedBytes { get; init; }
    public required IReadOnlyList<TrialReport> Rules { get; init; }

    public static ReplayReport Of(ReplayResult result) => new()
    {
        Messages = result.Messages,
        WithoutTime = result.WithoutTime,
        Start = result.Start,
        End = result.End,
        Outcomes = StatusView.Outcomes(result.Outcomes),
        OverLimit = Enum.GetValues<FlowLimit>()
            .ToDictionary(limit => StatusView.Word(limit), result.Limits, StringComparer.Ordinal),
        Table = new ReplayedTable
        {
            Limit = result.TableLimit,
            Peak = result.Entries.Peak.Total,
            PeakAt = result.Start + result.Entries.PeakAt,
            AtPeak = ReplayedEntries.Of(result.Entries.Peak),
            PartS = (long)result.Entries.Width.TotalSeconds,
            Parts = [.. Enumerable.Range(0, result.Entries.Count)
                .Select(part => ReplayedEntries.Of(result.Entries[part]))],
        },
        SessionBytes = result.SessionBytes,
        BypassedBytes = result.BypassedBytes,
        Rules = TrialsView.Of(result.Rules, []),
    };
}

/// <summary>The flow table over time.</summary>
internal sealed record ReplayedTable
{
    /// <summary>Entries that flows may take: the capacity without static flows.</summary>
    public required int Limit { get; init; }
    public required int Peak { get; init; }
    public required DateTime PeakAt { get; init; }
    public required ReplayedEntries AtPeak { get; init; }

    /// <summary>How long a part is.</summary>
    public required long PartS { get; init; }

    /// <summary>The fullest moment of each part.</summary>
    public required IReadOnlyList<ReplayedEntries> Parts { get; init; }
}

/// <summary>Entries by class of flow.</summary>
internal sealed record ReplayedEntries(int Denials, int Threats, int Bypasses, int Redirects)
{
    public static ReplayedEntries Of(EntrySample sample) =>
        new(sample.Denials, sample.Threats, sample.Bypasses, sample.Redirects);
}

/// <summary>What `assist replay --compare --json` prints.</summary>
/// <param name="Changes">Messages of which rules and guards make something else, the most frequent first.</param>
internal sealed record ReplayComparison(
    ReplayReport Before, ReplayReport After, IReadOnlyList<ReplayChange> Changes);

/// <summary>Messages of which the other configuration makes something else.</summary>
/// <param name="FromRule">Null where no rule fired.</param>
/// <param name="Line">Of the first such message, counted over all files.</param>
/// <param name="Example">The beginning of that message; what is invisible in it is escaped.</param>
internal sealed record ReplayChange(
    string From, string? FromRule, string To, string? ToRule, long Messages, long Line, string Example);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(ReplayComparison))]
internal sealed partial class ReplayJson : JsonSerializerContext;

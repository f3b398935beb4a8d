namespace Assist.Control;

/// <summary>What has passed the daemon of late, second by second.</summary>
/// <param name="IntervalS">Between two samples.</param>
/// <param name="Samples">The oldest first.</param>
internal sealed record TrendReport(int IntervalS, IReadOnlyList<TrendSample> Samples);

/// <summary>One interval. Rates are a second; entries are those at its end.</summary>
internal sealed record TrendSample
{
    /// <summary>From 1, since the start of the daemon.</summary>
    public required long Number { get; init; }

    /// <summary>Its end, UTC.</summary>
    public required DateTime Time { get; init; }
    public required double Messages { get; init; }
    public required double Drops { get; init; }
    public required double Bypasses { get; init; }

    /// <summary>Messages of which <c>assist refused</c> would tell, and those that were shed.</summary>
    public required double Refused { get; init; }
    public required int Entries { get; init; }
    public required int OtherEntries { get; init; }
    public required int Limit { get; init; }

    /// <summary>Of flows that were read back in it, mean and 99th percentile; null where there was none. The latter is
    /// the upper bound of a class of <c>assist_reaction_seconds</c>.</summary>
    public double? ReactionMs { get; init; }
    public double? ReactionP99Ms { get; init; }
}

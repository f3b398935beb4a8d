using Assist.Flows;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Trials;

namespace Assist.Control;

/// <summary>What `assist report` prints: what rules on trial would have done.</summary>
/// <param name="Since">UTC; from the whole hour in which the asked time lies, or from the start.</param>
/// <param name="DryRun">True where every rule is on trial.</param>
/// <param name="TableLimit">Entries of the switch that may be in use.</param>
/// <param name="Idle">Rules on trial for which there was no message.</param>
internal sealed record TrialsReport(
    DateTimeOffset Since, DateTimeOffset Until, bool DryRun, int TableLimit, IReadOnlyList<TrialReport> Rules,
    IReadOnlyList<string> Idle);

/// <summary>A rule on trial.</summary>
/// <param name="Outcomes">Messages since the start, by what rule and guards would have made of them.</param>
internal sealed record TrialStatus(string Rule, string Action, IReadOnlyDictionary<string, long> Outcomes);

/// <summary>What one rule would have done.</summary>
internal sealed record TrialReport
{
    public required string Rule { get; init; }

    /// <summary>False for one that acts now, or is gone: it was on trial at the time.</summary>
    public required bool Shadow { get; init; }

    /// <summary>Messages by what rule and guards would have made of them; the flow table was not asked.</summary>
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    /// <summary>Messages that the guards would have refused, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>Flows that it would have asked for, without repeats.</summary>
    public required long Flows { get; init; }

    /// <summary>The most that it would cost now, and would have cost: no entry ends for being idle.</summary>
    public required int EntriesNow { get; init; }
    public required int EntriesPeak { get; init; }

    /// <summary>True where there were more than could be counted.</summary>
    public bool? More { get; init; }

    /// <summary>Of what would have become flows, the most frequent first.</summary>
    public required IReadOnlyList<TrialAddress> Sources { get; init; }
    public required IReadOnlyList<TrialAddress> Destinations { get; init; }

    /// <summary>Sources of what the guards would have refused.</summary>
    public required IReadOnlyList<TrialAddress> Refused { get; init; }
}

/// <summary>An address and the messages that named it, at most.</summary>
internal sealed record TrialAddress(string Address, long Messages);

/// <summary>Puts trials into the words of `report` and `status`.</summary>
internal static class TrialsView
{
    public static IReadOnlyList<TrialReport> Of(
        IEnumerable<TrialResult> results, IReadOnlyList<RuleOptions> rules) =>
        [.. results.Select(result => Of(result, rules.Any(rule => rule.Name == result.Rule && rule.Shadow)))];

    /// <summary>Null where no rule is on trial.</summary>
    public static IReadOnlyList<TrialStatus>? Status(IReadOnlyList<RuleOptions> rules, TrialLedger ledger)
    {
        var shadows = rules.Where(rule => rule.Shadow).ToList();
        return shadows.Count == 0 ? null : [.. shadows.Select(rule => new TrialStatus(
            rule.Name, rule.Action.ToString().ToLowerInvariant(), Named(ledger.Totals(rule.Name))))];
    }

    private static TrialReport Of(TrialResult result, bool isShadow) => new()
    {
        Rule = result.Rule,
        Shadow = isShadow,
        Outcomes = Named(result.Outcomes),
        Refusals = result.Refusals.ToDictionary(
            count => StatusView.Word(count.Key), count => count.Value, StringComparer.Ordinal),
        Flows = result.Flows,
        EntriesNow = result.EntriesNow,
        EntriesPeak = result.EntriesPeak,
        More = result.IsCut ? true : null,
        Sources = Named(result.Sources),
        Destinations = Named(result.Destinations),
        Refused = Named(result.Refused),
    };

    private static Dictionary<string, long> Named(IReadOnlyDictionary<Outcome, long> counts) => counts
        .OrderBy(count => count.Key)
        .ToDictionary(count => Counters.Name(count.Key), count => count.Value, StringComparer.Ordinal);

    private static IReadOnlyList<TrialAddress> Named(IEnumerable<AddressCount> counts) =>
        [.. counts.Select(count => new TrialAddress($"{count.Address}", count.Messages))];
}

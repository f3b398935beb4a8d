using Assist.Flows;

namespace Assist.Trials;

/// <summary>What rules on trial would have done, for 48 hours: in a dry run all of them are. At most 8192 flows and 48
/// hours of 192 addresses are kept for each rule. Written by the receiving threads, read by any thread.</summary>
/// <param name="planner">Says how many entries a flow takes.</param>
/// <param name="hour">How long an hour is; null is 60 minutes. What is counted is told by whole hours.</param>
public sealed class TrialLedger(IFlowPlanner planner, TimeSpan? hour = null)
{
    /// <summary>That are remembered, the current one included.</summary>
    public const int Hours = 48;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RuleTrial> _rules = new(StringComparer.Ordinal);

    internal void Note(in TrialNote note, TimeSpan now)
    {
        lock (_gate)
        {
            if (!_rules.TryGetValue(note.Rule, out var trial))
                _rules.Add(note.Rule, trial = new RuleTrial(note.Rule, planner));
            trial.Note(note, HourOf(now), now);
        }
    }

    /// <summary>Messages of a rule since the start, by what it would have made of them.</summary>
    public IReadOnlyDictionary<Outcome, long> Totals(string rule)
    {
        lock (_gate)
            return _rules.TryGetValue(rule, out var trial) ? trial.Totals : new Dictionary<Outcome, long>();
    }

    /// <summary>The rules that would have done something, in the order of their first message.</summary>
    /// <param name="since">How far back; whole hours are counted.</param>
    /// <param name="now">Monotonic, on the clock of the receivers.</param>
    public IReadOnlyList<TrialResult> Results(TimeSpan since, TimeSpan now)
    {
        var first = HourOf(now - since);
        lock (_gate)
            return [.. _rules.Values.Select(trial => trial.Result(first, now))
                .Where(found => found.Outcomes.Count > 0)];
    }

    private long HourOf(TimeSpan time) => time.Ticks / (hour ?? TimeSpan.FromHours(1)).Ticks;
}

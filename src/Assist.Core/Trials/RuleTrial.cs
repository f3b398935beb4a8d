using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Trials;

/// <summary>The memory of one rule on trial: the last 48 hours, hour by hour.</summary>
internal sealed class RuleTrial(string rule, IFlowPlanner planner)
{
    private const int Top = 10;

    private readonly TrialFlows _flows = new(planner);
    private readonly Queue<TrialHour> _hours = new();
    private readonly long[] _totals = new long[Enum.GetValues<Outcome>().Length];
    private TrialHour? _last;

    /// <summary>Since the start.</summary>
    public IReadOnlyDictionary<Outcome, long> Totals => Enum.GetValues<Outcome>()
        .Where(outcome => _totals[(int)outcome] > 0).ToDictionary(outcome => outcome, outcome => _totals[(int)outcome]);

    public void Note(in TrialNote note, long number, TimeSpan now)
    {
        var hour = HourOf(number, now);
        _totals[(int)note.Outcome]++;
        hour.Count(note);
        if (!note.AsksForFlow) return;
        if (_flows.Add(note.Flow, note.Lifetime, now)) hour.NewFlows++;
        hour.PeakEntries = Math.Max(hour.PeakEntries, _flows.Entries);
    }

    /// <param name="first">Number of the first hour that counts.</param>
    public TrialResult Result(long first, TimeSpan now)
    {
        _flows.Expire(now);
        var hours = _hours.Where(hour => hour.Number >= first).ToList();
        return new TrialResult(rule)
        {
            Outcomes = Sum(hours, hour => hour.Outcomes),
            Refusals = Sum(hours, hour => hour.Refusals),
            Flows = hours.Sum(hour => hour.NewFlows),
            EntriesNow = _flows.Entries,
            EntriesPeak = hours.Select(hour => hour.PeakEntries).DefaultIfEmpty().Max(),
            IsCut = _flows.IsCut,
            Sources = TopOf(hours, hour => hour.Sources),
            Destinations = TopOf(hours, hour => hour.Destinations),
            Refused = TopOf(hours, hour => hour.Refused),
        };
    }

    private TrialHour HourOf(long number, TimeSpan now)
    {
        // A thread may be a moment behind another.
        if (_last is { } last && last.Number >= number) return last;
        // What lives on from the hour before.
        _flows.Expire(now);
        _hours.Enqueue(_last = new TrialHour(number) { PeakEntries = _flows.Entries });
        while (_hours.Peek().Number <= number - TrialLedger.Hours) _hours.Dequeue();
        return _last;
    }

    private static Dictionary<T, long> Sum<T>(List<TrialHour> hours, Func<TrialHour, Dictionary<T, long>> part)
        where T : notnull =>
        hours.SelectMany(part).GroupBy(count => count.Key, count => count.Value)
            .ToDictionary(counts => counts.Key, counts => counts.Sum());

    private static IReadOnlyList<AddressCount> TopOf(List<TrialHour> hours, Func<TrialHour, TopKeys<IpAddr>> part)
    {
        var sums = new Dictionary<IpAddr, long>();
        foreach (var (address, count) in hours.SelectMany(hour => part(hour).Sums()))
            sums[address] = sums.GetValueOrDefault(address) + count;
        return [.. sums.OrderByDescending(sum => sum.Value).Take(Top)
            .Select(sum => new AddressCount(sum.Key, sum.Value))];
    }
}

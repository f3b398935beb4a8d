using Assist.Flows;
using Assist.Outputs;
using Assist.Telemetry;

namespace Assist.Enforcement;

/// <summary>Flows that the switch lists with all their lines and describes in words that nobody
/// understands.</summary>
/// <param name="Words">The switch's, for one of them.</param>
public sealed record UnknownState(int Flows, string Words);

/// <summary>Tells what the loop does to the table and finds on the switch, as events. Touched only by the
/// loop.</summary>
internal sealed class TableReports(FlowEvents events, IFlowPlanner planner)
{
    // Of flows of one kind in one reading, so many get an event of their own.
    private const int Named = 3;
    private const int LongestWords = 100;

    private static readonly FlowEnd[] s_ends = Enum.GetValues<FlowEnd>();
    private static readonly FlowAction[] s_actions = Enum.GetValues<FlowAction>();

    private bool _wasShort;

    // By reason.
    private readonly long[] _endsTold = new long[s_ends.Length];
    private long _allEndsTold;

    /// <summary>What the last whole reading said of the static flows. Read by any thread.</summary>
    public StaticFaults Statics { get; private set; } = StaticFaults.None;

    /// <summary>Flows that the last whole reading described in words that nobody understands. Read by any
    /// thread.</summary>
    public UnknownState? StateUnknown { get; private set; }

    /// <summary>From a message to its flow being read back as programmed.</summary>
    public Histogram Reaction { get; } = new();

    public void Requested(in Verdict verdict, TimeSpan now) => events.Publish(
        new FlowEvent(FlowEventKind.Requested, now)
        {
            Flow = planner.NameOf(verdict.Flow),
            Rule = verdict.Rule,
            Origin = verdict.Origin,
            Identity = verdict.Flow,
        });

    public void TargetLost(string reason, TimeSpan now) =>
        events.Publish(new FlowEvent(FlowEventKind.TargetLost, now) { Reason = reason });

    public void TargetBack(int entries, int adopted, TimeSpan now) =>
        events.Publish(new FlowEvent(FlowEventKind.TargetBack, now) { Count = adopted, Limit = entries });

    public void ChangesTaken(TimeSpan now) => events.Publish(new FlowEvent(FlowEventKind.ChangesTaken, now));

    public void Room(FlowBudget budget, TimeSpan now)
    {
        var isShort = budget.IsShort || budget.Free == 0;
        if (isShort && !_wasShort)
            events.Publish(new FlowEvent(FlowEventKind.TableShort, now)
            {
                Count = budget.Used + budget.Others,
                Limit = budget.Limit,
            });
        if (!isShort && _wasShort)
            events.Publish(new FlowEvent(FlowEventKind.TableHasRoom, now) { Count = budget.Free });
        _wasShort = isShort;
    }

    /// <summary>For any thread.</summary>
    public void Ordered(OperatorOrder order, string? fault, TimeSpan now) => events.Publish(
        new FlowEvent(fault is null ? FlowEventKind.Ordered : FlowEventKind.OrderFailed, now)
        {
            Order = order,
            Reason = fault ?? "",
        });

    /// <summary>What has left the table since the last call.</summary>
    public void Ended(FlowEnds ends, TimeSpan now)
    {
        if (ends.Total == _allEndsTold) return;
        _allEndsTold = ends.Total;
        var ended = ends.TakeNew();
        // A clearing concerns thousands; of these the last are told one by one, and of the others how many for each
        // reason.
        var unnamed = Math.Max(0, ended.Count - FlowEnds.Remembered);
        foreach (var end in s_ends) EndedUnnamed(end, ends, ended.Skip(unnamed), now);
        for (var i = 0; i < ended.Count; i++) events.Publish(Of(ended[i], isDetail: i < unnamed));
    }

    private void EndedUnnamed(FlowEnd end, FlowEnds ends, IEnumerable<EndedFlow> named, TimeSpan now)
    {
        var total = s_actions.Sum(action => ends.Count(action, end));
        var unnamed = (int)(total - _endsTold[(int)end]) - named.Count(flow => flow.End == end);
        _endsTold[(int)end] = total;
        if (unnamed > 0)
            events.Publish(new FlowEvent(FlowEventKind.Ended, now) { Count = unnamed, Reason = Words(end) });
    }

    // A full table or a reload concerns thousands of flows in one reading.
    public void Found(Reconciliation result, TimeSpan now)
    {
        foreach (var reaction in result.Reactions) Reaction.Observe(reaction);
        foreach (var record in result.Adopted)
            events.Publish(Of(FlowEventKind.Adopted, record, now) with { IsDetail = true });
        foreach (var record in result.Confirmed) events.Publish(Of(FlowEventKind.Programmed, record, now));
        Several(FlowEventKind.Rejected, result.Rejected, now);
        Several(FlowEventKind.Repaired, result.Repaired, now);
        foreach (var alike in result.Purged.GroupBy(entry => entry.Cause)) Purged(Words(alike.Key), [.. alike], now);
    }

    private void Purged(string why, List<PurgedEntry> entries, TimeSpan now)
    {
        events.Publish(new FlowEvent(FlowEventKind.Purged, now)
        {
            Count = entries.Count,
            Flow = Names(entries.Select(entry => entry.Key)),
            Reason = why,
        });
        foreach (var entry in entries)
            events.Publish(new FlowEvent(FlowEventKind.Purged, now)
            {
                Flow = entry.Key,
                Rule = entry.Rule,
                Reason = why,
                IsDetail = true,
            });
    }

    /// <summary>What of a whole reading nobody understands.</summary>
    public void States(Reconciliation result, TimeSpan now)
    {
        var unknown = result.StateUnknown is [var words, ..]
            ? new UnknownState(result.StateUnknown.Count, words.Length > LongestWords ? words[..LongestWords] : words)
            : null;
        if (unknown is not null && StateUnknown is null)
            events.Publish(new FlowEvent(FlowEventKind.StateUnknown, now)
            {
                Count = unknown.Flows,
                Reason = unknown.Words,
            });
        if (unknown is null && StateUnknown is not null)
            events.Publish(new FlowEvent(FlowEventKind.StateKnown, now));
        StateUnknown = unknown;
    }

    /// <param name="isComplete">False where what was not read may be there all the same.</param>
    public void StaticsRead(StaticFaults found, bool isComplete, TimeSpan now)
    {
        var missing = isComplete ? found.Missing : Statics.Missing;
        if (!missing.SequenceEqual(Statics.Missing))
            events.Publish(missing.Count == 0 ? new FlowEvent(FlowEventKind.StaticsBack, now)
                : new FlowEvent(FlowEventKind.StaticsMissing, now) { Flow = string.Join(", ", missing) });
        Statics = found with { Missing = missing };
    }

    private FlowEvent Of(FlowEventKind kind, FlowRecord record, TimeSpan now) => new(kind, now)
    {
        Flow = planner.NameOf(record.Entries),
        Rule = record.Verdict.Rule,
        Reason = record.Rejection ?? "",
        Origin = record.Origin,
        Identity = record.Identity,
    };

    private static FlowEvent Of(in EndedFlow ended, bool isDetail) => new(FlowEventKind.Ended, ended.At)
    {
        Flow = ended.Name,
        Rule = ended.Rule,
        Reason = Words(ended.End),
        Origin = ended.Origin,
        Identity = ended.Flow,
        IsDetail = isDetail,
        Traffic = ended.Traffic,
        Lasted = ended.At - ended.BegunAt,
    };

    private void Several(FlowEventKind kind, IList<FlowRecord> records, TimeSpan now)
    {
        for (var i = 0; i < records.Count; i++)
            events.Publish(Of(kind, records[i], now) with { IsDetail = i >= Named });
        if (records.Count > Named) events.Publish(new FlowEvent(kind, now) { Count = records.Count - Named });
    }

    private static string Names(IEnumerable<string> names)
    {
        var few = names.Take(Named + 1).ToList();
        return few.Count > Named ? string.Join(", ", few.Take(Named)) + ", ..." : string.Join(", ", few);
    }

    private static string Words(FlowEnd end) => end switch
    {
        FlowEnd.Expired => "expired",
        FlowEnd.Removed => "removed by an operator",
        FlowEnd.Retracted => "its session has ended or is denied now",
        FlowEnd.Displaced => "it made room for another",
        FlowEnd.NoRoom => "the flow table has no room for it",
        FlowEnd.OneWay => "only one direction had packets",
        FlowEnd.Merged => "it became part of an entry for both addresses",
        FlowEnd.Forgotten => "the switch refused it and its verdict did not repeat",
        _ => "the configuration does not allow it any more",
    };

    // Of several.
    private static string Words(PurgeCause cause) => cause switch
    {
        PurgeCause.Incomplete => "entries whose flow is not complete",
        PurgeCause.OldWiring => "entries of an old wiring",
        PurgeCause.RuleGone => "entries whose rule is gone",
        PurgeCause.Protected => "drops of addresses that are protected now",
        PurgeCause.NotOfMode => "entries that the mode does not make",
        PurgeCause.SessionOver => "bypasses of sessions that may have ended or are denied now",
        _ => "entries that no flow owns any more",
    };
}

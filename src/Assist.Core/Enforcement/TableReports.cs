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

    private bool _wasShort;
    private long _endsTold;

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
        var ended = ends.TakeNew();
        // A clearing concerns thousands; of these the last are told one by one.
        var unnamed = Math.Max(0, ended.Count - FlowEnds.Remembered);
        var total = (int)(ends.Total - _endsTold);
        _endsTold = ends.Total;
        var sum = total - (ended.Count - unnamed);
        if (sum > 0) events.Publish(new FlowEvent(FlowEventKind.Ended, now) { Count = sum });
        for (var i = 0; i < ended.Count; i++) events.Publish(Of(ended[i], isDetail: i < unnamed));
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
        if (result.Purged.Count == 0) return;
        events.Publish(new FlowEvent(FlowEventKind.Purged, now)
        {
            Count = result.Purged.Count,
            Flow = Names(result.Purged),
        });
        foreach (var name in result.Purged)
            events.Publish(new FlowEvent(FlowEventKind.Purged, now) { Flow = name, IsDetail = true });
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
}

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

    /// <summary>Static flows that the last complete reading did not show. Read by any thread.</summary>
    public IReadOnlyList<string> MissingStatics { get; private set; } = [];

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

    /// <summary>What has left the table since the last call.</summary>
    public void Ended(FlowEnds ends, TimeSpan now)
    {
        var fresh = (int)Math.Min(ends.Total - _endsTold, ends.Last.Count);
        var untold = ends.Total - _endsTold - fresh;
        _endsTold = ends.Total;
        if (untold > 0) events.Publish(new FlowEvent(FlowEventKind.Ended, now) { Count = (int)untold });
        foreach (var ended in ends.Last.TakeLast(fresh))
            events.Publish(new FlowEvent(FlowEventKind.Ended, ended.At)
            {
                Flow = ended.Name,
                Rule = ended.Rule,
                Reason = Words(ended.End),
                Origin = ended.Origin,
            });
    }

    // A full table or a reload concerns thousands of flows in one reading.
    public void Found(Reconciliation result, TimeSpan now)
    {
        foreach (var reaction in result.Reactions) Reaction.Observe(reaction);
        foreach (var record in result.Confirmed) events.Publish(Of(FlowEventKind.Programmed, record, now));
        foreach (var record in result.Rejected.Take(Named)) events.Publish(Of(FlowEventKind.Rejected, record, now));
        More(FlowEventKind.Rejected, result.Rejected.Count, now);
        foreach (var record in result.Repaired.Take(Named)) events.Publish(Of(FlowEventKind.Repaired, record, now));
        More(FlowEventKind.Repaired, result.Repaired.Count, now);
        if (result.Purged.Count > 0)
            events.Publish(new FlowEvent(FlowEventKind.Purged, now)
            {
                Count = result.Purged.Count,
                Flow = Names(result.Purged),
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

    public void Statics(InstalledFlows installed, IReadOnlyList<string> expected, TimeSpan now)
    {
        if (!installed.IsComplete) return;
        var present = installed.Entries
            .Where(entry => !entry.Status.IsIdle())
            .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var missing = expected.Where(name => !present.Contains(name)).ToList();
        if (!missing.SequenceEqual(MissingStatics))
            events.Publish(missing.Count == 0 ? new FlowEvent(FlowEventKind.StaticsBack, now)
                : new FlowEvent(FlowEventKind.StaticsMissing, now) { Flow = string.Join(", ", missing) });
        MissingStatics = missing;
    }

    private FlowEvent Of(FlowEventKind kind, FlowRecord record, TimeSpan now) => new(kind, now)
    {
        Flow = planner.NameOf(record.Entries),
        Rule = record.Verdict.Rule,
        Reason = record.Rejection ?? "",
        Origin = record.Origin,
    };

    private void More(FlowEventKind kind, int count, TimeSpan now)
    {
        if (count > Named) events.Publish(new FlowEvent(kind, now) { Count = count - Named });
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

using Microsoft.Extensions.Logging;

namespace Assist.Telemetry;

/// <summary>Writes the facts about the flow table into the log, on a task of its own: a log that is slow or stuck holds
/// nobody up but itself.</summary>
/// <param name="orders">For the orders of operators, which are to be written at every level; null where
/// <paramref name="log"/> takes them too.</param>
public sealed partial class FlowEventLog(FlowEvents events, ILogger<FlowEventLog> log, ILogger? orders = null)
{
    private const int Batch = 256;

    private readonly ILogger _orders = orders ?? log;
    private long _cursor = events.Next;

    /// <summary>Runs until it is cancelled, and then writes what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await events.ArrivedAsync(_cursor, cancellation);
                Write();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            WriteRest();
        }
    }

    /// <summary>Writes what has not been written yet. Not beside <see cref="RunAsync"/>.</summary>
    public void WriteRest()
    {
        while (Write() > 0)
        {
        }
    }

    private int Write()
    {
        var facts = events.Read(ref _cursor, Batch, out var lost);
        if (lost > 0) Lost(log, lost);
        foreach (var fact in facts.Where(fact => !fact.IsDetail)) Write(fact);
        return facts.Count;
    }

    private void Write(FlowEvent fact)
    {
        // Of the others no line says who has asked for them.
        var who = fact.Kind is FlowEventKind.Requested or FlowEventKind.Ended
            ? OriginWords.Addresses(fact.Identity) + OriginWords.Of(fact.Origin)
            : "";
        switch (fact.Kind)
        {
            case FlowEventKind.Requested: Requested(log, fact.Rule, fact.Flow, who); break;
            // What becomes of most requests: the log tells of the others.
            case FlowEventKind.Programmed: break;
            // Whoever finds a problem writes its line.
            case FlowEventKind.ProblemBegan or FlowEventKind.ProblemOver: break;
            case FlowEventKind.Rejected when fact.Count > 0: MoreRejected(log, fact.Count); break;
            case FlowEventKind.Rejected: Rejected(log, fact.Flow, fact.Rule, fact.Reason); break;
            case FlowEventKind.Repaired when fact.Count > 0: MoreRepaired(log, fact.Count); break;
            case FlowEventKind.Repaired: Repaired(log, fact.Flow); break;
            case FlowEventKind.Ended when fact.Count > 0: MoreEnded(log, fact.Count, fact.Reason); break;
            case FlowEventKind.Ended: Ended(log, fact.Flow, fact.Rule, fact.Reason, who); break;
            case FlowEventKind.Purged: Purged(log, fact.Reason, fact.Count, fact.Flow); break;
            case FlowEventKind.TableShort: TableShort(log, fact.Count, fact.Limit); break;
            case FlowEventKind.TableHasRoom: TableHasRoom(log, fact.Count); break;
            case FlowEventKind.TargetLost: TargetLost(log, fact.Reason); break;
            case FlowEventKind.TargetBack: TargetBack(log, fact.Limit, fact.Count); break;
            case FlowEventKind.ChangesTaken: ChangesTaken(log); break;
            case FlowEventKind.StaticsMissing: StaticsMissing(log, fact.Flow); break;
            case FlowEventKind.StateUnknown: StateUnknown(log, fact.Count, fact.Reason); break;
            case FlowEventKind.StateKnown: StateKnown(log); break;
            case FlowEventKind.Ordered: Ordered(_orders, fact.Order!); break;
            case FlowEventKind.OrderFailed: OrderFailed(_orders, fact.Order!, fact.Reason); break;
            default: StaticsBack(log); break;
        }
    }

    [LoggerMessage(EventId = 251, Level = LogLevel.Information, Message = "rule {Rule} asks for {Flow}{Who}")]
    private static partial void Requested(ILogger log, string rule, string flow, string who);

    [LoggerMessage(EventId = 252, Level = LogLevel.Warning,
        Message = "the switch did not program {Flow} of rule {Rule}: {Reason}; withdrawn")]
    private static partial void Rejected(ILogger log, string flow, string rule, string reason);

    [LoggerMessage(EventId = 253, Level = LogLevel.Warning,
        Message = "{Flow} was missing on the switch before its time and waits to be installed again")]
    private static partial void Repaired(ILogger log, string flow);

    [LoggerMessage(EventId = 254, Level = LogLevel.Warning,
        Message = "the switch did not program {Count} more flows; withdrawn")]
    private static partial void MoreRejected(ILogger log, int count);

    [LoggerMessage(EventId = 255, Level = LogLevel.Warning,
        Message = "{Count} more flows were missing on the switch before their time and wait to be installed again")]
    private static partial void MoreRepaired(ILogger log, int count);

    [LoggerMessage(EventId = 256, Level = LogLevel.Information, Message = "{Flow} of rule {Rule} ended: {Why}{Who}")]
    private static partial void Ended(ILogger log, string flow, string rule, string why, string who);

    [LoggerMessage(EventId = 257, Level = LogLevel.Information, Message = "{Count} more flows ended: {Why}")]
    private static partial void MoreEnded(ILogger log, int count, string why);

    [LoggerMessage(EventId = 258, Level = LogLevel.Information,
        Message = "removing {What}, {Count} in all: {Names}")]
    private static partial void Purged(ILogger log, string what, int count, string names);

    [LoggerMessage(EventId = 259, Level = LogLevel.Warning,
        Message = "the flow table is short of room, {Used} of {Limit} entries: "
            + "what does not fit stays on the firewall")]
    private static partial void TableShort(ILogger log, int used, int limit);

    [LoggerMessage(EventId = 260, Level = LogLevel.Information,
        Message = "the flow table has room again for {Free} entries")]
    private static partial void TableHasRoom(ILogger log, int free);

    [LoggerMessage(EventId = 261, Level = LogLevel.Warning,
        Message = "the switch is not available: {Reason}; retrying, verdicts are queued")]
    private static partial void TargetLost(ILogger log, string reason);

    [LoggerMessage(EventId = 262, Level = LogLevel.Information,
        Message = "the switch answers: {Entries} entries, {Adopted} flows adopted")]
    private static partial void TargetBack(ILogger log, int entries, int adopted);

    [LoggerMessage(EventId = 263, Level = LogLevel.Information, Message = "the switch takes changes again")]
    private static partial void ChangesTaken(ILogger log);

    [LoggerMessage(EventId = 264, Level = LogLevel.Error,
        Message = "static flows are missing on the switch: {Names}; run `assist setup`")]
    private static partial void StaticsMissing(ILogger log, string names);

    [LoggerMessage(EventId = 265, Level = LogLevel.Information, Message = "all static flows are present")]
    private static partial void StaticsBack(ILogger log);

    [LoggerMessage(EventId = 266, Level = LogLevel.Warning,
        Message = "{Count} facts about flows were left out of the log, which was too slow for them")]
    private static partial void Lost(ILogger log, long count);

    [LoggerMessage(EventId = 267, Level = LogLevel.Warning,
        Message = "the switch describes {Count} flows in unknown words, such as '{Words}': they count as present")]
    private static partial void StateUnknown(ILogger log, int count, string words);

    [LoggerMessage(EventId = 268, Level = LogLevel.Information,
        Message = "the switch describes every flow in known words again")]
    private static partial void StateKnown(ILogger log);

    [LoggerMessage(EventId = 269, Level = LogLevel.Information, Message = "{Order}")]
    private static partial void Ordered(ILogger log, OperatorOrder order);

    [LoggerMessage(EventId = 270, Level = LogLevel.Warning, Message = "{Order} failed: {Reason}")]
    private static partial void OrderFailed(ILogger log, OperatorOrder order, string reason);
}

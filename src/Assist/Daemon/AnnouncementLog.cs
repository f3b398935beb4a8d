using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Writes into the log what becomes of announced drops, on a task of its own.</summary>
internal sealed partial class AnnouncementLog(FlowEvents events, ILogger<AnnouncementLog> log)
{
    private const int Batch = 256;

    private long _cursor = events.Next;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await events.ArrivedAsync(_cursor, stopping);
            Write();
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
        switch (fact.Kind)
        {
            case FlowEventKind.Requested: Announcing(log, fact.Flow, fact.Rule); break;
            case FlowEventKind.Rejected when fact.Count == 0: Rejected(log, fact.Flow, fact.Rule, fact.Reason); break;
            case FlowEventKind.Repaired when fact.Count == 0: Repaired(log, fact.Flow); break;
            case FlowEventKind.Ended when fact.Count > 0: MoreEnded(log, fact.Count, fact.Reason); break;
            case FlowEventKind.Ended: Ended(log, fact.Flow, fact.Rule, fact.Reason); break;
            case FlowEventKind.Purged: Purged(log, fact.Count, fact.Reason); break;
            case FlowEventKind.TableShort: Full(log, fact.Limit); break;
            case FlowEventKind.TargetLost: EngineLost(log, fact.Reason); break;
            case FlowEventKind.TargetBack: EngineBack(log, fact.Limit, fact.Count); break;
            default: break;
        }
    }

    [LoggerMessage(EventId = 760, Level = LogLevel.Information, Message = "rule {Rule} announces {Flow}")]
    private static partial void Announcing(ILogger log, string flow, string rule);

    [LoggerMessage(EventId = 761, Level = LogLevel.Warning,
        Message = "{Flow} of rule {Rule} is not announced: {Reason}")]
    private static partial void Rejected(ILogger log, string flow, string rule, string reason);

    [LoggerMessage(EventId = 762, Level = LogLevel.Warning,
        Message = "{Flow} was missing in the engine before its time and waits to be announced again")]
    private static partial void Repaired(ILogger log, string flow);

    [LoggerMessage(EventId = 763, Level = LogLevel.Information, Message = "{Flow} of rule {Rule} is withdrawn: {Why}")]
    private static partial void Ended(ILogger log, string flow, string rule, string why);

    [LoggerMessage(EventId = 764, Level = LogLevel.Information, Message = "{Count} more rules are withdrawn: {Why}")]
    private static partial void MoreEnded(ILogger log, int count, string why);

    [LoggerMessage(EventId = 765, Level = LogLevel.Information, Message = "withdrawing {Count} rules: {Why}")]
    private static partial void Purged(ILogger log, int count, string why);

    [LoggerMessage(EventId = 766, Level = LogLevel.Warning,
        Message = "{Most} rules are announced, which is flow_spec.max_rules: further drops are not announced")]
    private static partial void Full(ILogger log, int most);

    [LoggerMessage(EventId = 767, Level = LogLevel.Warning,
        Message = "nothing can be announced: {Reason}; retrying, drops wait")]
    private static partial void EngineLost(ILogger log, string reason);

    [LoggerMessage(EventId = 768, Level = LogLevel.Information,
        Message = "the engine answers: it has {Rules} rules of its own, {Adopted} of them ours")]
    private static partial void EngineBack(ILogger log, int rules, int adopted);

    [LoggerMessage(EventId = 769, Level = LogLevel.Warning,
        Message = "{Count} facts about announcements were left out of the log, which was too slow for them")]
    private static partial void Lost(ILogger log, long count);
}

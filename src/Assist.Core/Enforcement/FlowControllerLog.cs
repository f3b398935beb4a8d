using Microsoft.Extensions.Logging;

namespace Assist.Enforcement;

/// <summary>What the controller tells the operator.</summary>
public sealed partial class FlowController
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "rule {Rule} asks for {Flow}")]
    private static partial void Requested(ILogger log, string rule, string flow);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "the switch did not program {Flow} of rule {Rule}: {Reason}; withdrawn")]
    private static partial void Rejected(ILogger log, string flow, string rule, string reason);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "{Flow} was missing on the switch before its time, installing it again")]
    private static partial void Repaired(ILogger log, string flow);

    [LoggerMessage(EventId = 209, Level = LogLevel.Warning, Message = "the switch did not program {Count} more flows; withdrawn")]
    private static partial void MoreRejected(ILogger log, int count);

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "{Count} more flows were missing on the switch before their time, installing them again")]
    private static partial void MoreRepaired(ILogger log, int count);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning, Message = "the flow table is short of room, {Used} of {Limit} entries: what does not fit stays on the firewall")]
    private static partial void TableShort(ILogger log, int used, int limit);

    [LoggerMessage(EventId = 212, Level = LogLevel.Information, Message = "the flow table has room again for {Free} entries")]
    private static partial void TableHasRoom(ILogger log, int free);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, Message = "removing {Count} entries of ours that no longer act")]
    private static partial void Purged(ILogger log, int count);

    [LoggerMessage(EventId = 205, Level = LogLevel.Warning, Message = "cannot work with the switch: {Reason}; verdicts wait, trying again")]
    private static partial void TargetLost(ILogger log, string reason);

    [LoggerMessage(EventId = 206, Level = LogLevel.Information, Message = "the switch answers: {Entries} entries, {Adopted} flows adopted")]
    private static partial void TargetBack(ILogger log, int entries, int adopted);

    [LoggerMessage(EventId = 213, Level = LogLevel.Information, Message = "the switch takes changes again")]
    private static partial void ChangesTaken(ILogger log);

    [LoggerMessage(EventId = 207, Level = LogLevel.Error, Message = "static flows are missing on the switch: {Names}; run `assist setup`")]
    private static partial void StaticsMissing(ILogger log, string names);

    [LoggerMessage(EventId = 208, Level = LogLevel.Information, Message = "all static flows are present")]
    private static partial void StaticsBack(ILogger log);
}

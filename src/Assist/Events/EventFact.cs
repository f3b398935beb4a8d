using System.Globalization;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Events;

/// <summary>RFC 5424 6.2.1.</summary>
internal enum EventSeverity
{
    Error = 3,
    Warning = 4,
    Notice = 5,
    Informational = 6,
}

/// <summary>One fact as other systems are told it. Made once, for all receivers.</summary>
/// <param name="Text">One sentence for people; what is invisible in it is escaped.</param>
internal sealed record EventFact(EventTopic Topic, EventSeverity Severity, EventStatus Status, string Text)
{
    public const string LeftOutName = "left_out";

    private byte[]? _json;
    private string? _source;

    /// <summary>The fact as JSON on one line.</summary>
    public byte[] Json => _json ??= JsonSerializer.SerializeToUtf8Bytes(Status, ControlJson.Default.EventStatus);

    private string Origin => _source ??= Status.Message?.Sender ?? "";

    /// <summary>Of a name in a template; empty where the fact has no use for it.</summary>
    public string ValueOf(string name) => name switch
    {
        "event" => Status.Event,
        "time" => Time(Status.Time),
        "host" => Environment.MachineName,
        "text" => Text,
        "json" => System.Text.Encoding.UTF8.GetString(Json),
        "severity" => Severity.ToString().ToLowerInvariant(),
        "flow" => Status.Flow ?? "",
        "action" => Status.Action ?? "",
        "source" => Status.Match?.Source ?? "",
        "source_port" => Number(Status.Match?.SourcePort),
        "destination" => Status.Match?.Destination ?? "",
        "destination_port" => Number(Status.Match?.DestinationPort),
        "protocol" => Status.Match?.Protocol ?? "",
        "rule" => Status.Rule ?? "",
        "reason" => Status.Reason ?? "",
        "problem" => Status.Problem ?? "",
        "count" => Number(Status.Count),
        "packets" => Number(Status.Packets),
        "bytes" => Number(Status.Bytes),
        "lasted_s" => Number(Status.LastedS),
        "sender" => Origin,
        "firewall_rule" => Status.Message?.FirewallRule ?? "",
        "command" => Status.Command ?? "",
        "user" => Status.User ?? "",
        _ => "",
    };

    /// <summary>RFC 3339, UTC.</summary>
    public static string Time(DateTime utc) =>
        utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What the daemon's own facts mean to others.</summary>
internal static class EventFacts
{
    // A switch may say much, and a syslog receiver need not take more than 2 kB.
    private const int LongestReason = 500;

    // Told by an event of the table, at once and with more in it.
    private static readonly HashSet<string> s_toldByTable = new(StringComparer.Ordinal)
    {
        HealthKind.StaticFlowsMissing, HealthKind.StateUnknown, HealthKind.TableShort, HealthKind.TableFull,
    };

    /// <summary>Null for what nobody outside is told.</summary>
    public static EventTopic? TopicOf(FlowEvent fact) => fact.Kind switch
    {
        _ when EventStatus.IsSum(fact) => null,
        FlowEventKind.Programmed => EventTopic.Add,
        FlowEventKind.Ended or FlowEventKind.Purged => EventTopic.Remove,
        FlowEventKind.Rejected or FlowEventKind.Repaired => EventTopic.Reject,
        FlowEventKind.TableShort or FlowEventKind.TableHasRoom => EventTopic.Limit,
        FlowEventKind.TargetLost or FlowEventKind.TargetBack or FlowEventKind.ChangesTaken
            or FlowEventKind.StaticsMissing or FlowEventKind.StaticsBack
            or FlowEventKind.StateUnknown or FlowEventKind.StateKnown => EventTopic.Switch,
        FlowEventKind.Ordered or FlowEventKind.OrderFailed => EventTopic.Order,
        FlowEventKind.ProblemBegan or FlowEventKind.ProblemOver => TopicOf(fact.Problem),
        _ => null,
    };

    /// <param name="time">UTC.</param>
    public static EventFact Of(EventTopic topic, FlowEvent fact, DateTime time)
    {
        var status = EventStatus.Of(fact, time);
        if (status.Reason is { Length: > LongestReason } reason)
            status = status with { Reason = reason[..LongestReason] };
        // A flow that has just begun tells whose log asked for it.
        if (topic == EventTopic.Add && fact.Origin is { } origin)
            status = status with { Message = MessageOrigin.Of(origin) };
        return new EventFact(topic, SeverityOf(fact.Kind), status, EventWords.Of(fact, status));
    }

    public static EventFact Refused(RefusedMessage message, DateTime time, string line)
    {
        var outcome = Counters.Name(message.Outcome);
        var status = new EventStatus
        {
            Time = time,
            Event = "refused",
            Reason = $"{outcome}: {message.Reason}",
            Message = new MessageOrigin
            {
                Sender = message.Sender.IsKnown ? $"{message.Sender}" : null,
                Transport = message.Transport.ToString().ToLowerInvariant(),
                Received = time,
                Text = line,
            },
        };
        return new EventFact(
            EventTopic.Refuse, EventSeverity.Notice, status,
            $"a message of {message.Sender} was refused as {outcome}: {message.Reason}");
    }

    public static EventFact LeftOut(long count, DateTime time) => new(
        EventTopic.Daemon, EventSeverity.Warning,
        new EventStatus { Time = time, Event = EventFact.LeftOutName, Count = count },
        $"{count} events were left out: they came faster than they may be sent or are taken");

    /// <param name="name"><c>started</c> or <c>stopped</c>.</param>
    public static EventFact OfDaemon(string name, DateTime time, string text) => new(
        EventTopic.Daemon, EventSeverity.Notice, new EventStatus { Time = time, Event = name }, text);

    private static EventTopic? TopicOf(string problem) => problem switch
    {
        _ when s_toldByTable.Contains(problem) => null,
        HealthKind.Certificate => EventTopic.Certificate,
        HealthKind.SenderSilent or HealthKind.LogsStale or HealthKind.LogsMalformed or HealthKind.LogsRefused
            or HealthKind.LogsWithoutInterface or HealthKind.SendersRefused => EventTopic.Sender,
        HealthKind.TableFilling or HealthKind.LimitLearned or HealthKind.BlastRadius => EventTopic.Limit,
        HealthKind.Switch or HealthKind.StaticFlowsStale or HealthKind.StaticFlowsAltered
            or HealthKind.StaticFlowsContradict => EventTopic.Switch,
        _ => EventTopic.Problem,
    };

    private static EventSeverity SeverityOf(FlowEventKind kind) => kind switch
    {
        FlowEventKind.TargetLost or FlowEventKind.StaticsMissing => EventSeverity.Error,
        FlowEventKind.Rejected or FlowEventKind.Repaired or FlowEventKind.TableShort or FlowEventKind.StateUnknown
            or FlowEventKind.ProblemBegan or FlowEventKind.OrderFailed => EventSeverity.Warning,
        FlowEventKind.Programmed or FlowEventKind.Ended or FlowEventKind.Purged => EventSeverity.Informational,
        _ => EventSeverity.Notice,
    };
}

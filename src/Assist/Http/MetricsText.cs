using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Http;

/// <summary>The status as Prometheus text (exposition format 0.0.4). No label carries anything from a message, an
/// address or a name, but that of a rule on trial, which the configuration gives.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(
        StatusReport status, Histogram reaction, Histogram requests, IReadOnlyDictionary<string, long> requestResults)
    {
        var text = new StringBuilder();
        Family(text, "assist_build_info", "gauge", "Version of the daemon.");
        Sample(text, "assist_build_info", 1, ("version", status.Version));
        Family(text, "assist_healthy", "gauge", "1 while status reports no problem.");
        Sample(text, "assist_healthy", status.IsHealthy ? 1 : 0);
        Health(text, status);
        Family(text, "assist_certificate_left_seconds", "gauge",
            "Time until the first certificate of a use ends; negative after its end.");
        foreach (var (use, left) in status.CertificatesLeftS)
            Sample(text, "assist_certificate_left_seconds", left, ("use", use));
        Family(text, "assist_switch_reachable", "gauge", "1 while the switch answers.");
        Sample(text, "assist_switch_reachable", status.Switch.Reachable ? 1 : 0);
        Family(text, "assist_paused", "gauge", "1 while an operator has paused the daemon.");
        Sample(text, "assist_paused", status.Paused is null ? 0 : 1);
        Family(text, "assist_dry_run", "gauge", "1 while nothing is written to the switch.");
        Sample(text, "assist_dry_run", status.Table.DryRun is true ? 1 : 0);
        Audit(text, status.Audit);
        Events(text, status.Events);
        Family(text, "assist_messages_total", "counter", "Messages received, by transport and outcome.");
        foreach (var (transport, counts) in status.Transports)
            foreach (var (outcome, count) in counts.Outcomes)
                Sample(text, "assist_messages_total", count, ("transport", transport), ("outcome", outcome));
        Family(text, "assist_trial_messages_total", "counter",
            "Messages of rules with shadow: true, by what they would have become.");
        foreach (var trial in status.Trials ?? [])
            foreach (var (outcome, count) in trial.Outcomes)
                Sample(text, "assist_trial_messages_total", count, ("rule", trial.Rule), ("outcome", outcome));
        Family(text, "assist_syslog_rejected_total", "counter", "Refused by the listeners, or cut short, by reason.");
        foreach (var (reason, count) in status.Rejected)
            Sample(text, "assist_syslog_rejected_total", count, ("reason", reason));
        Family(text, "assist_log_numbers_total", "counter",
            "Numbers of logs that were left out, and logs whose number had come before.");
        Sample(text, "assist_log_numbers_total", status.Sequences?.Sum(each => each.Missing) ?? 0,
            ("event", "missing"));
        Sample(text, "assist_log_numbers_total", status.Sequences?.Sum(each => each.Repeated) ?? 0,
            ("event", "repeated"));
        Family(text, "assist_trust_limited_total", "counter", "Drops that limited trust in a sender has changed.");
        Sample(text, "assist_trust_limited_total", status.Trust.Narrowed, ("effect", "narrowed"));
        Sample(text, "assist_trust_limited_total", status.Trust.Refused, ("effect", "refused"));
        Sample(text, "assist_trust_limited_total", status.Trust.NotExtended, ("effect", "not_extended"));
        Table(text, status);
        FlowSpec(text, status.FlowSpec);
        Family(text, "assist_eapi_requests_total", "counter", "Requests to the switch, by result.");
        foreach (var (result, count) in requestResults)
            Sample(text, "assist_eapi_requests_total", count, ("result", result));
        Write(text, "assist_eapi_request_seconds", "Duration of a request to the switch.", requests);
        Write(text, "assist_reaction_seconds", "Time from a message to its flow read back as programmed.", reaction);
        ProcessMetrics.Write(text);
        return text.ToString();
    }

    private static void Health(StringBuilder text, StatusReport status)
    {
        Family(text, "assist_problems", "gauge", "Problems that status reports, by kind.");
        foreach (var kind in HealthKind.Problems.Union(status.ProblemKinds.Keys))
            Sample(text, "assist_problems", status.ProblemKinds.GetValueOrDefault(kind), ("kind", kind));
        Family(text, "assist_senders", "gauge", "Senders that were heard since the start, and those that were not.");
        Sample(text, "assist_senders", status.Senders.Count(sender => sender.LastMessageAgoS is not null),
            ("state", "heard"));
        Sample(text, "assist_senders", status.Senders.Count(sender => sender.LastMessageAgoS is null),
            ("state", "never_heard"));
        Family(text, "assist_last_message_age_seconds", "gauge", "Time since the last message, by transport.");
        foreach (var heard in status.Senders.SelectMany(sender => sender.Transports).GroupBy(heard => heard.Key))
            Sample(text, "assist_last_message_age_seconds", heard.Min(each => each.Value.LastMessageAgoS),
                ("transport", heard.Key));
    }

    private static void FlowSpec(StringBuilder text, FlowSpecStatus? status)
    {
        Family(text, "assist_flowspec_reachable", "gauge", "1 while the engine of BGP FlowSpec answers.");
        if (status is not null) Sample(text, "assist_flowspec_reachable", status.Fault is null ? 1 : 0);
        Family(text, "assist_flowspec_rules", "gauge", "Drops that are announced, by state.");
        foreach (var (state, count) in status?.Rules ?? ImmutableDictionary<string, int>.Empty)
            Sample(text, "assist_flowspec_rules", count, ("state", state));
        Family(text, "assist_flowspec_withheld_total", "counter", "Drops that the last check did not let out.");
        foreach (var (reason, count) in status?.Withheld ?? ImmutableDictionary<string, long>.Empty)
            Sample(text, "assist_flowspec_withheld_total", count, ("reason", reason));
        Family(text, "assist_flowspec_neighbors", "gauge", "Neighbours of the engine, by the state of the session.");
        foreach (var alike in (status?.Neighbors ?? []).CountBy(neighbor => neighbor.State))
            Sample(text, "assist_flowspec_neighbors", alike.Value, ("state", alike.Key));
    }

    private static void Audit(StringBuilder text, AuditStatus? audit)
    {
        Family(text, "assist_audit_records_total", "counter", "Records of the audit, by what became of them.");
        Sample(text, "assist_audit_records_total", audit?.Written ?? 0, ("result", "written"));
        Sample(text, "assist_audit_records_total", audit?.Lost ?? 0, ("result", "lost"));
    }

    private static void Events(StringBuilder text, IReadOnlyList<EventSinkStatus>? sinks)
    {
        Family(text, "assist_events_total", "counter", "Events for other systems, by receiver and result.");
        foreach (var sink in sinks ?? [])
        {
            Sample(text, "assist_events_total", sink.Sent, ("sink", sink.Sink), ("result", "sent"));
            Sample(text, "assist_events_total", sink.Failed, ("sink", sink.Sink), ("result", "failed"));
            Sample(text, "assist_events_total", sink.Refused, ("sink", sink.Sink), ("result", "refused"));
            Sample(text, "assist_events_total", sink.LeftOut, ("sink", sink.Sink), ("result", "left_out"));
        }
        Family(text, "assist_events_waiting", "gauge", "Events that wait for their receiver.");
        foreach (var sink in sinks ?? [])
            Sample(text, "assist_events_waiting", sink.Waiting, ("sink", sink.Sink));
    }

    private static void Table(StringBuilder text, StatusReport status)
    {
        Family(text, "assist_flows", "gauge", "Flows by action and state.");
        foreach (var (action, states) in status.Table.Flows)
            foreach (var (state, count) in states)
                Sample(text, "assist_flows", count, ("action", action), ("state", state));
        Family(text, "assist_flows_ended_total", "counter", "Flows that left the table, by action and reason.");
        foreach (var (action, ends) in status.Table.Ended)
            foreach (var (end, count) in ends)
                Sample(text, "assist_flows_ended_total", count, ("action", action), ("reason", end));
        Family(text, "assist_flow_events_total", "counter", "Events found by reading the switch back.");
        foreach (var (kind, count) in status.Table.Totals)
            Sample(text, "assist_flow_events_total", count, ("event", kind));
        Family(text, "assist_flow_packets_total", "counter", "Packets that matched flows, as counted by the switch.");
        foreach (var (action, packets) in status.Table.Packets)
            Sample(text, "assist_flow_packets_total", packets, ("action", action));
        Family(text, "assist_table_entries", "gauge",
            "Entries of the switch's flow table: used by assist, other (static and foreign), free.");
        Sample(text, "assist_table_entries", status.Table.Entries, ("kind", "used"));
        Sample(text, "assist_table_entries", status.Table.OtherEntries, ("kind", "other"));
        Sample(text, "assist_table_entries", status.Table.DropsLeft, ("kind", "free"));
        Family(text, "assist_table_class_entries", "gauge", "Entries by class of flow: denial, threat, bypass.");
        Sample(text, "assist_table_class_entries", status.Table.Shares.Denials, ("class", "denial"));
        Sample(text, "assist_table_class_entries", status.Table.Shares.Threats, ("class", "threat"));
        Sample(text, "assist_table_class_entries", status.Table.Shares.Bypasses, ("class", "bypass"));
        Family(text, "assist_table_denial_limit", "gauge", "Entries that denials may take together.");
        Sample(text, "assist_table_denial_limit", status.Table.Shares.DenialLimit);
        Family(text, "assist_over_limit_total", "counter", "Flows refused by the table, by limit.");
        foreach (var (limit, count) in status.Table.OverLimit)
            Sample(text, "assist_over_limit_total", count, ("limit", limit));
        Family(text, "assist_queue_length", "gauge", "Verdicts waiting for the flow table or the switch.");
        Sample(text, "assist_queue_length", status.QueueLength);
    }

    internal static void Family(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Sample(
        StringBuilder text, string name, long value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            var separator = '{';
            foreach (var (label, word) in labels)
            {
                text.Append(CultureInfo.InvariantCulture, $"{separator}{label}=\"{word}\"");
                separator = ',';
            }
            text.Append('}');
        }
        text.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    private static void Write(StringBuilder text, string name, string help, Histogram histogram)
    {
        Family(text, name, "histogram", help);
        var counts = histogram.Cumulative();
        for (var i = 0; i < Histogram.Bounds.Count; i++)
        {
            var bound = Histogram.Bounds[i].ToString(CultureInfo.InvariantCulture);
            Sample(text, name + "_bucket", counts[i], ("le", bound));
        }
        Sample(text, name + "_bucket", counts[^1], ("le", "+Inf"));
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum {histogram.SumInSeconds}\n");
        Sample(text, name + "_count", counts[^1]);
    }
}

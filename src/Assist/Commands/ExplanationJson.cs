using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assist.Control;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.FlowSpec;
using Assist.Outputs.TrafficPolicy;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Commands;

/// <summary>One explanation as one line of JSON.</summary>
internal static class ExplanationJson
{
    public static string Of(Explanation explanation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            json.WriteStartObject();
            json.WriteNumber("line", explanation.Line);
            json.WriteString("outcome", Counters.Name(explanation.Outcome));
            json.WriteString("reason", explanation.Reason);
            json.WriteString("rule", explanation.Rule);
            json.WriteString("format", explanation.Format);
            json.WriteString("header", explanation.Header);
            WriteMessage(json, explanation.Message);
            json.WriteStartArray("rules");
            foreach (var rule in explanation.Rules) WriteRule(json, rule);
            json.WriteEndArray();
            WriteTrials(json, explanation.Trials);
            json.WriteStartArray("flows");
            foreach (var flow in explanation.Flows) WriteFlow(json, flow);
            json.WriteEndArray();
            WriteLimits(json, explanation);
            WriteEscalation(json, explanation.Escalation);
            json.WriteStartArray("commands");
            foreach (var command in explanation.Commands) json.WriteStringValue(command.Text);
            json.WriteEndArray();
            WriteAnnouncement(json, explanation.Announcement);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteAnnouncement(Utf8JsonWriter json, Announcement? rule)
    {
        if (rule is null) return;
        json.WriteStartObject("flow_spec");
        if (rule.Withheld != Withheld.None) json.WriteString("withheld", StatusView.Word(rule.Withheld));
        json.WriteString("eos", RuleText.OfEos(rule.Match));
        json.WriteString("gobgp", RuleText.OfGobgp(rule.Match));
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageView? message)
    {
        if (message is null)
        {
            json.WriteNull("message");
            return;
        }
        json.WriteStartObject("message");
        foreach (var (name, value) in message.Fields())
            if (value is int number) json.WriteNumber(name, number);
            else json.WriteString(name, (string?)value);
        json.WriteString("header", message.Log.Header);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, RuleCheck rule)
    {
        json.WriteStartObject();
        json.WriteString("rule", rule.Rule);
        json.WriteBoolean("fired", rule.Fired);
        json.WriteString("why", rule.Why);
        json.WriteEndObject();
    }

    private static void WriteTrials(Utf8JsonWriter json, IReadOnlyList<Decision> trials)
    {
        json.WriteStartArray("trials");
        foreach (var trial in trials)
        {
            json.WriteStartObject();
            json.WriteString("rule", trial.Rule);
            json.WriteString("outcome", Counters.Name(trial.Outcome));
            json.WriteString("reason", trial.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFlow(Utf8JsonWriter json, TargetEntry flow)
    {
        json.WriteStartObject();
        json.WriteString("name", flow.Key);
        var entry = flow as FlowEntry;
        WriteLines(json, "match", entry is not null ? DirectFlowCommands.MatchLines(entry.Match)
            : PolicyCommands.MatchLines((PolicyEntry)flow));
        WriteLines(json, "action", entry is not null ? DirectFlowCommands.ActionLines(entry.Action) : ["drop"]);
        json.WriteNumber("priority", flow.Precedence);
        json.WriteNumber("hard_timeout_s", flow.Timeouts.Hard);
        json.WriteNumber("idle_timeout_s", flow.Timeouts.Idle);
        json.WriteBoolean("persistent", entry is null || entry.Persistent);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, Explanation explanation)
    {
        if (explanation.Limits is not { } limits) return;
        json.WriteString("class", explanation.Class);
        json.WriteStartObject("limits");
        json.WriteNumber("per_source", limits.PerSource);
        json.WriteNumber("ports_per_pair", limits.PortsPerPair);
        json.WriteNumber("denial_share", limits.DenialShare);
        json.WriteEndObject();
    }

    // The flows above are what is asked for at level 0; these are the hard timeouts of the levels after it.
    private static void WriteEscalation(Utf8JsonWriter json, IReadOnlyList<TimeSpan> steps)
    {
        if (steps.Count == 0) return;
        json.WriteStartObject("escalation");
        json.WriteNumber("level", 0);
        json.WriteStartArray("next_hard_timeouts_s");
        foreach (var step in steps) json.WriteNumberValue((long)step.TotalSeconds);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLines(Utf8JsonWriter json, string name, IEnumerable<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Assist.Audit;
using Assist.Commands;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.State;
using Assist.Telemetry;
using Assist.Tests.Http;

namespace Assist.Tests.Documentation;

/// <summary>docs/reference.md names what the program knows, all of it and nothing else.</summary>
public sealed partial class ReferencePageTests
{
    // Of the control socket's answers; no command prints them.
    private static readonly string[] s_unprinted =
        ["error", "is_denied", "pid", "status", "reload", "canary", "refused", "why", "trials", "top", "flow",
        "log_level", "audit"];

    [Fact]
    public void Every_outcome_stands_on_it() => Same(Counters.OutcomeNames, "## Outcomes");

    [Fact]
    public void Every_refusal_stands_on_it() => Same(Counters.RefusalNames, "## What listeners refuse");

    [Fact]
    public void Every_kind_of_problem_stands_on_it() => Same(HealthKind.Problems, "## Problems");

    [Fact]
    public void Every_state_of_a_flow_stands_on_it() => Same(SnakeNames<FlowState>(), "## Flow states");

    [Fact]
    public void Every_reason_for_which_a_flow_ends_stands_on_it() =>
        Same(SnakeNames<FlowEnd>(), "## Why a flow ended");

    [Fact]
    public void Every_limit_of_the_table_stands_on_it() => Same(SnakeNames<FlowLimit>(), "## Limits of the table");

    [Fact]
    public async Task Every_command_stands_on_it()
    {
        var help = (await RunningProgram.RunAsync("assist", ["--help"])).Output;
        var commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Select(line => Command().Match(line)).Where(match => match.Success)
            .SelectMany(match => match.Groups["names"].Value.Split(", "));

        Same(commands, "## Commands");
    }

    [Fact]
    public void Every_exit_code_stands_on_it_with_one_meaning()
    {
        var codes = typeof(ExitCode).GetFields().Select(field => $"{field.GetRawConstantValue()}").ToList();

        Assert.Equal(codes.Count, codes.Distinct().Count());
        Same(codes, "### Exit codes");
    }

    [Fact]
    public void Every_field_of_the_status_stands_on_it() =>
        Same(
            FieldsOf(ControlJson.Default.StatusReport, "")
                .Concat(RunJson.Default.LastRun.Properties.Select(field => $"last_run.{field.Name}")), "### status");

    [Fact]
    public void Every_field_of_flows_and_of_answers_stands_on_it()
    {
        var fields = ControlJson.Default.ControlResponse.Properties.Concat(ControlJson.Default.FlowStatus.Properties)
            .Where(field => field.Get is not null).Select(field => field.Name).Except(s_unprinted);
        var named = ReferencePage.NamesUnder("### monitor")
            .Concat(ReferencePage.NamesUnder("### delete, allow, undo, pause, resume, panic"));

        Assert.Equal(fields.Distinct().Order(), named.Distinct().Order());
    }

    [Fact]
    public void Every_request_over_HTTP_stands_on_it() =>
        Same(ServedHttp.Routes().Select(route => $"{(route.Changes ? "POST" : "GET")} {route.Path}"), "## HTTP");

    [Fact]
    public void Every_field_of_flows_over_HTTP_stands_on_it() =>
        Same(ControlJson.Default.FlowPage.Properties.Concat(ControlJson.Default.FlowReport.Properties)
            .Select(field => field.Name), "### flows over HTTP");

    [Fact]
    public void Every_field_of_an_event_stands_on_it() =>
        Same(ControlJson.Default.EventStatus.Properties.Select(field => field.Name), "### events");

    [Fact]
    public void Every_field_of_the_history_stands_on_it() =>
        Same(ControlJson.Default.TrendReport.Properties.Concat(ControlJson.Default.TrendSample.Properties)
            .Select(field => field.Name), "### history");

    [Fact]
    public void Every_field_of_top_stands_on_it() =>
        Same(ControlJson.Default.TopReport.Properties.Concat(ControlJson.Default.TopList.Properties)
            .Concat(ControlJson.Default.TopRow.Properties).Select(field => field.Name), "### top");

    [Fact]
    public void Every_field_of_a_refused_message_stands_on_it() =>
        Same(ControlJson.Default.RefusedStatus.Properties.Select(field => field.Name), "### refused");

    [Fact]
    public void Every_field_of_a_cause_stands_on_it() =>
        Same(ControlJson.Default.WhyReport.Properties.Concat(ControlJson.Default.FlowCause.Properties)
            .Concat(ControlJson.Default.MessageOrigin.Properties)
            .Where(field => field.Get is not null).Select(field => field.Name), "### why");

    [Fact]
    public void Every_field_of_the_log_level_stands_on_it() =>
        Same(ControlJson.Default.LogLevelStatus.Properties.Select(field => $"log_level.{field.Name}"),
            "### log-level");

    [Fact]
    public void Every_field_of_a_trial_stands_on_it() =>
        Same(ControlJson.Default.TrialsReport.Properties.Concat(ControlJson.Default.TrialReport.Properties)
            .Concat(ControlJson.Default.TrialAddress.Properties).Select(field => field.Name), "### report");

    [Fact]
    public void Every_field_of_a_replay_stands_on_it() =>
        Same(ReplayJson.Default.ReplayReport.Properties.Concat(ReplayJson.Default.ReplayedTable.Properties)
            .Concat(ReplayJson.Default.ReplayedEntries.Properties)
            .Concat(ReplayJson.Default.ReplayComparison.Properties)
            .Concat(ReplayJson.Default.ReplayChange.Properties).Select(field => field.Name), "### replay");

    [Fact]
    public void Every_field_of_the_audit_stands_on_it() =>
        Same(AuditJson.Default.AuditRecord.Properties.Where(field => field.Get is not null)
            .Select(field => field.Name).Append("hash"), "### audit");

    [Fact]
    public void Every_field_of_the_doctor_stands_on_it() =>
        Same(DoctorJson.Default.DoctorReport.Properties.Select(field => field.Name)
            .Concat(DoctorJson.Default.Diagnosis.Properties.Select(field => field.Name)), "### doctor");

    [Fact]
    public void Every_field_of_a_reload_stands_on_it() =>
        Same(FieldsOf(ControlJson.Default.ReloadReport, ""), "### reload");

    [Fact]
    public void Every_field_of_an_explanation_stands_on_it()
    {
        var file = Path.Combine(RepositoryRoot.Directory, "config", "fortigate.yaml");
        string[] sets =
        [
            "flows.escalation.steps=[2h]", "listeners.0.transport=tcp", "rules.5.announce=true",
            "flow_spec.engine=127.0.0.1:50051", "flow_spec.mark=65010:666", "flow_spec.own_prefixes=203.0.113.0/24",
        ];
        var config = ConfigurationLoader.Load(file, sets, Formats.Find).Config!;
        const string line = """
            date=2026-01-02 time=03:04:05 tz="+0000" type="traffic" vd="A" srcip=192.0.2.10 srcport=51000 dstip=203.0.113.20 dstport=443 action="deny" proto=6 end=1
            """;
        var explanation = new Explainer(config, new ManualTimeProvider()).Explain(1, Encoding.UTF8.GetBytes(line));
        using var json = JsonDocument.Parse(ExplanationJson.Of(explanation));
        var fields = json.RootElement.EnumerateObject()
            .Concat(json.RootElement.GetProperty("message").EnumerateObject())
            .Concat(json.RootElement.GetProperty("rules")[0].EnumerateObject())
            .Concat(json.RootElement.GetProperty("flows")[0].EnumerateObject());

        Same(fields.Select(field => field.Name), "### explain");
    }

    [Fact]
    public async Task Every_field_of_a_check_stands_on_it()
    {
        var file = Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml");
        var printed = (await RunningProgram.RunAsync(
            "assist", ["--config", file, "--set", "log.levle=info", "check", "--json"])).Output;
        using var json = JsonDocument.Parse(printed);

        Same(json.RootElement.EnumerateObject().Concat(json.RootElement.GetProperty("errors")[0].EnumerateObject())
            .Select(field => field.Name), "### check");
    }

    private static void Same(IEnumerable<string> known, string heading) =>
        Assert.Equal(known.Distinct().Order(), ReferencePage.NamesUnder(heading).Distinct().Order());

    private static IEnumerable<string> FieldsOf(JsonTypeInfo type, string prefix) => type.Properties
        .Where(field => field.Get is not null)
        .SelectMany(
            field => ControlJson.Default.GetTypeInfo(field.PropertyType) is { Kind: JsonTypeInfoKind.Object } part
            ? FieldsOf(part, $"{prefix}{field.Name}.")
            : [prefix + field.Name]);

    private static IEnumerable<string> SnakeNames<T>() where T : struct, Enum =>
        Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    [GeneratedRegex("^  (?<names>[a-z_-]+(, [a-z_-]+)*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();
}

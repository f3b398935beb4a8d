using System.Globalization;
using System.Text;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.FlowSpec;
using Assist.Outputs.TrafficPolicy;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Commands;

/// <summary>What one line would become, and why.</summary>
internal sealed record Explanation
{
    public required int Line { get; init; }
    public required Outcome Outcome { get; init; }
    public required string Reason { get; init; }
    public string? Rule { get; init; }

    /// <summary>What the message was taken for, also where it could not be read.</summary>
    public required string Format { get; init; }

    /// <summary>The shape of its syslog header.</summary>
    public required string Header { get; init; }
    public MessageView? Message { get; init; }

    /// <summary>What rules on trial would have decided.</summary>
    public IReadOnlyList<Decision> Trials { get; init; } = [];

    /// <summary>The rules that were tried, in their order.</summary>
    public IReadOnlyList<RuleCheck> Rules { get; init; } = [];
    public IReadOnlyList<TargetEntry> Flows { get; init; } = [];

    /// <summary>What a drop is worth where room is short: denial or threat; null for what is no drop.</summary>
    public string? Class { get; init; }

    /// <summary>How much of the table drops may take; null for what is no drop.</summary>
    public DropLimits? Limits { get; init; }

    /// <summary>Lifetimes of the drop should it come back after it ended: the first time, the second and so on. The
    /// flows are those of the first time ever.</summary>
    public IReadOnlyList<TimeSpan> Escalation { get; init; } = [];
    public IReadOnlyList<EapiCommand> Commands { get; init; } = [];

    /// <summary>Null where the rule does not announce, or nothing is dropped.</summary>
    public Announcement? Announcement { get; init; }
}

/// <summary>What is announced by BGP for a drop.</summary>
/// <param name="Match">Without VLAN.</param>
/// <param name="Withheld">Why it is not; what only the running daemon knows, such as the engine's neighbours, is not
/// looked at.</param>
internal sealed record Announcement(FlowMatch Match, Withheld Withheld);

/// <summary>The fields of a message under the names of the contract; null where the message does not carry
/// them.</summary>
internal sealed record MessageView(SessionLog Log)
{
    public IEnumerable<(string Name, object? Value)> Fields()
    {
        yield return ("format", Log.Format);
        yield return ("type", Log.Text(FieldRole.Type));
        yield return ("subtype", Log.Text(FieldRole.Subtype));
        yield return ("action", Log.Text(FieldRole.Action));
        yield return ("src", Known(Log.Source));
        yield return ("dst", Known(Log.Destination));
        yield return ("src_port", (int)Log.SourcePort);
        yield return ("dst_port", (int)Log.DestinationPort);
        yield return ("protocol", Log.Protocol.ToString());
        yield return ("application", Log.Text(FieldRole.Application));
        yield return ("rule", Log.Text(FieldRole.Rule));
        yield return ("log_profile", Log.Text(FieldRole.LogProfile));
        yield return ("in_interface", Log.Text(FieldRole.InInterface));
        yield return ("out_interface", Log.Text(FieldRole.OutInterface));
        yield return ("in_vlan", Log.InVlan == 0 ? null : (int)Log.InVlan);
        yield return ("out_vlan", Log.OutVlan == 0 ? null : (int)Log.OutVlan);
        yield return ("src_zone", Log.Text(FieldRole.SourceZone));
        yield return ("dst_zone", Log.Text(FieldRole.DestinationZone));
        yield return ("session_id", Log.Text(FieldRole.SessionId));
        yield return ("serial", Log.Text(FieldRole.Serial));
        yield return ("nat_src", Known(Log.NatSource));
        yield return ("nat_dst", Known(Log.NatDestination));
        yield return ("time", Time());
    }

    /// <summary>ISO 8601 with Z where the log says its offset, else the firewall's own clock; without the year where it
    /// has none.</summary>
    private string? Time() => Log.Time?.ToString(
        (Log.YearUnknown ? "--MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss")
            + (Log.Time.Value.Kind == DateTimeKind.Utc ? "'Z'" : ""),
        CultureInfo.InvariantCulture);

    private static string? Known(IpAddr address) => address.IsKnown ? address.ToString() : null;
}

/// <summary>Runs a line through the same stages as the daemon does, without the switch.</summary>
internal sealed class Explainer
{
    // Bytes of a value that is not what was expected.
    private const int MostShown = 64;

    private readonly DecisionPipeline _pipeline;
    private readonly IFlowPlanner _planner;
    private readonly EscalationOptions _escalation;
    private readonly TimeProvider _time;
    private readonly TrafficPolicyOptions _policy;
    private readonly bool _hasTimers;
    private readonly DropLimits _limits;
    private readonly SenderTrust _trust;
    private readonly bool _escalates;
    private readonly AssistConfig _config;

    public Explainer(AssistConfig config, TimeProvider time)
    {
        _config = config;
        _pipeline = Stages.Pipeline(config, Stages.Admission(config, Enum.GetValues<FlowAction>()));
        _planner = SwitchTargets.Planner(config);
        _policy = config.Enforcement.Policy;
        _escalation = config.Escalation;
        _time = time;
        _hasTimers = config.Table.SwitchEndsEntries;
        _limits = config.Table.Drops;
        // Of a log in a file nobody knows how it would come: as by the listener that is trusted least.
        var trusts = config.Listeners.Select(
            listener => config.Decisions.Trust.Of(listener.Transport, listener.VerifiesClients)).ToList();
        (_trust, _escalates) = (trusts.Max(), trusts.Contains(SenderTrust.Full));
    }

    public Explanation Explain(int number, ReadOnlyMemory<byte> line)
    {
        var log = new SessionLog();
        var status = _pipeline.Parse(line, log);
        if (status != ParseStatus.Session)
            return new Explanation
            {
                Line = number,
                Outcome = status == ParseStatus.NotSession ? Outcome.NotSession : Outcome.Malformed,
                Reason = log.Fault + Found(log),
                Format = log.Format,
                Header = log.Header,
            };
        var decision = _pipeline.Decide(log, _time.GetUtcNow().UtcDateTime, _trust);
        var hasEnd = _hasTimers || _planner.Capabilities.KeepsEnds;
        var verdict = hasEnd ? decision.Verdict : decision.Verdict with { Timeouts = default };
        var flows = decision.HasVerdict ? _planner.Plan(verdict) : [];
        var isDrop = decision.Outcome == Outcome.Drop;
        return new Explanation
        {
            Line = number,
            Outcome = decision.Outcome,
            Reason = decision.Text,
            Rule = decision.Rule,
            Format = log.Format,
            Header = log.Header,
            Message = new MessageView(log),
            Rules = decision.Outcome == Outcome.Stale ? [] : [.. _pipeline.Checks(log)],
            Trials = decision.Trials,
            Flows = flows,
            Class = !isDrop ? null : verdict.IsThreat ? "threat" : "denial",
            Limits = isDrop ? _limits : null,
            Escalation = isDrop && _escalates ? _escalation.StepsAfter(decision.Verdict.Timeouts) : [],
            Commands = flows switch
            {
                [FlowEntry, ..] =>
                    [
                        .. DirectFlowCommands.Enter, .. flows.Cast<FlowEntry>().SelectMany(DirectFlowCommands.Install),
                        "end",
                    ],
                [PolicyEntry drop] => PolicyCommands.Explained(drop, _policy, _time.GetUtcNow()),
                _ => [],
            },
            Announcement = isDrop ? AnnouncementOf(decision) : null,
        };
    }

    private Announcement? AnnouncementOf(in Decision decision)
    {
        var rule = decision.Rule;
        if (_config.FlowSpec is not { } options
            || !_config.Decisions.Rules.Any(each => each.Name == rule && each.Announce))
            return null;
        var flow = decision.Verdict.Flow with { Match = AnnouncementRoute.MatchOf(decision.Verdict.Flow.Match) };
        return new Announcement(
            flow.Match, new AnnouncementGuard(options, _config.NeverDrop.Contains).Judge(flow));
    }

    /// <summary>What stands where something else was expected, in the words that follow the fault.</summary>
    private static string Found(SessionLog log)
    {
        var index = log.Fault.Key is { } key ? log.Layout?.IndexOf(key) ?? -1 : log.Fault.Column - 1;
        if (index < 0 || !log.Has(index)) return "";
        var text = log.Field(index);
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostShown)]);
        return $", found \"{shown}{(text.Length > MostShown ? "…" : "")}\"";
    }
}

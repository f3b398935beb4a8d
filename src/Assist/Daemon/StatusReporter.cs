using System.Text;
using Assist.Control;
using Assist.Flows;
using Assist.Http;
using Assist.Inputs.Syslog;
using Assist.Logging;
using Assist.Telemetry;
using Assist.Trials;

namespace Assist.Daemon;

/// <summary>Puts the last view of the table, the counters and what the checks find into the words of `status`,
/// `monitor` and /metrics. Reads files of the kernel and other threads' locks, and so never runs on the table's
/// loop.</summary>
internal sealed class StatusReporter(
    DaemonParts parts, ConfigurationReload reload, Health health, KernelCheck kernel, AuthorityCheck authorities,
    TopTalkers top, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();

    public TopTalkers Top { get; } = top;

    public StatusReport Report()
    {
        var (findings, table) = health.Look();
        var problems = findings.Where(found => found.IsProblem).ToList();
        var (config, counters, view, lost) = (parts.Config, parts.Counters, table.View, kernel.SinceStart());
        return new StatusReport
        {
            Health = problems.Count > 0 ? "degraded" : "healthy",
            Problems = [.. problems.Select(found => found.Text)],
            ProblemKinds = problems.CountBy(found => found.Kind).ToDictionary(),
            Paused = parts.Pausing.Current,
            Protected = Protected(),
            Audit = parts.Audit is not { } audit ? null
                : new AuditStatus(
                    audit.File, audit.Written, audit.Lost, audit.Hash.Length > 0 ? audit.Hash : null, audit.Fault),
            Events = parts.Events?.Status,
            Notices = [.. findings.Where(found => !found.IsProblem).Select(found => found.Text)],
            Version = StatusView.Version,
            Pid = Environment.ProcessId,
            UptimeS = (long)time.GetElapsedTime(_startedAt).TotalSeconds,
            Configuration = config.Source.File,
            ConfigurationState = new ConfigurationStatus(
                parts.Running.HasFileChanged(), config.Source.Sets, parts.Running.NeedRestart, reload.Fault),
            Mode = StatusView.ModeName(config.Topology.Mode),
            Format = config.Logs.Format,
            CertificatesLeftS = authorities.Left(),
            Received = counters.ReceivedTotal,
            Outcomes = StatusView.Outcomes(counters.Total),
            Transports = StatusView.Transports(counters),
            Senders = StatusView.Senders(counters.Senders, time.GetElapsedTime(0)),
            Sequences = StatusView.Sequences(counters.Sequences),
            Rejected = StatusView.Rejected(counters),
            Kernel = new KernelStatus(lost.ListenOverflows, lost.ReversePathFiltered),
            Listeners = [.. parts.Receiver.BoundEndpoints.Select(StatusView.Listener)],
            Connections = parts.Receiver.OpenConnections,
            Trust = StatusView.Trust(config.Decisions.Trust, counters),
            Switch = StatusView.Switch(
                parts.Switch.Eapi.Endpoint, parts.Switch.Facts, isReachable: parts.Controller.TargetFault is null),
            Table = StatusView.Table(view, parts.Config.Eapi.IsReadOnly),
            Escalation = view.Remembered is not { } remembered ? null
                : new EscalationStatus(
                    view.Flows.Count(flow => flow.Escalation > 0), remembered, parts.Escalation?.Fault),
            Trials = TrialsView.Status(config.Decisions.Rules, parts.Intake.Trials!),
            Reaction = ReactionStatus.Of(parts.Controller.Reaction),
            QueueLength = parts.Inbox.Length + view.Waiting,
            FlowSpec = parts.Announcements?.Status(),
        };
    }

    /// <summary>What no drop may touch.</summary>
    public IReadOnlyList<ProtectedStatus> Protected() =>
    [
        .. parts.Config.Protect.Named.Select(each => new ProtectedStatus($"{each.Prefix}", ProtectedStatus.Configured)
        {
            Until = each.Until,
            Reason = each.Comment,
        }),
        .. parts.Switch.Addresses.Current.Select(each => new ProtectedStatus(
            $"{each.Address}", $"{ProtectedStatus.Learnt}.{AddressLearner.KeyOf(each.Source)}")),
        .. parts.Allowances.Current.Select(ProtectedStatus.Of),
    ];

    /// <summary>The status as Prometheus text.</summary>
    public string Metrics() => MetricsOf(Report());

    /// <summary>A status of a moment ago as Prometheus text.</summary>
    public string MetricsOf(StatusReport report) => MetricsText.Of(
        report, parts.Controller.Reaction, parts.Switch.Eapi.RequestTime, parts.Switch.Eapi.Requests);

    /// <summary>What rules on trial would have done.</summary>
    public TrialsReport Trials(long seconds)
    {
        var (now, date, config) = (time.GetElapsedTime(0), time.GetUtcNow(), parts.Config);
        var hour = TimeSpan.FromHours((long)(now - TimeSpan.FromSeconds(seconds)).TotalHours);
        var remembered = TimeSpan.FromHours((long)now.TotalHours - TrialLedger.Hours + 1);
        var first = TimeSpan.FromTicks(Math.Max(hour.Ticks, remembered.Ticks));
        var started = time.GetElapsedTime(0, _startedAt);
        var results = parts.Intake.Trials!.Results(now - first, now);
        return new TrialsReport(
            date - (now - (first > started ? first : started)), date, config.Eapi.IsReadOnly,
            parts.Controller.View.Room.Limit, TrialsView.Of(results, config.Decisions.Rules),
            [.. config.Decisions.Rules.Where(rule => rule.Shadow && results.All(found => found.Rule != rule.Name))
                .Select(rule => rule.Name)]);
    }

    /// <summary>The last messages that were refused, the latest first.</summary>
    public IReadOnlyList<RefusedStatus> Refused(int most)
    {
        var (now, date) = (time.GetElapsedTime(0), time.GetUtcNow().UtcDateTime);
        return [.. parts.Counters.LastRefused.Last(Math.Max(0, most)).Select(each => new RefusedStatus(
            $"{date - (now - each.At):yyyy-MM-dd'T'HH:mm:ss'Z'}", Counters.Name(each.Outcome),
            each.Transport.ToString().ToLowerInvariant(), $"{each.Sender}", each.Reason,
            Printable.Of(Encoding.UTF8.GetString(each.Line.Span))))];
    }

    public ControlResponse Flows()
    {
        var (view, now) = (parts.Controller.View, parts.Controller.Now);
        return new ControlResponse
        {
            Flows = [.. view.Flows
                .OrderBy(flow => flow.Verdict.Flow.Action).ThenByDescending(flow => flow.Packets)
                .Select(flow => StatusView.Flow(flow, now))],
            Ended = [.. view.Ended.Reverse().Select(ended => StatusView.Ended(ended, now))],
            Table = StatusView.Table(view, parts.Config.Eapi.IsReadOnly),
            Problem = parts.SwitchFault,
            Paused = parts.Pausing.Current,
        };
    }

    /// <summary>False until the switch has shown everything that was sent.</summary>
    public bool IsSettled => !parts.Controller.View.AwaitsReadBack;
}

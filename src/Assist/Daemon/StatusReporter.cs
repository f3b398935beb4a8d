using Assist.Control;
using Assist.Flows;
using Assist.Http;
using Assist.Inputs.Syslog;

namespace Assist.Daemon;

/// <summary>Puts the last view of the table, the counters and what the checks find into the words of `status`,
/// `monitor` and /metrics. Reads files of the kernel and other threads' locks, and so never runs on the table's
/// loop.</summary>
internal sealed class StatusReporter
{
    private readonly DaemonParts _parts;
    private readonly ConfigurationReload _reload;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly KernelCheck _kernel;
    private readonly IReadOnlyList<IHealthCheck> _checks;

    public StatusReporter(
        DaemonParts parts, ConfigurationReload reload, Func<IEnumerable<string>> logFaults, TimeProvider time)
    {
        (_parts, _reload, _time) = (parts, reload, time);
        _startedAt = time.GetTimestamp();
        _kernel = new KernelCheck(
            parts.Config.Listeners.Any(listener => listener.Transport is Transport.Udp),
            () => parts.Counters.ReceivedOf(Transport.Udp));
        // In the order in which status tells them.
        _checks =
        [
            new LoopCheck(), new PauseCheck(parts.Pausing, parts.Controller),
            new SwitchCheck(parts.Switch, parts.Controller), new ListenerCheck(parts.Receiver), new LogCheck(logFaults),
            new TableCheck(), _kernel, new ConfigurationCheck(parts.Running, reload),
        ];
    }

    public StatusReport Report()
    {
        var reading = TableReading.Of(_parts.Controller);
        var findings = _checks.SelectMany(check => check.Look(reading))
            .ToLookup(found => found.IsProblem, found => found.Text);
        var (config, counters, view, kernel) = (_parts.Config, _parts.Counters, reading.View, _kernel.SinceStart());
        return new StatusReport
        {
            Health = findings[true].Any() ? "degraded" : "healthy",
            Problems = [.. findings[true]],
            Paused = _parts.Pausing.Current,
            Notices = [.. findings[false]],
            Version = StatusView.Version,
            Pid = Environment.ProcessId,
            UptimeS = (long)_time.GetElapsedTime(_startedAt).TotalSeconds,
            Configuration = config.Source.File,
            ConfigurationState = new ConfigurationStatus(
                config.Source.HasChanged(), config.Source.Sets, _parts.Running.NeedRestart, _reload.Fault),
            Mode = StatusView.ModeName(config.Topology.Mode),
            Format = config.Logs.Format,
            Received = counters.ReceivedTotal,
            Outcomes = StatusView.Outcomes(counters.Total),
            Transports = StatusView.Transports(counters),
            Rejected = StatusView.Rejected(counters),
            Kernel = new KernelStatus(kernel.ListenOverflows, kernel.ReversePathFiltered),
            Listeners = [.. _parts.Receiver.BoundEndpoints.Select(StatusView.Listener)],
            Connections = _parts.Receiver.OpenConnections,
            Switch = StatusView.Switch(
                _parts.Eapi.Endpoint, _parts.Switch.Facts, isReachable: _parts.Controller.TargetFault is null),
            Table = StatusView.Table(view),
            Escalation = view.Remembered is not { } remembered ? null
                : new EscalationStatus(
                    view.Flows.Count(flow => flow.Escalation > 0), remembered, _parts.Escalation?.Fault),
            QueueLength = _parts.Inbox.Length + view.Waiting,
        };
    }

    /// <summary>The status as Prometheus text.</summary>
    public string Metrics() => MetricsText.Of(
        Report(), _parts.Controller.Reaction, _parts.Eapi.RequestTime, _parts.Eapi.Requests);

    public ControlResponse Flows()
    {
        var (view, now) = (_parts.Controller.View, _parts.Controller.Now);
        return new ControlResponse
        {
            Flows = [.. view.Flows
                .OrderBy(flow => flow.Verdict.Flow.Action).ThenByDescending(flow => flow.Packets)
                .Select(flow => StatusView.Flow(flow, now))],
            Ended = [.. view.Ended.Reverse().Select(ended => StatusView.Ended(ended, now))],
            Table = StatusView.Table(view),
            Problem = _parts.SwitchFault,
            Paused = _parts.Pausing.Current,
        };
    }

    /// <summary>False until the switch has shown everything that was sent.</summary>
    public bool IsSettled => !_parts.Controller.View.AwaitsReadBack;
}

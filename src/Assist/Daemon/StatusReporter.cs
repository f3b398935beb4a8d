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
    private readonly TableReader _tables;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly KernelCheck _kernel;
    private readonly IReadOnlyList<IHealthCheck> _checks;

    public StatusReporter(
        DaemonParts parts, TableReader tables, Func<IEnumerable<string>> logFaults, TimeProvider time)
    {
        (_parts, _tables, _time) = (parts, tables, time);
        _startedAt = time.GetTimestamp();
        _kernel = new KernelCheck(
            parts.Config.Listeners.Any(listener => listener.Transport is Transport.Udp),
            () => parts.Counters.ReceivedOf(Transport.Udp));
        // In the order in which status tells them.
        _checks =
        [
            new LoopCheck(), new PauseCheck(parts.Pausing, parts.Controller),
            new SwitchCheck(parts.Switch, parts.Controller), new ListenerCheck(parts.Receiver), new LogCheck(logFaults),
            new TableCheck(), _kernel,
        ];
    }

    /// <exception cref="OperationCanceledException">The daemon is stopping.</exception>
    public async Task<StatusReport> ReportAsync()
    {
        var reading = await _tables.ReadAsync();
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
            Configuration = config.File,
            Mode = StatusView.ModeName(config.Topology.Mode),
            Format = config.Format,
            Received = counters.ReceivedTotal,
            Outcomes = StatusView.Outcomes(counters.Total),
            Transports = StatusView.Transports(counters),
            Rejected = StatusView.Rejected(counters),
            Kernel = new KernelStatus(kernel.ListenOverflows, kernel.ReversePathFiltered),
            Listeners = [.. _parts.Receiver.BoundEndpoints.Select(StatusView.Listener)],
            Connections = _parts.Receiver.OpenConnections,
            Switch = StatusView.Switch(
                _parts.Eapi.Endpoint, _parts.Switch.Facts, isReachable: _parts.Controller.TargetFault is null),
            Table = view.Table,
            Escalation = view.Escalation is not { } counts ? null
                : new EscalationStatus(counts.Escalated, counts.Remembered, _parts.Escalation?.Fault),
            QueueLength = _parts.Inbox.Length + view.Waiting,
        };
    }

    /// <summary>The status as Prometheus text.</summary>
    public async Task<string> MetricsAsync() => MetricsText.Of(
        await ReportAsync(), _parts.Controller.Reaction, _parts.Eapi.RequestTime, _parts.Eapi.Requests);

    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public async Task<ControlResponse> FlowsAsync()
    {
        var controller = _parts.Controller;
        var answer = await controller.AskAsync(table => Flows(table, controller.Now))
            .WaitAsync(FlowOrders.Patience, _time);
        return answer with { Problem = _parts.SwitchFault, Paused = _parts.Pausing.Current };
    }

    /// <summary>False until the switch has shown everything that was sent.</summary>
    public async Task<bool> IsSettledAsync() => !(await _tables.ReadAsync()).View.AwaitsReadBack;

    private static ControlResponse Flows(FlowTable table, TimeSpan now) => new()
    {
        Flows = [.. table.Flows
            .OrderBy(flow => flow.Identity.Action).ThenByDescending(flow => flow.Packets)
            .Select(flow => StatusView.Flow(flow, now))],
        Ended = [.. table.Ends.Last.Reverse().Select(ended => StatusView.Ended(ended, now))],
        Table = StatusView.Table(table),
    };
}

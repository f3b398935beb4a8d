using Assist.Configuration;
using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Http;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Pipeline;
using Assist.Rules;
using Assist.State;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>All stages wired together: listeners, decisions, flow table, switch. The one place that knows them all.</summary>
internal sealed partial class AssistDaemon : IDisposable
{
    private static readonly TimeSpan s_stopReceiving = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastChange = TimeSpan.FromSeconds(2);

    // To remove every entry, where nobody else would end them.
    private static readonly TimeSpan s_lastRemovals = TimeSpan.FromSeconds(10);

    private readonly AssistConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger<AssistDaemon> _log;
    private readonly long _startedAt;
    private readonly KernelCounters _kernelAtStart = KernelCounters.Read();
    private readonly EapiClient _eapi;
    private readonly VerdictInbox _inbox = new();
    private readonly SyslogReceiver _receiver;
    private readonly SwitchWatch _switch;
    private readonly EscalationKeeper? _escalation;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MetricsServer? _metrics;
    private Thread? _owner;
    private Task _watch = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;

    public AssistDaemon(AssistConfig config, ILoggerFactory logs, TimeProvider time)
    {
        (_config, _time, _log) = (config, time, logs.CreateLogger<AssistDaemon>());
        _startedAt = time.GetTimestamp();
        _eapi = new EapiClient(config.Eapi);
        var escalation = config.Escalation.IsOn ? new Escalation(config.Escalation) : null;
        var target = new DirectFlowTarget(_eapi, logs.CreateLogger<DirectFlowTarget>());
        var options = config.Table with
        {
            SwitchEndsEntries = config.Table.SwitchEndsEntries && target.Capabilities.ExpiresEntries,
            Lifetimes = action => config.Decisions.Lifetimes.Of(action).Timeouts,
        };
        var admission = Stages.Admission(config, target.Capabilities.Actions);
        var table = new FlowTable(options, new FlowPlanner(config.Topology))
        {
            Admits = admission.MayStay,
            Escalation = escalation,
            Bypassed = _inbox.Bypassed,
        };
        if (config.Decisions.Rules.FirstOrDefault(rule => !CanDo(target.Capabilities, rule.Action)) is { } rule)
            throw new DaemonException($"rule {rule.Name}: {target.Capabilities.Name} cannot {rule.Action.ToString().ToLowerInvariant()}");
        Controller = new FlowController(
            table, target, _inbox, options, Counters, time, logs.CreateLogger<FlowController>())
        {
            ExpectedStatics = [.. StaticFlows.For(config.Topology).Select(flow => flow.Name)],
        };
        _switch = new SwitchWatch(
            _eapi, config.Eapi.WaitAtStart, config.Table.ReconcileInterval, Controller, time, logs.CreateLogger<SwitchWatch>());
        Pausing = new PauseControl(
            new PauseFile(config.Control.StateDirectory), Controller, time, logs.CreateLogger<PauseControl>());
        if (escalation is not null)
            _escalation = new EscalationKeeper(
                new EscalationFile(config.Control.StateDirectory), escalation, Controller, time, logs.CreateLogger<EscalationKeeper>());
        if (config.Metrics is { } endPoint) _metrics = new MetricsServer(endPoint, MetricsAsync, logs.CreateLogger<MetricsServer>());
        var intake = new MessageIntake(Stages.Pipeline(config, admission), _inbox, Counters, time);
        _receiver = new SyslogReceiver(
            config.Listeners, config.Syslog, intake.HandlerFor, Counters, logs.CreateLogger<SyslogReceiver>(), time);
    }

    public Counters Counters { get; } = new();

    /// <summary>What of the daemon's own log is not written.</summary>
    public Func<IEnumerable<string>> LogFaults { get; init; } = () => [];

    public FlowController Controller { get; }

    public PauseControl Pausing { get; }

    /// <summary>Why the switch cannot be worked with now; null while it can.</summary>
    public string? SwitchFault => _switch.Fault ?? Controller.TargetFault;

    /// <summary>Ends when a loop dies, and then with its fault: a daemon that lost a part must not look alive.</summary>
    public Task Completion => _completion.Task;

    public IReadOnlyList<BoundEndpoint> Listeners => _receiver.BoundEndpoints;

    /// <exception cref="DaemonException">Something it cannot work without is missing; one line says what.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_config.Eapi.WaitAtStart == TimeSpan.Zero) await _switch.CheckAsync(cancellation);
        try
        {
            _receiver.Start();
        }
        catch (ListenerException e)
        {
            throw new DaemonException(e.Message, e);
        }
        _ = _receiver.Completion.ContinueWith(
            ended => _completion.TrySetException(ended.Exception?.InnerException ?? new DaemonException("a listener ended")),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _metrics?.Start();
        if (_config.Control.OpenPorts) await PortOpenings.OpenAsync(_config.Listeners, _config.Syslog.Senders, cancellation);
        Pausing.Restore();
        _escalation?.Load();
        _owner = new Thread(OwnTable) { Name = "flow table", IsBackground = true };
        _owner.Start();
        _watch = EndWithAsync(_switch.RunAsync);
        if (_escalation is not null) _keeping = EndWithAsync(_escalation.RunAsync);
        if (_log.IsEnabled(LogLevel.Information))
            foreach (var listener in Listeners.Select(StatusView.Listener)) Listening(_log, listener);
    }

    /// <summary>Stops in the path's order: listeners, inbox, the change set in flight. Returns within a few seconds.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (_metrics is not null) await _metrics.StopAsync();
        _receiver.Stop(s_stopReceiving);
        Controller.RequestStop();
        var isOver = _owner is null || await Task.Run(() => _owner.Join(LastChanges + s_stopReceiving));
        await _watch;
        await _keeping;
        if (isOver) _escalation?.WriteLast();
        if (_config.Control.OpenPorts) await PortOpenings.CloseAllAsync(CancellationToken.None);
        _completion.TrySetResult();
    }

    public Task<StatusReport> StatusAsync() => Controller.AskAsync(table =>
    {
        var problems = Problems(table);
        var kernel = KernelCounters.Read().Since(_kernelAtStart);
        return new StatusReport
        {
            Health = problems.Count == 0 ? "healthy" : "degraded",
            Problems = problems,
            Paused = Pausing.Current,
            Notices = [.. _receiver.Notices, .. StatusView.KernelNotices(
                kernel, _config.Listeners.Any(listener => listener.Transport is Transport.Udp),
                Counters.ReceivedOf(Transport.Udp))],
            Version = StatusView.Version,
            Pid = Environment.ProcessId,
            UptimeS = (long)_time.GetElapsedTime(_startedAt).TotalSeconds,
            Configuration = _config.File,
            Mode = StatusView.ModeName(_config.Topology.Mode),
            Format = _config.Format,
            Received = Counters.ReceivedTotal,
            Outcomes = StatusView.Outcomes(Counters.Total),
            Transports = StatusView.Transports(Counters),
            Rejected = StatusView.Rejected(Counters),
            Kernel = new KernelStatus(kernel.ListenOverflows, kernel.ReversePathFiltered),
            Listeners = [.. Listeners.Select(StatusView.Listener)],
            Connections = _receiver.OpenConnections,
            Switch = StatusView.Switch(_config, _eapi.Endpoint, _switch.Facts, Controller.TargetFault is null),
            Table = StatusView.Table(table),
            Escalation = StatusView.Escalation(table, _escalation?.Fault),
            QueueLength = _inbox.Length + table.Waiting,
        };
    });

    private async Task<string> MetricsAsync() =>
        MetricsText.Of(await StatusAsync(), Controller.Reaction, _eapi.RequestTime, _eapi.Requests);

    public Task<ControlResponse> FlowsAsync() => Controller.AskAsync(table =>
    {
        var now = Controller.Now;
        IReadOnlyList<FlowStatus> flows = [.. table.Flows
            .OrderBy(flow => flow.Identity.Action).ThenByDescending(flow => flow.Packets)
            .Select(flow => StatusView.Flow(flow, now))];
        return new ControlResponse
        {
            Flows = flows,
            Ended = [.. table.Ends.Last.Reverse().Select(ended => StatusView.Ended(ended, now))],
            Table = StatusView.Table(table),
        };
    });

    /// <summary>Removes the flows that the filter includes; names of what was, or would be, removed.</summary>
    public Task<IReadOnlyList<string>> DeleteAsync(FlowFilter filter, bool dryRun) => Controller.AskAsync(table =>
    {
        var records = table.Flows.Where(record => FlowSelection.Includes(filter, record)).ToList();
        var others = table.Unidentified.Where(entry => FlowSelection.Includes(filter, entry)).ToList();
        IReadOnlyList<string> names =
            [.. records.Select(StatusView.NameOf), .. others.Select(entry => entry.Name)];
        if (dryRun) return names;
        foreach (var record in records) table.Remove(record, Controller.Now);
        // Also what has ended: it must not come back for longer.
        table.Escalation?.ForgetWhere(match => FlowSelection.Includes(filter, match));
        foreach (var entry in others) table.RemoveUnidentified(entry.Name);
        return names;
    });

    public void Dispose()
    {
        _receiver.Dispose();
        _metrics?.Dispose();
        Controller.Dispose();
        Pausing.Dispose();
        _inbox.Dispose();
        _eapi.Dispose();
        _stopping.Dispose();
    }

    private TimeSpan LastChanges => _config.Table.SwitchEndsEntries ? s_lastChange : s_lastRemovals;

    private static bool CanDo(TargetCapabilities capabilities, RuleAction action) => action switch
    {
        RuleAction.Drop => capabilities.Actions.Contains(FlowAction.Drop),
        RuleAction.Bypass => capabilities.Actions.Contains(FlowAction.Bypass),
        RuleAction.Redirect => capabilities.Actions.Contains(FlowAction.Redirect),
        _ => true,
    };

    private List<string> Problems(FlowTable table)
    {
        var problems = new List<string>();
        if (Pausing.Current is { } pause) problems.Add($"{pause}: verdicts are not acted on; `assist resume` acts again");
        if (Controller.IsClearing) problems.Add("flows are still to be removed from the switch");
        if (Pausing.Fault is { } unkept) problems.Add($"a restart will not know whether to act: {unkept}");
        if (SwitchFault is { } fault) problems.Add($"switch: {fault}");
        problems.AddRange(_receiver.Problems);
        problems.AddRange(LogFaults());
        if (Controller.MissingStatics.Count > 0)
            problems.Add($"static flows are missing: {string.Join(", ", Controller.MissingStatics)}; run `assist setup`");
        var refused = table.Flows.Count(flow => flow.State == FlowState.Rejected);
        if (refused > 0) problems.Add($"the switch refused {refused} flows; see `assist monitor`");
        if (table.Budget.Free == 0) problems.Add("the flow table is full; what does not fit stays on the firewall");
        else if (table.Budget.IsShort) problems.Add("the flow table has no room for bypasses; those sessions stay on the firewall");
        if (table.Budget.IsLimitLearned)
            problems.Add($"the switch refuses entries beyond {table.Budget.Limit}, fewer than flows.capacity; trying for more each minute");
        foreach (var (name, reason) in table.RefusedRemovals.Take(1))
            problems.Add($"the switch refuses to remove {table.RefusedRemovals.Count()} entries such as {name}: {reason}");
        return problems;
    }

    private void OwnTable()
    {
        try
        {
            Controller.Run(LastChanges);
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    // A loop of ours that dies takes the daemon with it.
    private async Task EndWithAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "listening on {Listener}")]
    private static partial void Listening(ILogger log, string listener);
}

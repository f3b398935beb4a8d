using Assist.Configuration;
using Assist.Decisions;
using Assist.Flows;
using Assist.Syslog;
using Assist.Targets;
using Assist.Targets.DirectFlow;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Hosting;

/// <summary>The daemon cannot start or go on; the message is one line for the operator.</summary>
internal sealed class DaemonException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>All stages wired together: listeners, decisions, flow table, switch. The one place that knows them all.</summary>
internal sealed partial class Daemon : IDisposable
{
    private static readonly TimeSpan s_stopReceiving = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastChange = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_switchRetry = TimeSpan.FromSeconds(1);

    private readonly AssistConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger<Daemon> _log;
    private readonly long _startedAt;
    private readonly KernelCounters _kernelAtStart = KernelCounters.Read();
    private readonly EapiClient _eapi;
    private readonly VerdictInbox _inbox = new();
    private readonly SyslogReceiver _receiver;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Thread? _owner;
    private Task _check = Task.CompletedTask;
    private SwitchFacts? _facts;
    private volatile string? _startFault;

    public Daemon(AssistConfig config, ILoggerFactory logs, TimeProvider time)
    {
        (_config, _time, _log) = (config, time, logs.CreateLogger<Daemon>());
        _startedAt = time.GetTimestamp();
        _eapi = new EapiClient(config.Eapi);
        var format = Formats.Of(config);
        var table = new FlowTable(config.Table, new FlowPlanner(config.Topology));
        var target = new DirectFlowTarget(_eapi, logs.CreateLogger<DirectFlowTarget>());
        if (config.Decisions.Rules.FirstOrDefault(rule => !CanDo(target.Capabilities, rule.Action)) is { } rule)
            throw new DaemonException($"rule {rule.Name}: {target.Capabilities.Name} cannot {rule.Action.ToString().ToLowerInvariant()}");
        Controller = new FlowController(
            table, target, _inbox, config.Table, Counters, time, logs.CreateLogger<FlowController>())
        {
            ExpectedStatics = [.. StaticFlows.For(config.Topology).Select(flow => flow.Name)],
        };
        var decider = new Decider(config.Decisions, config.Topology, format);
        var intake = new MessageIntake(
            format, decider, config.Table.DuplicateWindow, _inbox, () => Controller.Generation, Counters, time);
        _receiver = new SyslogReceiver(
            config.Listeners, config.Syslog, intake.HandlerFor, Counters, logs.CreateLogger<SyslogReceiver>(), time);
    }

    public Counters Counters { get; } = new();

    /// <summary>Why the daemon's own log file is not written; null while it is.</summary>
    public Func<string?> LogFault { get; init; } = () => null;

    public FlowController Controller { get; }

    /// <summary>Why the switch cannot be worked with now; null while it can.</summary>
    public string? SwitchFault => _startFault ?? Controller.TargetFault;

    /// <summary>Ends when a loop dies, and then with its fault: a daemon that lost a part must not look alive.</summary>
    public Task Completion => _completion.Task;

    public IReadOnlyList<BoundEndpoint> Listeners => _receiver.BoundEndpoints;

    /// <exception cref="DaemonException">Something it cannot work without is missing; one line says what.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_config.Eapi.WaitAtStart == TimeSpan.Zero) await CheckSwitchAsync(cancellation);
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
        if (_config.Control.OpenPorts) await PortOpenings.OpenAsync(_config.Listeners, _config.Syslog.Senders, cancellation);
        _owner = new Thread(OwnTable) { Name = "flow table", IsBackground = true };
        _owner.Start();
        if (_facts is null) _check = WaitForSwitchAsync();
        if (_log.IsEnabled(LogLevel.Information))
            foreach (var listener in Listeners.Select(StatusView.Listener)) Listening(_log, listener);
    }

    /// <summary>Stops in the path's order: listeners, inbox, the change set in flight. Returns within a few seconds.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _receiver.Stop(s_stopReceiving);
        Controller.RequestStop();
        if (_owner is not null) await Task.Run(() => _owner.Join(s_lastChange + s_stopReceiving));
        await _check;
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
            Switch = StatusView.Switch(_config, _eapi.Endpoint, _facts, Controller.TargetFault is null),
            Table = StatusView.Table(table, _config.Table),
            QueueLength = _inbox.Length + table.Waiting,
        };
    });

    public Task<(IReadOnlyList<FlowStatus> Flows, TableStatus Table)> FlowsAsync() => Controller.AskAsync(table =>
    {
        var now = Controller.Now;
        IReadOnlyList<FlowStatus> flows = [.. table.Flows
            .OrderBy(flow => flow.Identity.Action).ThenByDescending(flow => flow.Packets)
            .Select(flow => StatusView.Flow(flow, now))];
        return (flows, StatusView.Table(table, _config.Table));
    });

    /// <summary>Removes the flows that the filter includes; names of what was, or would be, removed.</summary>
    public Task<IReadOnlyList<string>> DeleteAsync(FlowFilter filter, bool dryRun) => Controller.AskAsync(table =>
    {
        var records = table.Flows.Where(record => FlowSelection.Includes(filter, record)).ToList();
        var others = table.Unidentified.Where(entry => FlowSelection.Includes(filter, entry)).ToList();
        IReadOnlyList<string> names =
            [.. records.Select(StatusView.NameOf), .. others.Select(entry => entry.Name)];
        if (dryRun) return names;
        foreach (var record in records) table.Remove(record);
        foreach (var entry in others) table.RemoveUnidentified(entry.Name);
        return names;
    });

    public void Dispose()
    {
        _receiver.Dispose();
        Controller.Dispose();
        _inbox.Dispose();
        _eapi.Dispose();
        _stopping.Dispose();
    }

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
        if (SwitchFault is { } fault) problems.Add($"switch: {fault}");
        problems.AddRange(_receiver.Problems);
        if (LogFault() is { } logFault) problems.Add(logFault);
        if (Controller.MissingStatics.Count > 0)
            problems.Add($"static flows are missing: {string.Join(", ", Controller.MissingStatics)}; run `assist setup`");
        var refused = table.Flows.Count(flow => flow.State == FlowState.Rejected);
        if (refused > 0) problems.Add($"the switch refused {refused} flows; see `assist monitor`");
        if (table.Free == 0) problems.Add("the flow table is full; traffic stays on the firewall");
        return problems;
    }

    private void OwnTable()
    {
        try
        {
            Controller.Run(s_lastChange);
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    private async Task CheckSwitchAsync(CancellationToken cancellation)
    {
        try
        {
            _facts = await SwitchFacts.ReadAsync(_eapi, cancellation);
        }
        catch (TargetException e)
        {
            throw new DaemonException(e.Message, e);
        }
        if (_facts.Fault is { } fault) throw new DaemonException(fault);
    }

    // At boot the daemon is up before eAPI and, with MLAG, minutes before traffic: verdicts wait meanwhile.
    private async Task WaitForSwitchAsync()
    {
        var deadline = _time.GetTimestamp() + (long)(_config.Eapi.WaitAtStart.TotalSeconds * _time.TimestampFrequency);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await CheckSwitchAsync(_stopping.Token);
                _startFault = null;
                Controller.RequestRead();
                return;
            }
            catch (DaemonException e) when (_time.GetTimestamp() >= deadline)
            {
                _completion.TrySetException(e);
                return;
            }
            catch (DaemonException e)
            {
                if (_startFault != e.Message) Waiting(_log, e.Message);
                _startFault = e.Message;
                await Task.Delay(s_switchRetry, _time, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "waiting for the switch: {Reason}")]
    private static partial void Waiting(ILogger log, string reason);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "listening on {Listener}")]
    private static partial void Listening(ILogger log, string listener);
}

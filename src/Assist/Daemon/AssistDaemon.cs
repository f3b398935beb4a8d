using Assist.Control;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>The daemon's life: it starts and stops its parts in the path's order, and ends when one of them
/// dies.</summary>
internal sealed partial class AssistDaemon(
    DaemonParts parts, ConfigurationReload reload, StatusReporter status, HealthMonitor monitor, FlowOrders orders,
    WebEndpoints web, ILogger<AssistDaemon> log)
    : IDisposable
{
    private static readonly TimeSpan s_stopReceiving = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastChange = TimeSpan.FromSeconds(2);

    // To remove every entry, where nobody else would end them.
    private static readonly TimeSpan s_lastRemovals = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Thread? _owner;
    private Task _watch = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;
    private SwitchClaim? _claim;
    private Task _logging = Task.CompletedTask;
    private Task _monitoring = Task.CompletedTask;

    public DaemonParts Parts { get; } = parts;

    public StatusReporter Status { get; } = status;

    public FlowOrders Orders { get; } = orders;

    public WebEndpoints Web { get; } = web;

    /// <summary>Ends when a loop dies, and then with its fault: a daemon that lost a part must not look
    /// alive.</summary>
    public Task Completion => _completion.Task;

    public IReadOnlyList<BoundEndpoint> Listeners => Parts.Receiver.BoundEndpoints;

    private TimeSpan LastChanges => EndsOnSwitch ? s_lastChange : s_lastRemovals;

    // What nobody would end after us, we take back.
    private bool EndsOnSwitch =>
        Parts.Config.Table.SwitchEndsEntries && Parts.Controller.Capabilities.ExpiresEntries;

    /// <exception cref="DaemonException">Something it cannot work without is missing; one line says what.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var config = Parts.Config;
        // A dry run stands in nobody's way.
        if (!config.Eapi.IsReadOnly) _claim = SwitchClaim.Take(config.Eapi);
        Parts.Switch.Addresses.Restore();
        if (config.Eapi.WaitAtStart == TimeSpan.Zero) await Parts.Switch.CheckAsync(cancellation);
        // What an operator allows holds from the first message.
        Parts.Allowances.Restore();
        StartReceiving();
        try
        {
            await Web.StartAsync(cancellation);
            // Last of what may fail: nobody closes the openings of a start that failed.
            if (config.Control.OpenPorts)
                await PortOpenings.OpenAsync(config.Listeners, config.Syslog.Senders, cancellation);
        }
        catch
        {
            // One line tells why: threads whose sockets vanish would add theirs.
            Parts.Receiver.Stop(s_stopReceiving);
            throw;
        }
        StartLoops();
        if (!log.IsEnabled(LogLevel.Information)) return;
        foreach (var listener in Listeners.Select(StatusView.Listener)) Listening(log, listener);
        StartupLines.Write(log, Parts, Status.Protected());
    }

    /// <summary>Reads the configuration again and puts into force what can be.</summary>
    /// <param name="dryRun">Only tells what would change.</param>
    public Task<ReloadReport> ReloadAsync(bool dryRun = false) => reload.RunAsync(dryRun);

    /// <summary>The same, and does not wait for it.</summary>
    public void BeginReload() => _ = EndWithAsync(async _ => await ReloadAsync());

    /// <summary>Stops in the path's order: listeners, inbox, the change set in flight. Returns within a few
    /// seconds.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Web.StopAsync();
        Parts.Receiver.Stop(s_stopReceiving);
        Parts.Controller.RequestStop();
        Parts.Announcements?.RequestStop();
        var isOver = _owner is null || await Task.Run(() => _owner.Join(LastChanges + s_stopReceiving));
        if (Parts.Announcements is { } announcements) await announcements.EndAsync();
        await _watch;
        await _keeping;
        await _monitoring;
        await _logging;
        Parts.Facts.Log.WriteRest();
        Parts.Flows.Write();
        if (isOver) Parts.Escalation?.WriteLast();
        Parts.Audit?.WriteLast();
        if (Parts.Events is { } told) await told.SendLastAsync();
        if (Parts.Config.Control.OpenPorts) await PortOpenings.CloseAllAsync(CancellationToken.None);
        _completion.TrySetResult();
    }

    public void Dispose()
    {
        Web.Dispose();
        reload.Dispose();
        Parts.Dispose();
        _stopping.Dispose();
        _claim?.Dispose();
    }

    private void StartLoops()
    {
        Parts.Pausing.Restore();
        Parts.Escalation?.Load();
        Parts.Flows.Load(Parts.Config.Decisions.Rules);
        _owner = new Thread(RunFlowTable) { Name = "flow table", IsBackground = true };
        _owner.Start();
        Parts.Announcements?.Start(fault => _completion.TrySetException(fault));
        _logging = EndWithAsync(Parts.Facts.Log.RunAsync);
        _watch = EndWithAsync(Parts.Switch.RunAsync);
        _monitoring = EndWithAsync(monitor.RunAsync);
        _keeping = Task.WhenAll(
            EndWithAsync(Parts.Flows.RunAsync), EndWithAsync(Parts.Timed.RunAsync), EndWithAsync(Web.RunAsync),
            EndWithAsync(Status.Top.RunAsync),
            Parts.Announcements is { } announcements ? EndWithAsync(announcements.RunAsync) : Task.CompletedTask,
            Parts.Audit is { } audit ? EndWithAsync(audit.RunAsync) : Task.CompletedTask,
            Parts.Events is { } told ? EndWithAsync(told.RunAsync) : Task.CompletedTask,
            Parts.Escalation is { } escalation ? EndWithAsync(escalation.RunAsync) : Task.CompletedTask);
    }

    private void StartReceiving()
    {
        try
        {
            Parts.Receiver.Start();
        }
        catch (ListenerException e)
        {
            throw new DaemonException(e.Message, e);
        }
        _ = Parts.Receiver.Completion.ContinueWith(
            ended => _completion.TrySetException(
                ended.Exception?.InnerException ?? new DaemonException("a listener ended")),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private void RunFlowTable()
    {
        try
        {
            Parts.Controller.Run(LastChanges, removesAll: !EndsOnSwitch);
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

    [LoggerMessage(EventId = 600, Level = LogLevel.Information, Message = "listening on {Listener}")]
    private static partial void Listening(ILogger log, string listener);
}

using Assist.Configuration;
using Assist.Control;
using Assist.Enforcement;
using Assist.Logging;
using Assist.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>The daemon as a hosted service: claims the control socket, starts, reports readiness, and takes the process
/// with it when a loop dies.</summary>
internal sealed partial class DaemonService(
    AssistConfig config, OperatorLog log, TimeProvider time, IHostApplicationLifetime lifetime, bool isDetached)
    : IHostedService, IDisposable
{
    private const int Failed = 1;

    // More than an orderly end takes.
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(20);

    private readonly ServiceNotification _service = ServiceNotification.FromEnvironment();
    private readonly ILogger _log = log.Loggers.CreateLogger(OperatorLog.Account);
    private readonly RunKeeper _run = new(
        new RunFile(config.Control.StateDirectory), time, log.Loggers.CreateLogger<RunKeeper>());

    private volatile AssistDaemon? _daemon;
    private ControlServer? _control;
    private Task _watching = Task.CompletedTask;
    private string? _reason;

    /// <summary>What ended the daemon before its time.</summary>
    public Exception? Fault { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settled = await OutputChoice.SettleAsync(config, time, _log, cancellationToken);
        var daemon = new DaemonBuilder(settled, log.Loggers, time)
        {
            LogFaults = log.Faults,
            LogLevels = log.Levels,
        }.Build();
        _daemon = daemon;
        var answers = new ControlAnswers(daemon, () => Stop("`assist stop`"), time);
        // First of all: two daemons on one switch would undo each other's work.
        _control = new ControlServer(
            config.Control.Socket, answers.AnswerAsync, time, log.Loggers.CreateLogger<ControlServer>(),
            ControlAccess.For(config.Control.ReadGroup));
        await StartOrTellAsync(daemon, cancellationToken);
        _run.Begin();
        _ = daemon.Completion.ContinueWith(
            Ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        // Before anybody is told that it runs: the starter leaves then, and takes its terminal along.
        if (isDetached) Detachment.Detach();
        _control.Start();
        _service.Send("READY=1");
        var loop = daemon.Parts.Controller;
        _watching = Task.WhenAll(FeedAsync(loop), WatchAsync(loop));
        var sets = Sets(config.Source.Sets);
        Started(_log, StatusView.Version, Environment.ProcessId, config.Source.File, sets);
        _ = StartupMemory.ReleaseAsync(time, lifetime.ApplicationStopping);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var reason = _reason ?? "the host";
        Stopping(_log, reason);
        // First, since whoever waits for the rest may lose patience and kill it.
        _run.End(reason);
        _service.Send("STOPPING=1");
        if (_daemon is not null) await _daemon.StopAsync();
        if (_control is not null) await _control.StopAsync();
        await _watching;
        Stopped(_log);
    }

    /// <param name="reason">For the log: who asks for it.</param>
    public void Stop(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        lifetime.StopApplication();
    }

    /// <summary>Does not wait for it; the log tells what came of it.</summary>
    public void Reload() => _daemon?.BeginReload();

    public void Dispose()
    {
        _control?.Dispose();
        _daemon?.Dispose();
    }

    // Not before the control socket is claimed: what is on file is of the daemon that holds it.
    private async Task StartOrTellAsync(AssistDaemon daemon, CancellationToken cancellation)
    {
        try
        {
            await daemon.StartAsync(cancellation);
        }
        catch (Exception e)
        {
            _run.End($"a fault at the start: {e.Message}");
            throw;
        }
    }

    private void Ended(Task completion)
    {
        if (completion.Exception?.InnerException is { } fault) End(fault);
    }

    private void End(Exception fault)
    {
        Fault = fault;
        Stop($"a fault: {fault.Message}");
        _ = EndAnywayAsync();
    }

    // A loop that stands still may hold a lock that the end waits for, and whoever restarts us waits for the end.
    private async Task EndAnywayAsync()
    {
        await Task.Delay(s_end, time);
        Environment.Exit(Failed);
    }

    private async Task FeedAsync(FlowController loop)
    {
        if (Watchdog.LimitFromEnvironment() is not { } limit) return;
        try
        {
            await new Watchdog(_service, limit, () => loop.LastTurn, () => loop.Now)
                .RunAsync(time, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            // The unit's time for stopping counts from here on.
        }
    }

    private async Task WatchAsync(FlowController loop)
    {
        try
        {
            await new LoopWatch(() => loop.LastTurn).RunAsync(time, lifetime.ApplicationStopping);
        }
        catch (DaemonException e)
        {
            End(e);
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    private static string Sets(IReadOnlyList<string> sets) =>
        sets.Count == 0 ? "" : $" and {string.Join(' ', sets.Select(set => $"--set {set}"))}";

    [LoggerMessage(EventId = 660, Level = LogLevel.Information, Message =
        "assist {Version} runs (pid {Pid}) with {File}{Sets}")]
    private static partial void Started(ILogger log, string version, int pid, string file, string sets);

    [LoggerMessage(EventId = 661, Level = LogLevel.Information, Message = "stopping, because of {Reason}")]
    private static partial void Stopping(ILogger log, string reason);

    [LoggerMessage(EventId = 662, Level = LogLevel.Information, Message = "stopped")]
    private static partial void Stopped(ILogger log);
}

using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>The daemon as a hosted service: claims the control socket, starts, reports readiness, and takes the process
/// with it when a loop dies.</summary>
internal sealed class DaemonService(
    AssistConfig config, OperatorLog log, TimeProvider time, IHostApplicationLifetime lifetime, bool isDetached)
    : IHostedService, IDisposable
{
    private AssistDaemon? _daemon;
    private ControlServer? _control;

    /// <summary>What ended the daemon before its time.</summary>
    public Exception? Fault { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var daemon = _daemon = new DaemonBuilder(config, log.Loggers, time) { LogFaults = log.Faults }.Build();
        var answers = new ControlAnswers(daemon, lifetime.StopApplication);
        // First of all: two daemons on one switch would undo each other's work.
        _control = new ControlServer(
            config.Control.Socket, answers.AnswerAsync, time, log.Loggers.CreateLogger<ControlServer>());
        await daemon.StartAsync(cancellationToken);
        _ = daemon.Completion.ContinueWith(
            Ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        // Before anybody is told that it runs: the starter leaves then, and takes its terminal along.
        if (isDetached) Detachment.Detach();
        _control.Start();
        ServiceNotification.Send("READY=1");
        _ = StartupMemory.ReleaseAsync(time, lifetime.ApplicationStopping);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ServiceNotification.Send("STOPPING=1");
        if (_daemon is not null) await _daemon.StopAsync();
        if (_control is not null) await _control.StopAsync();
    }

    public void Dispose()
    {
        _control?.Dispose();
        _daemon?.Dispose();
    }

    private void Ended(Task completion)
    {
        Fault = completion.Exception?.InnerException;
        if (Fault is not null) lifetime.StopApplication();
    }
}

using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Assist.Daemon;

/// <summary>What signals do to the daemon: TERM, INT and QUIT stop it, HUP makes it read its configuration again. USR1
/// and USR2, which others send to have logs reopened, would end it.</summary>
/// <param name="stop">Is told the signal's name.</param>
internal sealed class SignalLifetime(Action<string> stop, Action reload) : IHostLifetime, IDisposable
{
    // By their numbers on Linux; the base library has no names for them.
    private const PosixSignal User1 = (PosixSignal)10;
    private const PosixSignal User2 = (PosixSignal)12;

    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        On(PosixSignal.SIGTERM, () => stop("SIGTERM"));
        On(PosixSignal.SIGINT, () => stop("SIGINT"));
        On(PosixSignal.SIGQUIT, () => stop("SIGQUIT"));
        On(PosixSignal.SIGHUP, reload);
        On(User1, () => { });
        On(User2, () => { });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void On(PosixSignal signal, Action act) => _registrations.Add(PosixSignalRegistration.Create(signal, sent =>
    {
        // Otherwise the system does what it does by default: it ends the process.
        sent.Cancel = true;
        act();
    }));
}

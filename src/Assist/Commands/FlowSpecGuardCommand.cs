using System.CommandLine;
using System.Runtime.InteropServices;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Outputs.FlowSpec;

namespace Assist.Commands;

/// <summary>The process that a daemon which announces starts beside itself. Ctrl-C, which reaches both, is the daemon's
/// to take.</summary>
internal static class FlowSpecGuardCommand
{
    public static Command Create()
    {
        var engine = new Option<string>("--engine") { Required = true };
        var ca = new Option<string?>("--ca");
        var mark = new Option<string>("--mark") { Required = true };
        var lease = new Option<int>("--lease") { Required = true };
        var path = new Option<string>("--lock") { Required = true };
        var command = new Command(
            LeaseGuardProcess.Command, "Withdraws what is announced when the daemon is gone; started by the daemon")
        {
            engine, ca, mark, lease, path,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            if (FlowSpecReader.AddressOf(parsed.GetValue(engine)!) is not { } address
                || !Community.TryParse(parsed.GetValue(mark), out var community))
                throw new CommandException("no engine, or no mark", ExitCode.Usage);
            await RunAsync(new LeaseGuard(
                address with { Ca = parsed.GetValue(ca) }, community, TimeSpan.FromSeconds(parsed.GetValue(lease)),
                parsed.GetValue(path)!, TimeProvider.System, Say));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task RunAsync(LeaseGuard guard)
    {
        using var hurry = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, sent => sent.Cancel = true);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, sent => sent.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, sent => sent.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, sent =>
        {
            sent.Cancel = true;
            hurry.Cancel();
        });
        await guard.RunAsync(Console.OpenStandardInput(), hurry.Token);
    }

    // Whoever read it may have gone with the daemon.
    private static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine($"assist: {line}");
        }
        catch (IOException)
        {
        }
    }
}

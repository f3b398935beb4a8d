using System.CommandLine;
using Assist.Hosting;

namespace Assist.Commands;

/// <summary>`assist stop`: ends the daemon and waits until it is down. Flows stay on the switch and end by their timeouts.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var command = new Command("stop", "Stops the daemon and waits until it is down; flows stay until their timeouts end them");
        command.SetAction(StopAsync);
        return command;
    }

    private static async Task<int> StopAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var socket = SharedOptions.LoadOrFail(parsed).Control.Socket;
        if (await ControlClient.AskAsync(socket, new ControlRequest { Command = "stop" }, cancellation) is not { } answer)
        {
            Console.WriteLine("assist is not running");
            return ExitCode.Ok;
        }
        var start = TimeProvider.System.GetTimestamp();
        while (Directory.Exists($"/proc/{answer.Pid}"))
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_patience)
                throw new CommandException($"process {answer.Pid} did not end; see its log, or end it with `kill -9 {answer.Pid}`", ExitCode.Failed);
            await Task.Delay(s_look, cancellation);
        }
        Console.WriteLine("assist has stopped");
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using Assist.Control;

namespace Assist.Commands;

/// <summary>`assist stop`: ends the daemon and waits until it is down. Flows stay on the switch and end by their
/// timeouts.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var command = new Command(
            "stop", "Stops the daemon and waits until it is down; flows on the switch end by their timeouts")
        {
            SharedOptions.Socket,
        };
        command.SetAction(StopAsync);
        return command;
    }

    private static async Task<int> StopAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var place = ControlPlace.Of(parsed);
        var request = new ControlRequest { Command = "stop" };
        if (await place.AskAsync(request, cancellation) is not { } answer)
        {
            place.TellMistakes();
            Console.WriteLine("assist is not running");
            return ExitCode.Ok;
        }
        var start = TimeProvider.System.GetTimestamp();
        var pid = answer.Pid
            ?? throw new CommandException(answer.Error ?? "the daemon did not confirm the stop", ExitCode.Failed);
        while (IsAlive(pid))
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_patience)
                throw new CommandException(
                    $"process {pid} did not end; see its log, or end it with `kill -9 {pid}`", ExitCode.Failed);
            await Task.Delay(s_look, cancellation);
        }
        Console.WriteLine("assist has stopped");
        return ExitCode.Ok;
    }

    // A zombie is down: it waits for a parent to ask after it, and in a container that may be never.
    private static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in front of the state is in parentheses and may hold anything.
            return stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is not ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }
}

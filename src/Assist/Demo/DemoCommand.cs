using System.CommandLine;
using Assist.Commands;

namespace Assist.Demo;

/// <summary>`assist demo`: the whole main job on this machine with nothing else.</summary>
internal static class DemoCommand
{
    // Long enough on a terminal to see what happened.
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(1.5);

    public static Command Create()
    {
        var command = new Command(
            "demo", "Runs on this machine: an emulated switch, the daemon, logs over real sockets, and a summary");
        command.Aliases.Add("run-demo");
        command.Aliases.Add("run_demo");
        command.SetAction(async (_, cancellation) =>
        {
            var isTerminal = !Console.IsOutputRedirected
                && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
            var view = new DemoView(Console.Out, isTerminal);
            await using var script = new DemoScript(view, TimeProvider.System, isTerminal ? s_watched : TimeSpan.Zero);
            return await script.PlayAsync(cancellation) ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }
}

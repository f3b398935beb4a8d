using System.CommandLine;
using System.Text.Json;
using Assist.Control;
using Assist.Logging;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist status`: daemon, listeners, switch, table use, what is wrong now.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = SharedOptions.Json();
        var protectedToo = new Option<bool>("--protected")
        {
            Description = "Shows all addresses that no drop may touch, and why",
        };
        var command = new Command(
            "status", "Shows daemon, listeners, switch and table use; exit 0 healthy, 1 degraded, 3 not running, "
                + "5 no answer")
        {
            json, protectedToo, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) =>
            ShowAsync(parsed, parsed.GetValue(json), parsed.GetValue(protectedToo), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, bool asJson, bool protectedToo, CancellationToken cancellation)
    {
        var place = ControlPlace.Of(parsed);
        var answer = await place.AskAsync(new ControlRequest { Command = "status" }, cancellation);
        if (answer is null)
        {
            place.TellMistakes();
            ShowLastRun(place.Readable is { } read ? new RunFile(read.Control.StateDirectory).Read() : null, asJson);
            return ExitCode.NotRunning;
        }
        var status = answer.Status
            ?? throw new CommandException(answer.Error ?? "the daemon sent no status", ExitCode.NoAnswer);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(status, ControlJson.Default.StatusReport));
        else StatusText.Write(Console.Out, status, protectedToo);
        return status.IsHealthy ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void ShowLastRun(LastRun? run, bool asJson)
    {
        var json = run is null ? "" : $""","last_run":{JsonSerializer.Serialize(run, RunJson.Default.LastRun)}""";
        Console.WriteLine(asJson ? $$"""{"health":"not_running"{{json}}}"""
            : $"assist is not running{(run is null ? "" : $"; {Printable.Of(run.ToString())}")}");
    }
}

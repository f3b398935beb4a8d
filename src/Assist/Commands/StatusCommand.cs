using System.CommandLine;
using System.Text.Json;
using Assist.Control;

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
            json, protectedToo,
        };
        command.SetAction((parsed, cancellation) =>
            ShowAsync(parsed, parsed.GetValue(json), parsed.GetValue(protectedToo), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, bool asJson, bool protectedToo, CancellationToken cancellation)
    {
        var socket = SharedOptions.LoadOrFail(parsed).Control.Socket;
        var answer = await ControlClient.AskAsync(socket, new ControlRequest { Command = "status" }, cancellation);
        if (answer is null)
        {
            Console.WriteLine(asJson ? """{"health":"not_running"}""" : "assist is not running");
            return ExitCode.NotRunning;
        }
        var status = answer.Status
            ?? throw new CommandException(answer.Error ?? "the daemon sent no status", ExitCode.NoAnswer);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(status, ControlJson.Default.StatusReport));
        else StatusText.Write(Console.Out, status, protectedToo);
        return status.IsHealthy ? ExitCode.Ok : ExitCode.Failed;
    }
}

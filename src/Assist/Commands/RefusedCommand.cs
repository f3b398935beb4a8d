using System.CommandLine;
using System.Text.Json;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist refused`: the last messages that were refused, with the reason and the line.</summary>
internal static class RefusedCommand
{
    private const int Most = 1000;

    public static Command Create()
    {
        var last = new Option<int>("--last")
        {
            Description = "How many at most",
            HelpName = "COUNT",
            DefaultValueFactory = _ => 20,
        };
        var json = SharedOptions.Json();
        var command = new Command(
            "refused", "Shows the last messages that were refused: when, of which sender, why, and the line")
        {
            last, json, SharedOptions.Socket,
        };
        command.SetAction(
            (parsed, cancellation) => ShowAsync(parsed, parsed.GetValue(last), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, int last, bool asJson, CancellationToken cancellation)
    {
        if (last is < 1 or > Most)
            throw new CommandException($"--last takes a number from 1 to {Most}", ExitCode.Usage);
        var request = new ControlRequest { Command = "refused", Last = last };
        if (await ControlPlace.Of(parsed).AskAsync(request, cancellation) is not { } answer)
            throw new CommandException("assist is not running, so nothing is remembered", ExitCode.NotRunning);
        if (answer.Refused is not { } refused)
            throw new CommandException(answer.Error ?? "the daemon sent no messages", ExitCode.NoAnswer);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Default.ControlResponse));
        else Write(Console.Out, refused);
        return ExitCode.Ok;
    }

    private static void Write(TextWriter output, IReadOnlyList<RefusedStatus> refused)
    {
        if (refused.Count == 0) output.WriteLine("no message has been refused since the start");
        // The latest at the end, where a terminal shows it.
        foreach (var each in refused.Reverse())
        {
            var reason = Printable.Of(each.Reason);
            output.WriteLine($"{each.Time} {each.Sender} {each.Transport} {each.Outcome}: {reason}");
            output.WriteLine($"    {Printable.Of(each.Line)}");
        }
    }
}

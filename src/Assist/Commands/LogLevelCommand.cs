using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;

namespace Assist.Commands;

/// <summary>`assist log-level`: how much the running daemon writes into its log.</summary>
internal static class LogLevelCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    public static Command Create()
    {
        var level = new Argument<string?>("LEVEL")
        {
            Description = "From this level on lines are written; without it the level of now is shown",
            Arity = ArgumentArity.ZeroOrOne,
        };
        level.AcceptOnlyFromAmong([.. LogLevelWords.All.Select(each => each.Word)]);
        var time = OrderOptions.Time("--for", "Takes the configured level again after that time, such as 10m");
        var json = SharedOptions.Json();
        var command = new Command(
            "log-level", "Shows or sets how much the running daemon logs, until it ends or for a time")
        {
            level, time, json, SharedOptions.Socket,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new ControlRequest
            {
                Command = ControlRequest.LogLevel,
                Level = parsed.GetValue(level),
                Seconds = OrderOptions.SecondsOf(parsed, time, s_longest),
            };
            if (request is { Seconds: not null, Level: null })
                throw new CommandException("--for needs a level, such as `assist log-level debug --for 10m`",
                    ExitCode.Usage);
            return await AskAsync(ControlPlace.Of(parsed), request, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static async Task<int> AskAsync(
        ControlPlace place, ControlRequest request, bool asJson, CancellationToken cancellation)
    {
        if (await place.AskAsync(request, cancellation) is not { } answer)
            throw new CommandException(
                "assist is not running; log.level in the configuration holds from the next start on",
                ExitCode.NotRunning);
        if (answer.LogLevel is not { } now)
            throw new CommandException(answer.Error ?? "the daemon sent no level", ExitCode.Failed);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Default.ControlResponse));
        else Console.WriteLine($"the daemon logs from {now.Level} on{End(now)}");
        return ExitCode.Ok;
    }

    private static string End(LogLevelStatus now) => now.Until is { } until
        ? $" until {WallClock.Text(new DateTimeOffset(until, TimeSpan.Zero))}, then from {now.Configured} on"
        : now.Level == now.Configured ? ", as configured" : $" until it ends; {now.Configured} is configured";
}

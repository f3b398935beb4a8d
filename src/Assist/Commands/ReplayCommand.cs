using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Logging;
using Assist.Replay;

namespace Assist.Commands;

/// <summary>`assist replay`: whole logs against the configuration, in the time of their lines, without a
/// switch.</summary>
internal static class ReplayCommand
{
    private static readonly Option<bool> s_json = SharedOptions.Json();

    private static readonly Option<string?> s_svg = new("--svg")
    {
        Description = "Draws the flow table over time into this file",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_compare = new("--compare")
    {
        Description = "Shows what this configuration would make of the logs instead",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files of log lines, plain or gzip, the oldest first; - is standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "replay", "Runs whole logs against the configuration in the time of their lines, without a switch: "
                + "outcomes, the flow table over time, what would have been bypassed and refused")
        {
            files, s_compare, s_svg, s_json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            var other = parsed.GetValue(s_compare) is { } file ? Other(file) : null;
            if (other is not null && parsed.GetValue(s_svg) is not null)
                throw new CommandException("--svg draws one configuration; leave --compare out", ExitCode.Usage);
            return other is null ? await ReplayAsync(parsed, parsed.GetValue(files)!, config, cancellation)
                : await CompareAsync(parsed, parsed.GetValue(files)!, config, other, cancellation);
        });
        return command;
    }

    private static AssistConfig Other(string file) =>
        SharedOptions.OrFail(ConfigurationLoader.Load(file, [], Formats.Find));

    private static async Task<int> ReplayAsync(
        ParseResult parsed, string[] files, AssistConfig config, CancellationToken cancellation)
    {
        using var replay = New(config);
        await RunAsync(files, replay, (line, _) => replay.Take(line), cancellation);
        var report = ReplayReport.Of(replay.Finish());
        if (parsed.GetValue(s_svg) is { } picture) Draw(picture, report, config, files);
        if (parsed.GetValue(s_json))
            Console.WriteLine(JsonSerializer.Serialize(report, ReplayJson.Default.ReplayReport));
        else ReplayText.Write(Console.Out, report);
        return ExitCode.Ok;
    }

    private static async Task<int> CompareAsync(
        ParseResult parsed, string[] files, AssistConfig config, AssistConfig other, CancellationToken cancellation)
    {
        using var before = New(config);
        using var after = New(other);
        var changes = new ReplayChanges();
        await RunAsync(files, before, (line, number) =>
        {
            before.Take(line);
            after.Take(line);
            changes.Note(before.Decide(), after.Decide(), line.Span, number);
        }, cancellation);
        var comparison = new ReplayComparison(
            ReplayReport.Of(before.Finish()), ReplayReport.Of(after.Finish()), changes.All);
        if (parsed.GetValue(s_json))
            Console.WriteLine(JsonSerializer.Serialize(comparison, ReplayJson.Default.ReplayComparison));
        else ReplayText.Write(Console.Out, comparison, config.Source.File, other.Source.File);
        return ExitCode.Ok;
    }

    private static LogReplay New(AssistConfig config) =>
        new(Stages.Replay(config), TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <param name="take">Takes a line and its number.</param>
    private static async Task RunAsync(
        string[] files, LogReplay replay, Action<ReadOnlyMemory<byte>, long> take, CancellationToken cancellation)
    {
        var input = new ReplayInput(files);
        var progress = new ReplayProgress(input, TimeProvider.System);
        var number = 0L;
        try
        {
            await foreach (var line in input.ReadAsync(cancellation))
            {
                if (line.IsEmpty) continue;
                take(line, ++number);
                progress.Note(number, replay.Now);
            }
        }
        finally
        {
            progress.End();
        }
    }

    private static void Draw(string picture, ReplayReport report, AssistConfig config, string[] files)
    {
        var title = $"{string.Join(", ", files.Select(Path.GetFileName))} against {config.Source.File}";
        try
        {
            File.WriteAllText(picture, ReplayPicture.Of(report, title));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{picture}: {IoFault.Text(e)}", ExitCode.Failed);
        }
    }
}

using System.CommandLine;
using System.Text.Json;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist reload`: the daemon reads its configuration again, as on SIGHUP, and tells what came of
/// it.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var json = SharedOptions.Json();
        var command = new Command(
            "reload", "Makes the daemon read its configuration again; a file with a mistake changes nothing")
        {
            json, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) => ReloadAsync(parsed, parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> ReloadAsync(ParseResult parsed, bool asJson, CancellationToken cancellation)
    {
        var place = ControlPlace.Of(parsed);
        var request = new ControlRequest { Command = "reload" };
        if (await place.AskAsync(request, cancellation) is not { } answer)
            throw new CommandException("assist is not running; it reads the file when it starts", ExitCode.NotRunning);
        var report = answer.Reload
            ?? throw new CommandException(answer.Error ?? "the daemon did not report", ExitCode.Failed);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(report, ControlJson.Default.ReloadReport));
        else Write(Console.Out, report);
        if (report.Errors.Count > 0)
            throw new CommandException(
                $"the configuration before stays in force: {report.Errors[0]}", ExitCode.Usage);
        return report.Problem is { } problem ? throw new CommandException(problem, ExitCode.Failed) : ExitCode.Ok;
    }

    private static void Write(TextWriter output, ReloadReport report)
    {
        foreach (var error in report.Errors.Skip(1)) Console.Error.WriteLine($"assist: {Printable.Of(error)}");
        foreach (var warning in report.Warnings) Console.Error.WriteLine(Printable.Of(warning));
        if (report.Errors.Count > 0) return;
        if (!report.HasChanges) output.WriteLine("nothing has changed");
        Write(output, "in force", report.Applied);
        Write(output, "waits for a restart", report.NeedRestart);
        Write(output, "waits for `assist setup`", report.NeedSetup);
        if (report.Revoked > 0) output.WriteLine($"flows revoked: {report.Revoked}");
    }

    private static void Write(TextWriter output, string what, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0) output.WriteLine($"{what}: {Printable.Of(string.Join(", ", keys))}");
    }
}

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
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Shows what would change and which flows would end, changes nothing",
        };
        var command = new Command(
            "reload", "Makes the daemon read its configuration again, and shows what has changed; a file with a "
                + "mistake changes nothing")
        {
            dryRun, json, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) =>
            ReloadAsync(parsed, parsed.GetValue(dryRun), parsed.GetValue(json), cancellation));
        return command;
    }

    public static async Task<int> ReloadAsync(
        ParseResult parsed, bool dryRun, bool asJson, CancellationToken cancellation)
    {
        var place = ControlPlace.Of(parsed);
        var request = new ControlRequest { Command = dryRun ? ControlRequest.ReloadPlan : "reload" };
        if (await place.AskAsync(request, cancellation) is not { } answer)
            throw new CommandException("assist is not running; it reads the file when it starts", ExitCode.NotRunning);
        var report = answer.Reload
            ?? throw new CommandException(answer.Error ?? "the daemon did not report", ExitCode.Failed);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(report, ControlJson.Default.ReloadReport));
        else Write(Console.Out, report);
        if (report.Errors.Count > 0)
            throw new CommandException(
                $"the configuration before {(report.DryRun ? "would stay" : "stays")} in force: {report.Errors[0]}",
                ExitCode.Usage);
        return report.Problem is { } problem ? throw new CommandException(problem, ExitCode.Failed) : ExitCode.Ok;
    }

    private static void Write(TextWriter output, ReloadReport report)
    {
        foreach (var error in report.Errors.Skip(1)) Console.Error.WriteLine($"assist: {Printable.Of(error)}");
        foreach (var warning in report.Warnings) Console.Error.WriteLine(Printable.Of(warning));
        if (report.Errors.Count > 0) return;
        if (!report.HasChanges) output.WriteLine("nothing has changed");
        foreach (var change in report.Changes) output.WriteLine($"  {Printable.Of(change.ToString())}");
        Write(output, report.DryRun ? "would be in force" : "in force", report.Applied);
        Write(output, "waits for a restart", report.NeedRestart);
        Write(output, "waits for `assist setup`", report.NeedSetup);
        if (report.Revoked > 0) WriteRevoked(output, report);
        if (report.DryRun) output.WriteLine("nothing was changed: this was a dry run");
    }

    private static void WriteRevoked(TextWriter output, ReloadReport report)
    {
        output.WriteLine($"flows {(report.DryRun ? "that would be revoked" : "revoked")}: {report.Revoked}");
        foreach (var name in report.RevokedNames) output.WriteLine($"  {Printable.Of(name)}");
        if (report.Revoked > report.RevokedNames.Count)
            output.WriteLine($"  and {report.Revoked - report.RevokedNames.Count} more");
    }

    private static void Write(TextWriter output, string what, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0) output.WriteLine($"{what}: {Printable.Of(string.Join(", ", keys))}");
    }
}

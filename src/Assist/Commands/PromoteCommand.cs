using System.CommandLine;
using System.Text;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist promote RULE`: a rule on trial is to act from now on.</summary>
internal static class PromoteCommand
{
    public static Command Create()
    {
        var rule = new Argument<string>("RULE") { Description = "Name of a rule with shadow: true" };
        var noReload = new Option<bool>("--no-reload")
        {
            Description = "Changes the file only; the daemon goes on as it does until `assist reload`",
        };
        var command = new Command(
            "promote", "Takes shadow: true from a rule in the configuration file, keeping its comments, and reloads")
        {
            rule, noReload, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) =>
            PromoteAsync(parsed, parsed.GetValue(rule)!, parsed.GetValue(noReload), cancellation));
        return command;
    }

    private static async Task<int> PromoteAsync(
        ParseResult parsed, string rule, bool noReload, CancellationToken cancellation)
    {
        var place = ControlPlace.Of(parsed);
        var config = place.ConfigOrFail();
        Check(config, rule);
        var status = (await place.AskAsync(new ControlRequest { Command = "status" }, cancellation))?.Status;
        var isOfDaemon = status is not null
            && Path.GetFullPath(status.Configuration) == Path.GetFullPath(config.Source.File);
        if (isOfDaemon && status!.ConfigurationState.Changed)
            throw new CommandException(
                $"{config.Source.File} is not what the daemon has read: nothing is changed, because a reload would "
                + "bring its other changes into force too; look at them, `assist reload`, and promote then",
                ExitCode.Failed);
        Rewrite(config.Source, rule);
        Console.WriteLine($"rule {rule} is not on trial any more in {Printable.Of(config.Source.File)}");
        if (isOfDaemon && !noReload) return await ReloadCommand.ReloadAsync(
            parsed, dryRun: false, asJson: false, cancellation);
        Console.WriteLine(
            status is null ? "the daemon is not running; the rule acts from its next start"
            : isOfDaemon ? "the daemon goes on as before; `assist reload` lets the rule act"
            : $"the daemon runs with another file, {Printable.Of(status.Configuration)}");
        return ExitCode.Ok;
    }

    private static void Check(AssistConfig config, string rule)
    {
        var rules = config.Decisions.Rules;
        if (rules.FirstOrDefault(each => each.Name == rule) is not { } found)
            throw new CommandException(
                $"the configuration has no rule {rule}{Nearest.Hint(rule, rules.Select(each => each.Name))}",
                ExitCode.Usage);
        if (!found.Shadow)
            throw new CommandException($"rule {rule} is not on trial: it acts already", ExitCode.Usage);
    }

    private static void Rewrite(ConfigurationSource source, string rule)
    {
        try
        {
            var bytes = File.ReadAllBytes(source.File);
            if (source.HasChanged() || !bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(source.Text)))
                throw new CommandException(
                    $"{source.File} is not plain UTF-8, or is being changed: nothing is done", ExitCode.Failed);
            var changed = RulePromotion.Of(source.Text, rule) ?? throw new CommandException(
                $"{source.File}: shadow of rule {rule} cannot be changed alone; take it out by hand", ExitCode.Failed);
            ReplacedFile.Write(source.File, bytes, Encoding.UTF8.GetBytes(changed));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{source.File}: {IoFault.Text(e)}; nothing is changed", ExitCode.Failed);
        }
    }
}

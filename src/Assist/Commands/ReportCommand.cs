using System.CommandLine;
using System.Text.Json;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist report`: what rules on trial would have done; in a dry run, what all of them would have.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(2);

    public static Command Create()
    {
        var since = OrderOptions.Time("--since", "How far back, such as 2h; default all that is remembered, 48 hours");
        var json = SharedOptions.Json();
        var command = new Command(
            "report", "Shows what rules with shadow: true, or a dry run, would have dropped, bypassed or redirected")
        {
            since, json, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) => ShowAsync(
            parsed, OrderOptions.SecondsOf(parsed, since, s_longest), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, long? seconds, bool asJson, CancellationToken cancellation)
    {
        var request = new ControlRequest { Command = "trials", Seconds = seconds };
        if (await ControlPlace.Of(parsed).AskAsync(request, cancellation) is not { } answer)
            throw new CommandException("assist is not running, so nothing is remembered", ExitCode.NotRunning);
        if (answer.Trials is not { } report)
            throw new CommandException(answer.Error ?? "the daemon sent no report", ExitCode.NoAnswer);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(report, ControlJson.Default.TrialsReport));
        else Write(Console.Out, report);
        return ExitCode.Ok;
    }

    private static void Write(TextWriter output, TrialsReport report)
    {
        output.WriteLine($"since {WallClock.Text(report.Since)}"
            + (report.DryRun ? "; a dry run: nothing was written to the switch" : ""));
        foreach (var rule in report.Rules) TrialText.Write(output, rule, report.TableLimit);
        foreach (var rule in report.Idle) output.WriteLine($"rule {Printable.Of(rule)}, on trial: no message");
        if (report.Rules.Count + report.Idle.Count == 0)
            output.WriteLine("no rule is on trial; `shadow: true` in a rule, or `assist run --dry-run`, begins one");
        foreach (var rule in report.Rules.Where(rule => rule.Shadow))
            output.WriteLine($"`assist promote {rule.Rule}` lets it act");
    }
}

/// <summary>What one rule would have done, for people.</summary>
internal static class TrialText
{
    private const int Shown = 5;

    /// <param name="limit">Entries of the switch that may be in use.</param>
    public static void Write(TextWriter output, TrialReport rule, int limit)
    {
        output.WriteLine($"rule {Printable.Of(rule.Rule)}{(rule.Shadow ? ", on trial" : "")}: "
            + Listed(rule.Outcomes.Select(count => $"{count.Value} {count.Key}")));
        if (rule.Flows > 0)
            output.WriteLine($"  table     {rule.Flows} flows; at the peak at most {rule.EntriesPeak}"
                + $"{(rule.More == true ? " or more" : "")} of {limit} entries, now {rule.EntriesNow}");
        Write(output, "from", rule.Sources);
        Write(output, "to", rule.Destinations);
        if (rule.Refusals.Count > 0)
            output.WriteLine(
                $"  held back {Listed(rule.Refusals.Select(count => $"{count.Value} {count.Key}"))}");
        Write(output, "  of these", rule.Refused);
    }

    private static void Write(TextWriter output, string label, IReadOnlyList<TrialAddress> addresses)
    {
        if (addresses.Count > 0)
            output.WriteLine($"  {label,-9} "
                + Listed(addresses.Take(Shown).Select(each => $"{each.Address} ({each.Messages})")));
    }

    private static string Listed(IEnumerable<string> parts) => string.Join(", ", parts);
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assist.Addresses;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist why`: is an address dropped or bypassed, by which entry, which rule and which log, and how is that
/// lifted.</summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "An address, or a prefix such as 192.0.2.0/24" };
        var json = SharedOptions.Json();
        var command = new Command(
            "why", "Shows whether an address is dropped or bypassed now or was of late, by which rule and log, and the "
                + "commands to lift it") { address, json, SharedOptions.Socket };
        command.SetAction(async (parsed, cancellation) =>
        {
            var text = parsed.GetValue(address)!;
            if (!IpPrefix.TryParse(text, out _))
                throw new CommandException(
                    $"{Printable.Of(text)} is neither an address nor a prefix such as 192.0.2.0/24", ExitCode.Usage);
            var request = new ControlRequest { Command = "why", Filter = new FlowFilter { Address = text } };
            var answer = await ControlPlace.Of(parsed).AskAsync(request, cancellation)
                ?? throw new CommandException(
                    "assist is not running; `assist monitor --once` shows what the switch holds", ExitCode.NotRunning);
            var why = answer.Why ?? throw new CommandException(
                answer.Error ?? "the daemon did not say why", ExitCode.Failed);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(why, ControlJson.Default.WhyReport));
            else new WhyText(Console.Out, why, TimeProvider.System.GetUtcNow()).Write();
            return ExitCode.Ok;
        });
        return command;
    }
}

/// <summary>The causes for people. All text is escaped: some of it is a message's.</summary>
internal sealed class WhyText(TextWriter output, WhyReport why, DateTimeOffset now)
{
    private const int MostEnded = 10;

    public void Write()
    {
        Line($"{why.Address} {Verdict()}");
        foreach (var each in why.Protected) Line($"  no drop of {each}");
        if (why.Paused is { } pause) Line($"  {pause}: verdicts are not acted on");
        if (why.DryRun == true) Line("  this is a dry run: none of its flows is on the switch");
        if (why.Problem is { } problem) Line($"  the switch is not available, so this may be out of date: {problem}");
        foreach (var cause in why.Flows) Write(cause);
        if (why.Ended.Count > 0) Line("Ended of late");
        foreach (var cause in why.Ended.Take(MostEnded))
            Line($"  {cause.Flow.Name}  {cause.Flow.State} {Ago(cause.Flow.EndedAgoS)}, rule {cause.Flow.Rule}");
        if (why.Commands.Count > 0) Line("To lift it");
        foreach (var command in why.Commands) Line($"  {command}");
    }

    private string Verdict()
    {
        var actions = why.Flows.Select(cause => cause.Flow.Action).Distinct().Select(Done).ToList();
        return actions.Count == 0 ? "is neither dropped nor bypassed nor redirected by assist"
            : $"is {string.Join(" and ", actions)}";
    }

    private static string Done(string action) => action switch
    {
        "drop" => "dropped",
        "bypass" => "bypassed",
        _ => "redirected",
    };

    private void Write(FlowCause cause)
    {
        var flow = cause.Flow;
        Line($"{flow.Name}");
        Line($"  state     {flow.State}, {flow.Packets?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} packets"
            + (flow.Rejection is { } words ? $"; the switch said: {words}" : ""));
        if (flow.Match is { } match) Line($"  match     {match}");
        Line($"  since     {(cause.Since is { } since ? $"{Local(since)}, {Ago(flow.BegunAgoS)}" : "an earlier run")}");
        var end = cause.Until is { } until ? Local(until) : "its idle timeout";
        Line($"  until     {end}, unless its verdict repeats");
        Line($"  rule      {flow.Rule}{(flow.Class is { } kind ? $" ({kind})" : "")}");
        if (cause.Message is { } message) Write(message);
        else Line("  log       of an earlier run, and not known any more");
    }

    private void Write(MessageOrigin message)
    {
        Line($"  log       from {message.Sender ?? "nobody"} by {message.Transport ?? "nothing"}"
            + $"{(message.Verified == true ? " with a verified certificate" : "")}, read as {message.Format}, "
            + $"{Local(new DateTimeOffset(message.Received, TimeSpan.Zero))}");
        if (message.FirewallRule is { } rule)
            Line($"  firewall  rule \"{rule}\", session {message.SessionId ?? "unknown"}");
        if (message.Text is { } text) Line($"  message   {text}");
    }

    private string Local(DateTimeOffset at)
    {
        var local = at.ToLocalTime();
        return local.Date == now.ToLocalTime().Date ? $"{local:HH:mm:ss}" : WallClock.Text(at);
    }

    private static string Ago(long? seconds) => seconds is { } ago ? $"{StatusText.Duration(ago)} ago" : "";

    private void Line(string text) => output.WriteLine(Printable.Of(text));
}

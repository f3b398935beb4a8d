using System.CommandLine;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Pipeline;

namespace Assist.Commands;

/// <summary>`assist why-not`: what stands in the way of an entry, for logs in a file or for the addresses of a
/// session: the rules, the guards, and the daemon as it is now.</summary>
internal static class WhyNotCommand
{
    public static Command Create()
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = "A file of log lines, - for standard input, or SOURCE DESTINATION [PORT [PROTOCOL]]",
            Arity = new ArgumentArity(1, 4),
        };
        var command = new Command(
            "why-not", "Shows what stands in the way of an entry, for the logs of a file or for a session") { what };
        command.SetAction(async (parsed, cancellation) =>
        {
            var words = parsed.GetValue(what)!;
            var session = IpAddr.TryParse(words[0], out _) ? SessionOf(words) : (FlowMatch?)null;
            if (session is null && words.Length > 1)
                throw new CommandException("name one file, or SOURCE DESTINATION [PORT [PROTOCOL]]", ExitCode.Usage);
            var config = SharedOptions.LoadOrFail(parsed);
            var obstacles = await Obstacles.ReadAsync(config, cancellation);
            if (session is { } match) Write(config, match, obstacles);
            else await WriteAsync(config, words[0], obstacles, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static FlowMatch SessionOf(string[] words)
    {
        var (port, protocol) = (words.ElementAtOrDefault(2) ?? "0", words.ElementAtOrDefault(3) ?? "tcp");
        if (words.Length < 2 || !IpAddr.TryParse(words[0], out var source)
            || !IpAddr.TryParse(words[1], out var destination) || !ushort.TryParse(port, out var number)
            || !IpProtocol.TryParse(System.Text.Encoding.UTF8.GetBytes(protocol), out var known))
            throw new CommandException(
                "a session is SOURCE DESTINATION [PORT [PROTOCOL]], such as 10.0.0.1 203.0.113.20 443 tcp",
                ExitCode.Usage);
        return new FlowMatch
        {
            Source = source,
            Destination = destination,
            DestinationPort = number,
            Protocol = known,
        };
    }

    private static void Write(AssistConfig config, FlowMatch session, Obstacles obstacles)
    {
        var guards = Stages.Admission(config, Enum.GetValues<FlowAction>());
        foreach (var action in (FlowAction[])[FlowAction.Drop, FlowAction.Bypass])
        {
            var wish = new Wish(
                new FlowIdentity(action, session, Placement.Anywhere), MatchSet.None, MayWiden: true);
            var refusal = guards.Refusal(wish, new SessionFacts(session.Source, session.Destination, default))
                is { } reason ? new Decision(Outcome.Protected, reason, "any").Text : null;
            Write($"a {action.ToString().ToLowerInvariant()} of this session",
                refusal is null ? obstacles.Of(action, [session.Source, session.Destination], name: null) : [refusal]);
        }
        Console.WriteLine("which of them a log asks for, the rules say: `assist why-not FILE` tries its logs");
    }

    private static async Task WriteAsync(
        AssistConfig config, string file, Obstacles obstacles, CancellationToken cancellation)
    {
        var explainer = new Explainer(config, TimeProvider.System);
        await using var input = ExplainCommand.Open(file);
        var number = 0;
        await foreach (var line in LogLines.ReadAsync(input, cancellation))
        {
            number++;
            if (line.IsEmpty) continue;
            var explanation = explainer.Explain(number, line);
            if (explanation.Flows.Count == 0)
                Write($"line {number}", [explanation.Reason]);
            else
                Write($"line {number}: {FlowName.OfPair(explanation.Flows[0].Key)}, {explanation.Reason}",
                    obstacles.Of(explanation));
            if (OutputPipe.HasNoReader()) break;
        }
    }

    private static void Write(string what, IEnumerable<string> obstacles)
    {
        Console.WriteLine(Printable.Of(what));
        var found = obstacles.ToList();
        foreach (var obstacle in found) Console.WriteLine(Printable.Of($"  - {obstacle}"));
        if (found.Count == 0) Console.WriteLine("  nothing stands in its way");
    }
}

/// <summary>What stands in the way of a flow that rules and guards allow: the daemon as it is now.</summary>
internal sealed class Obstacles(StatusReport? status, IReadOnlyList<FlowStatus> flows)
{
    public static async Task<Obstacles> ReadAsync(AssistConfig config, CancellationToken cancellation)
    {
        var socket = config.Control.Socket;
        var status = await ControlClient.AskAsync(socket, new ControlRequest { Command = "status" }, cancellation);
        var table = await ControlClient.AskAsync(socket, new ControlRequest { Command = "flows" }, cancellation);
        return new Obstacles(status?.Status, table?.Flows ?? []);
    }

    /// <summary>For a log that asks for a flow.</summary>
    public IEnumerable<string> Of(Explanation explanation)
    {
        var action = explanation.Outcome switch
        {
            Outcome.Drop => FlowAction.Drop,
            Outcome.Bypass => FlowAction.Bypass,
            _ => FlowAction.Redirect,
        };
        return Of(action, AddressesOf(explanation.Message!.Log), FlowName.OfPair(explanation.Flows[0].Key));
    }

    /// <param name="name">The flow's name; null where it depends on the rule.</param>
    public IEnumerable<string> Of(FlowAction action, IReadOnlyList<IpAddr> addresses, string? name)
    {
        if (status is null)
        {
            yield return "assist is not running";
            yield break;
        }
        if (status.Paused is { } pause) yield return $"{pause}; `assist resume` ends the pause";
        if (!status.Switch.Reachable) yield return $"the switch does not answer on {status.Switch.Endpoint}";
        if (action == FlowAction.Drop)
            foreach (var each in status.Protected.Where(each => IsOneOf(each, addresses)))
                yield return $"no drop of {each}";
        if (flows.FirstOrDefault(flow => flow.Name == name) is { } known)
            yield return $"it is in the table already: {known.State}"
                + (known.Rejection is { } words ? $", and the switch said: {words}" : "");
        else if ((action == FlowAction.Drop ? status.Table.DropsLeft : status.Table.BypassesLeft) == 0)
            yield return "the flow table has no room for it; `assist status` shows what holds it";
    }

    private static bool IsOneOf(ProtectedStatus each, IReadOnlyList<IpAddr> addresses) =>
        IpPrefix.TryParse(each.Address, out var prefix) && addresses.Any(prefix.Contains);

    private static IReadOnlyList<IpAddr> AddressesOf(SessionLog log) =>
        [log.Source, log.Destination, log.NatSource, log.NatDestination];
}

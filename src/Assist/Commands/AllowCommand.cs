using System.CommandLine;
using Assist.Addresses;
using Assist.Control;
using Assist.Daemon;
using Assist.Logging;
using Assist.Outputs;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist allow`: an operator says that nothing drops an address for a time. Drops that there are go at
/// once.</summary>
internal static class AllowCommand
{
    public static Command Create()
    {
        var address = new Argument<string?>("ADDRESS")
        {
            Description = "An address, or a prefix such as 192.0.2.0/24",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var time = OrderOptions.Time("--for", "For how long, such as 30m or 2h; at most 30d");
        var reason = OrderOptions.Reason("Shown by `assist status` and kept in the audit");
        var end = new Option<bool>("--end") { Description = "Ends what was allowed before its time" };
        var list = new Option<bool>("--list") { Description = "Shows what is allowed now" };
        var json = SharedOptions.Json();
        var command = new Command(
            "allow", "Forbids drops of an address or prefix for a time, also after a restart, and removes those that "
                + "there are") { address, time, reason, end, list, json, SharedOptions.Socket };
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new ControlRequest
            {
                Command = parsed.GetValue(list) ? "allow_list" : parsed.GetValue(end) ? "allow_end" : "allow",
                Filter = new FlowFilter { Address = parsed.GetValue(address) },
                Seconds = OrderOptions.SecondsOf(parsed, time, WaysOut.LongestAllowance),
                Reason = OrderOptions.ReasonOf(parsed, reason),
            };
            RefuseUnlessMeant(request);
            var order = new AllowOrder(ControlPlace.Of(parsed), request);
            return await order.RunAsync(parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static void RefuseUnlessMeant(ControlRequest request)
    {
        var (address, isList) = (request.Filter!.Address, request.Command == "allow_list");
        if (isList != address is null)
            throw Wrong(
                isList ? "--list stands alone" : "name an address or a prefix, or --list to see what is allowed");
        if (request.Command == "allow" != request.Seconds is not null)
            throw Wrong(isList || request.Command == "allow_end"
                ? "--for does not go with --end or --list"
                : "say for how long with --for, such as --for 2h; for ever is protect.never_drop in the configuration");
        if (isList) return;
        if (!IpPrefix.TryParse(address, out var prefix))
            throw Wrong($"{Printable.Of(address!)} is neither an address nor a prefix such as 192.0.2.0/24");
        if (prefix.HasHostBits)
            throw Wrong($"{prefix} has bits behind its length; name the address alone, or the prefix");
        if (prefix.Length == 0) throw Wrong($"{prefix} is everything; `assist pause` stops all drops");
    }

    private static CommandException Wrong(string message) => new(message, ExitCode.Usage);
}

/// <summary>One order on its way to the daemon, or to the file that the next one reads.</summary>
internal sealed class AllowOrder(ControlPlace place, ControlRequest request)
{
    public async Task<int> RunAsync(bool asJson, CancellationToken cancellation)
    {
        var answer = await place.AskAsync(request, cancellation)
            ?? await WithoutDaemonAsync(cancellation);
        if (answer.Error is { } error) throw new CommandException(error, ExitCode.Failed);
        // What holds at once is told at once.
        if (!asJson) Show(answer);
        return await new RemovalAnswer(place.Socket, asJson).FinishAsync(answer, cancellation);
    }

    private void Show(ControlResponse answer)
    {
        var allowed = (answer.Allowed ?? []).Where(each => request.Command != "allow" || IsAsked(each)).ToList();
        foreach (var each in allowed) Console.WriteLine($"no drop of {Printable.Of($"{each}")}");
        if (request.Command == "allow_end") Console.WriteLine($"{request.Filter!.Address} may be dropped again");
        else if (allowed.Count == 0) Console.WriteLine("nothing is allowed");
    }

    private bool IsAsked(ProtectedStatus status) =>
        IpPrefix.TryParse(request.Filter!.Address, out var prefix) && status.Address == $"{prefix}";

    private async Task<ControlResponse> WithoutDaemonAsync(CancellationToken cancellation)
    {
        var config = place.ForNextStartOrFail();
        var kept = Keep(config.Control.StateDirectory);
        if (kept.Error is not null || request.Command != "allow") return kept;
        try
        {
            var drops = request with { Filter = request.Filter! with { Action = "drop" } };
            var removed = await DeleteCommand.OnSwitchAsync(config, drops, cancellation);
            return removed with { Allowed = kept.Allowed };
        }
        catch (TargetException e)
        {
            return kept with { Problem = $"no drop is removed from the switch: {e.Message}" };
        }
    }

    private ControlResponse Keep(string stateDirectory)
    {
        var file = new AllowanceFile(stateDirectory);
        try
        {
            var kept = file.Read();
            if (request.Command == "allow_list") return Listed(kept);
            _ = IpPrefix.TryParse(request.Filter!.Address, out var prefix);
            var others = kept.Where(each => each.Address != $"{prefix}").ToList();
            if (request.Command == "allow") others.Add(New(prefix));
            else if (others.Count == kept.Count) return new ControlResponse { Error = $"{prefix} is not allowed now" };
            file.Write(others);
            return Listed(others);
        }
        catch (StateFileException e)
        {
            return new ControlResponse { Error = $"the daemon will not know of this when it starts: {e.Message}" };
        }
    }

    private Allowance New(IpPrefix prefix)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Allowance(
            $"{prefix}", now, now.AddSeconds(request.Seconds ?? 0), Environment.UserName, request.Reason);
    }

    private static ControlResponse Listed(IReadOnlyList<Allowance> allowances)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new ControlResponse
        {
            Allowed = [.. allowances.Where(each => each.Left(now) > TimeSpan.Zero).Select(ProtectedStatus.Of)],
        };
    }
}

using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>`assist delete`: removes DROP, BYPASS and REDIRECT flows; never static or foreign ones.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "All of them" };
        var name = new Option<string?>("--name") { Description = "Only the flow of this name" };
        var flows = new FlowOptions("; needs a running daemon");
        var dryRun = new Option<bool>("--dry-run") { Description = "Prints what would be removed, changes nothing" };
        var reason = OrderOptions.Reason("Kept in the log and the audit");
        var json = SharedOptions.Json();
        var device = new SwitchArguments();
        var command = new Command(
            "delete", "Removes DROP, BYPASS and REDIRECT flows: --all, or those that match every option given; "
                + "static and foreign flows are never touched")
        {
            all, name,
        };
        foreach (var option in flows.All.Concat([dryRun, reason, json, SharedOptions.Socket]))
            command.Options.Add(option);
        device.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new ControlRequest
            {
                Command = "delete",
                DryRun = parsed.GetValue(dryRun),
                Reason = OrderOptions.ReasonOf(parsed, reason),
                Filter = flows.Of(parsed) with { Name = parsed.GetValue(name) },
            };
            var named = device.Options(parsed);
            // The original's `delete SWITCH USER PASSWORD` means all.
            RefuseUnlessMeant(parsed.GetValue(all), named?.Password is not null || request.DryRun, request.Filter);
            var answer = await DeleteAsync(parsed, named, request, cancellation);
            return Show(answer, request.DryRun, parsed.GetValue(json));
        });
        return command;
    }

    private static void RefuseUnlessMeant(bool all, bool needsNoWord, FlowFilter filter)
    {
        var isEverything = filter == new FlowFilter();
        if (isEverything && !all && !needsNoWord)
            throw new CommandException(
                "name what to remove with --name, --address, --rule or --action; --all removes every flow",
                ExitCode.Usage);
        if (!isEverything && all)
            throw new CommandException("--all stands alone; leave it out to remove only some flows", ExitCode.Usage);
    }

    private static async Task<ControlResponse> DeleteAsync(
        ParseResult parsed, EapiOptions? named, ControlRequest request, CancellationToken cancellation)
    {
        if (named is not null) return await OnSwitchAsync(named, request, cancellation);
        var place = ControlPlace.Of(parsed);
        if (await place.AskAsync(request, cancellation) is { } answer) return answer;
        var config = place.ConfigOrFail();
        var deleted = await OnSwitchAsync(config, request, cancellation);
        if (config.Escalation.IsOn && !request.DryRun) ForgetRepeats(config, request.Filter!);
        return deleted;
    }

    // The daemon would do it; it must not find them again when it starts.
    private static void ForgetRepeats(AssistConfig config, FlowFilter filter)
    {
        try
        {
            var file = new EscalationFile(config.Control.StateDirectory);
            file.Forget(match => FlowSelection.Includes(filter, match), TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (StateFileException e)
        {
            Console.Error.WriteLine(
                $"the repeat counts of these drops were not reset: {Printable.Of(e.Message)}");
        }
    }

    /// <summary>Removes them without the daemon, which is not running.</summary>
    public static async Task<ControlResponse> OnSwitchAsync(
        AssistConfig config, ControlRequest request, CancellationToken cancellation)
    {
        using var eapi = new EapiClient(config.Eapi);
        var settled = await SwitchTargets.SettledAsync(config, eapi, cancellation);
        return await OnSwitchAsync(
            SwitchTargets.Target(settled, eapi, TimeProvider.System), request, cancellation);
    }

    // A switch that is named on the command line: nothing is planned there, so the wiring does not count.
    private static async Task<ControlResponse> OnSwitchAsync(
        EapiOptions options, ControlRequest request, CancellationToken cancellation)
    {
        using var eapi = new EapiClient(options);
        var target = SwitchTargets.DirectFlowOf(eapi);
        return await OnSwitchAsync(target, request, cancellation);
    }

    private static async Task<ControlResponse> OnSwitchAsync(
        IFlowTarget target, ControlRequest request, CancellationToken cancellation)
    {
        if (request.Filter?.Rule is not null)
            throw new CommandException(
                "--rule needs a running daemon: the switch does not know which rule asked for a flow",
                ExitCode.NotRunning);
        var installed = await target.ReadAsync(cancellation);
        string[] names = [.. installed.Entries.Where(found => found.HasLines && target.Planner.IsOurs(found))
            .Select(found => found.Entry)
            .Where(entry => FlowSelection.Includes(request.Filter!, entry))
            .Select(entry => entry.Key)];
        var removed = new ControlResponse { Deleted = names, AreEntries = true, Confirmed = true };
        if (names.Length == 0 || request.DryRun) return removed;
        IReadOnlyList<FlowChange> changes = [.. names.Select(each => new FlowChange { Remove = [each] })];
        var results = await target.ApplyAsync(changes, cancellation);
        return removed with { Confirmed = results.All(result => result.Status == ChangeStatus.Accepted) };
    }

    private static int Show(ControlResponse answer, bool dryRun, bool asJson)
    {
        if (answer.Error is { } error) throw new CommandException(error, ExitCode.Failed);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Default.ControlResponse));
        else if (answer.Problem is null) RemovalAnswer.Show(answer, dryRun);
        // No flow has a rule that there is not.
        if (answer.Problem is { } problem) throw new CommandException(problem, ExitCode.Usage);
        return answer.Confirmed == true ? ExitCode.Ok
            : throw new CommandException(ControlResponse.NotConfirmed, ExitCode.Failed);
    }
}

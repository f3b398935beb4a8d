using System.CommandLine;
using Assist.Configuration;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>`assist setup`: static flows, port hardening, tap ports. A second run changes nothing.</summary>
internal static class SetupCommand
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var plan = new Option<bool>("--plan") { Description = "Prints what would be sent, changes nothing" };
        var json = SharedOptions.Json("With --plan: prints JSON");
        var command = new Command(
            "setup", "Writes static flows, port hardening and tap ports to the switch; repeatable") { plan, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            if (parsed.GetValue(plan)) await ShowPlanAsync(config, parsed.GetValue(json), cancellation);
            else await SetUpAsync(config, Console.Out, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command CreateAndRun()
    {
        var command = new Command("setup-run", "setup, then run: for a cold start from an event-handler");
        command.Aliases.Add("setup_run");
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = RunCommand.LoadOrFail(parsed);
            await SetUpAsync(config, Console.Out, cancellation);
            return await RunCommand.RunAsync(config, isDetached: false);
        });
        return command;
    }

    public static Command CreateAndStart()
    {
        var command = new Command("setup-start", "setup, then start: for a cold start from an event-handler");
        command.Aliases.Add("setup_start");
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            await SetUpAsync(config, Console.Out, cancellation);
            return await StartCommand.StartAsync(parsed, config, cancellation);
        });
        return command;
    }

    public static async Task SetUpAsync(AssistConfig config, TextWriter output, CancellationToken cancellation)
    {
        using var eapi = new EapiClient(config.Eapi);
        var target = TargetOf(config, eapi);
        var steps = await PlanAsync(config, eapi, target, cancellation);
        foreach (var step in steps) await CarryOutAsync(eapi, step, output, cancellation);
        await ConfirmAsync(config, target, cancellation);
        output.WriteLine(steps.Count == 0
            ? "nothing to do: the switch is set up"
            : "the switch is set up; save it with `copy running-config startup-config`, so that it survives a reload");
    }

    private static async Task ShowPlanAsync(AssistConfig config, bool asJson, CancellationToken cancellation)
    {
        using var eapi = new EapiClient(config.Eapi);
        var steps = await PlanAsync(config, eapi, TargetOf(config, eapi), cancellation);
        SetupPlanText.Write(Console.Out, steps, asJson);
    }

    private static DirectFlowTarget TargetOf(AssistConfig config, EapiClient eapi) =>
        new(eapi, new FlowPlanner(config.Topology), NullLogger<DirectFlowTarget>.Instance);

    private static async Task<IReadOnlyList<SetupStep>> PlanAsync(
        AssistConfig config, EapiClient eapi, DirectFlowTarget target, CancellationToken cancellation)
    {
        var setup = new DirectFlowSetup(config.Topology, config.Hardening);
        var (start, wait) = (TimeProvider.System.GetTimestamp(), config.Eapi.WaitAtStart);
        while (true)
        {
            try
            {
                return await setup.PlanAsync(eapi, target, cancellation);
            }
            catch (TargetException e) when (e.NothingApplied && TimeProvider.System.GetElapsedTime(start) < wait)
            {
                // At boot eAPI comes up after us.
                await Task.Delay(s_retry, cancellation);
            }
        }
    }

    private static async Task CarryOutAsync(
        EapiClient eapi, SetupStep step, TextWriter output, CancellationToken cancellation)
    {
        output.WriteLine(step.Purpose);
        using var response = await eapi.RunAsync(step.Commands, EapiFormat.Json, cancellation);
        if (response.Error is not { } error) return;
        var failed = response.FailedCommand >= 0 && response.FailedCommand < step.Commands.Count
            ? step.Commands[response.FailedCommand].Text
            : step.Purpose;
        await WithdrawFlowAsync(eapi, step, response.FailedCommand, cancellation);
        throw new CommandException(
            $"the switch refused '{failed}': {error.Reason}; nothing after it was sent", ExitCode.Failed);
    }

    // EOS keeps the lines before the refused one: a static flow that lacks its action must not stay. One that stood
    // there before carries traffic and is left alone.
    private static async Task WithdrawFlowAsync(
        EapiClient eapi, SetupStep step, int failed, CancellationToken cancellation)
    {
        if (step.NewFlows.Count == 0) return;
        var half = step.Commands.Take(failed + 1)
            .LastOrDefault(command => command.Text.StartsWith("flow ", StringComparison.Ordinal)).Text;
        // An answer that does not tell which line failed leaves every new flow in doubt.
        var names = half is null ? step.NewFlows : step.NewFlows.Where(name => half == $"flow {name}");
        using var answer = await eapi.RunAsync(
            [.. DirectFlowCommands.Enter, .. names.Select(DirectFlowCommands.Remove), "end"],
            EapiFormat.Json, cancellation);
    }

    // "Sent" is not "programmed": without the static flows the firewall has no path.
    private static async Task ConfirmAsync(AssistConfig config, DirectFlowTarget target, CancellationToken cancellation)
    {
        var wanted = StaticFlows.For(config.Topology).Select(flow => flow.Name).ToHashSet(StringComparer.Ordinal);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var installed = await target.ReadAsync(cancellation);
            var isLate = TimeProvider.System.GetElapsedTime(start) > FlowTable.ProgrammingGrace;
            // Words nobody knows are no refusal, and get the time to turn into words that are known.
            var programmed = installed.Entries.Where(entry => entry.Status == EntryStatus.Programmed
                || (isLate && entry is { Status: EntryStatus.Unknown, HasLines: true }));
            var missing = wanted.Except(programmed.Select(entry => entry.Key)).ToList();
            if (missing.Count == 0) return;
            if (isLate)
                throw new CommandException(
                    $"the switch took the static flows but has not programmed {string.Join(", ", missing)}; "
                    + "`show directflow detail` gives the reason", ExitCode.Failed);
            await Task.Delay(s_look, cancellation);
        }
    }
}

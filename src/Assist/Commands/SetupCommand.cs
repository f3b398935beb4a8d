using System.CommandLine;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>`assist setup`: static flows, port hardening, tap ports. A second run changes nothing; what an earlier
/// wiring has left goes if an operator agrees. `assist unsetup` takes all of it back.</summary>
internal static class SetupCommand
{
    private const string LoopWarning =
        "If the firewall is still attached, its two ports are then bridged, which is a layer 2 loop: take it out of "
        + "the path first.";

    private static readonly Option<bool> s_yes = new("--yes")
    {
        Description = "Agrees to what is removed; without it, setup asks on a terminal and removes nothing elsewhere",
    };

    public static Command Create()
    {
        var setup = CreateSetup();
        setup.Subcommands.Add(OnSwitchCommand.Create());
        return setup;
    }

    public static Command CreateUnsetup() => Create(
        "unsetup", "Takes back what setup has written: static flows, port hardening, tap ports",
        "Prints what would be sent, changes nothing; exit 4 if there is anything to do",
        setup => setup.PlanRemovalAsync,
        (setup, consent) => setup.TakeBackAsync(setup.HasPorts ? consent with { Warning = LoopWarning } : consent));

    public static Command CreateAndRun()
    {
        var command = new Command("setup-run", "setup, then run: for a cold start from an event-handler") { s_yes };
        command.Aliases.Add("setup_run");
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = RunCommand.LoadOrFail(parsed);
            await SetUpAsync(config, Console.Out, Consent.Of(parsed.GetValue(s_yes)), cancellation);
            return await RunCommand.RunAsync(config, isDetached: false);
        });
        return command;
    }

    public static Command CreateAndStart()
    {
        var command = new Command("setup-start", "setup, then start: for a cold start from an event-handler") { s_yes };
        command.Aliases.Add("setup_start");
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            await SetUpAsync(config, Console.Out, Consent.Of(parsed.GetValue(s_yes)), cancellation);
            return await StartCommand.StartAsync(parsed, config, cancellation);
        });
        return command;
    }

    /// <summary>False where something of an earlier wiring stays, for want of consent.</summary>
    public static async Task<bool> SetUpAsync(
        AssistConfig config, TextWriter output, Consent consent, CancellationToken cancellation)
    {
        using var setup = new SwitchSetup(await SettledAsync(config, cancellation), output, cancellation);
        return await setup.SetUpAsync(consent);
    }

    private static Task<AssistConfig> SettledAsync(AssistConfig config, CancellationToken cancellation) =>
        OutputChoice.SettleAsync(config, TimeProvider.System, NullLogger.Instance, cancellation);

    private static Command CreateSetup() => Create(
        "setup", "Writes static flows, port hardening and tap ports to the switch, and removes those of an earlier "
            + "wiring; repeatable",
        "Prints what is wrong and what would be sent, changes nothing; exit 4 if there is anything to do",
        setup => setup.PlanAsync, (setup, consent) => setup.SetUpAsync(consent));

    private static Command Create(
        string name, string description, string planDescription, Func<SwitchSetup, Func<Task<SetupPlan>>> plan,
        Func<SwitchSetup, Consent, Task<bool>> act)
    {
        var planOnly = new Option<bool>("--plan") { Description = planDescription };
        var json = SharedOptions.Json("With --plan: prints JSON");
        var command = new Command(name, description) { planOnly, s_yes, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = await SettledAsync(SharedOptions.LoadOrFail(parsed), cancellation);
            using var setup = new SwitchSetup(config, Console.Out, cancellation);
            if (!parsed.GetValue(planOnly))
                return await act(setup, Consent.Of(parsed.GetValue(s_yes))) ? ExitCode.Ok : ExitCode.ChangesDue;
            var found = await plan(setup)();
            SetupPlanText.Write(Console.Out, found, parsed.GetValue(json));
            return found.IsEmpty ? ExitCode.Ok : ExitCode.ChangesDue;
        });
        return command;
    }
}

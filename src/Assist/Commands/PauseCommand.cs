using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Assist.Outputs;
using Assist.Rules;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist pause`, `resume` and `panic`: an operator takes the switch out of the firewall's hands, and gives
/// it back. Without a daemon they settle how the next one starts.</summary>
internal static class PauseCommand
{
    private const int MaxReason = 200;

    public static Command Create() => Create("pause",
        "Stops acting on verdicts, also after a restart; flows on the switch end by their timeouts",
        (config, reason, cancellation) =>
            AskAsync(config, "pause", reason, () => Keep(config, "pause", reason), cancellation),
        answer => Console.WriteLine(
            $"{Printable.Of(answer.Paused!.ToString())}: verdicts are counted but not acted on, "
            + "flows on the switch end by their timeouts; `assist resume` ends the pause"));

    public static Command CreateResume() => Create("resume",
        "Acts on verdicts again after `pause` or `panic`",
        (config, _, cancellation) => AskAsync(config, "resume", null, () => Forget(config), cancellation),
        _ => Console.WriteLine("assist acts on verdicts again"), withReason: false);

    public static Command CreatePanic() => Create(Pause.Panic,
        "Removes every DROP, BYPASS and REDIRECT flow and pauses; static and foreign flows are never touched",
        PanicAsync, ShowPanic);

    private static Command Create(
        string name, string description, Func<AssistConfig, string?, CancellationToken, Task<ControlResponse>> act,
        Action<ControlResponse> show, bool withReason = true)
    {
        var reason = new Option<string?>("--reason")
        {
            Description = "Shown by `assist status` while the pause lasts",
            HelpName = "TEXT",
        };
        var json = SharedOptions.Json();
        var command = new Command(name, description) { json };
        if (withReason) command.Options.Add(reason);
        command.SetAction(async (parsed, cancellation) =>
        {
            var words = withReason ? parsed.GetValue(reason) : null;
            if (words is not null && (words.Length > MaxReason || words.Any(char.IsControl)))
                throw new CommandException(
                    $"--reason takes one line of at most {MaxReason} characters", ExitCode.Usage);
            var answer = await act(SharedOptions.LoadOrFail(parsed), words, cancellation);
            if (answer.Error is { } error) throw new CommandException(error, ExitCode.Failed);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Default.ControlResponse));
            else show(answer);
            if (answer.Problem is { } problem) throw new CommandException(problem, ExitCode.Failed);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ControlResponse> AskAsync(
        AssistConfig config, string command, string? reason, Func<ControlResponse> withoutDaemon,
        CancellationToken cancellation)
    {
        var request = new ControlRequest { Command = command, Reason = reason };
        if (await ControlClient.AskAsync(config.Control.Socket, request, cancellation) is { } answer) return answer;
        await Console.Error.WriteLineAsync("assist: the daemon is not running; this applies at its next start");
        return withoutDaemon();
    }

    private static async Task<ControlResponse> PanicAsync(
        AssistConfig config, string? reason, CancellationToken cancellation)
    {
        ControlResponse? kept = null;
        var answer = await AskAsync(
            config, Pause.Panic, reason, () => kept = Keep(config, Pause.Panic, reason), cancellation);
        if (kept is null) return answer;
        try
        {
            var all = new ControlRequest { Command = "delete", Filter = new FlowFilter() };
            var removed = await DeleteCommand.OnSwitchAsync(config.Eapi, all, cancellation);
            return removed with { Paused = kept.Paused, Problem = kept.Problem ?? Unconfirmed(removed) };
        }
        catch (TargetException e)
        {
            return kept with
            {
                Deleted = [],
                Confirmed = false,
                Problem = $"no flow is removed yet; the daemon removes them when it starts: {e.Message}",
            };
        }
    }

    private static string? Unconfirmed(ControlResponse removed) =>
        removed.Confirmed == true ? null : DeleteCommand.NotConfirmed;

    private static void ShowPanic(ControlResponse answer)
    {
        foreach (var name in answer.Deleted ?? []) Console.WriteLine(Printable.Of(name));
        var done = answer.Confirmed == true ? "removed" : "asked to be removed";
        Console.WriteLine($"{DeleteCommand.Counted(answer)} {done}; {Printable.Of(answer.Paused!.ToString())}");
    }

    private static ControlResponse Keep(AssistConfig config, string by, string? reason)
    {
        var pause = new Pause(TimeProvider.System.GetUtcNow(), by, reason);
        return new ControlResponse { Paused = pause, Problem = PersistenceWarning(FileOf(config).Write(pause)) };
    }

    private static ControlResponse Forget(AssistConfig config) =>
        new() { Problem = PersistenceWarning(FileOf(config).Remove()) };

    private static string? PersistenceWarning(string? fault) =>
        fault is null ? null : $"the daemon will not know of this when it starts: {fault}";

    private static PauseFile FileOf(AssistConfig config) => new(config.Control.StateDirectory);
}

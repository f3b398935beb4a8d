using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Assist.Rules;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist pause`, `resume` and `panic`: an operator takes the switch out of the firewall's hands, and gives
/// it back. Without a daemon they settle how the next one starts.</summary>
internal static class PauseCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    public static Command Create() => Create("pause",
        "Stops acting on verdicts, also after a restart; flows on the switch end by their timeouts",
        (place, order, cancellation) => AskAsync(place, order, config => Keep(config, order), cancellation),
        answer => Console.WriteLine(
            $"{Printable.Of(answer.Paused!.ToString())}: verdicts are counted but not acted on, "
            + "flows on the switch end by their timeouts; `assist resume` ends the pause"),
        OrderOptions.Time("--for", "Ends the pause by itself after that time, such as 30m; at most 30d"), NewReason());

    public static Command CreateResume() => Create("resume",
        "Acts on verdicts again after `pause` or `panic`",
        (place, order, cancellation) => AskAsync(place, order, Forget, cancellation),
        _ => Console.WriteLine("assist acts on verdicts again"));

    public static Command CreatePanic() => Create(Pause.Panic,
        "Removes every DROP, BYPASS and REDIRECT flow and pauses; static and foreign flows are never touched",
        PanicAsync, answer => RemovalAnswer.Show(answer, dryRun: false, $"; {answer.Paused}"), reason: NewReason());

    private static Option<string?> NewReason() =>
        OrderOptions.Reason("Shown by `assist status` while the pause lasts");

    private static Command Create(
        string name, string description,
        Func<ControlPlace, ControlRequest, CancellationToken, Task<ControlResponse>> act,
        Action<ControlResponse> show, Option<string?>? time = null, Option<string?>? reason = null)
    {
        var json = SharedOptions.Json();
        var command = new Command(name, description) { json, SharedOptions.Socket };
        foreach (var option in new[] { time, reason }.OfType<Option>()) command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var order = new ControlRequest
            {
                Command = name,
                Seconds = time is null ? null : OrderOptions.SecondsOf(parsed, time, s_longest),
                Reason = reason is null ? null : OrderOptions.ReasonOf(parsed, reason),
            };
            var answer = await act(ControlPlace.Of(parsed), order, cancellation);
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
        ControlPlace place, ControlRequest order, Func<AssistConfig, ControlResponse> withoutDaemon,
        CancellationToken cancellation)
    {
        if (await place.AskAsync(order, cancellation) is { } answer) return answer;
        return withoutDaemon(place.ForNextStartOrFail());
    }

    private static async Task<ControlResponse> PanicAsync(
        ControlPlace place, ControlRequest order, CancellationToken cancellation)
    {
        ControlResponse? kept = null;
        var answer = await AskAsync(place, order, config => kept = Keep(config, order), cancellation);
        if (kept is null) return answer;
        try
        {
            var all = new ControlRequest { Command = "delete", Filter = new FlowFilter() };
            using (var eapi = new EapiClient(place.ReadableOrFail().Eapi))
                await SwitchTargets.UnbindAsync(place.ReadableOrFail(), eapi, cancellation);
            var removed = await DeleteCommand.OnSwitchAsync(place.ReadableOrFail(), all, cancellation);
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
        removed.Confirmed == true ? null : ControlResponse.NotConfirmed;

    private static ControlResponse Keep(AssistConfig config, ControlRequest order)
    {
        var now = TimeProvider.System.GetUtcNow();
        var pause = new Pause(now, order.Command, order.Reason)
        {
            Until = order.Seconds is { } seconds ? now.AddSeconds(seconds) : null,
            User = Environment.UserName,
        };
        var file = FileOf(config);
        // As the daemon has it.
        if (file.Read(now) is { } kept && kept.Left(now) > TimeSpan.Zero) pause = kept.With(pause);
        return new ControlResponse { Paused = pause, Problem = PersistenceWarning(file.Write(pause)) };
    }

    private static ControlResponse Forget(AssistConfig config) =>
        new() { Resumed = true, Problem = PersistenceWarning(FileOf(config).Remove()) };

    private static string? PersistenceWarning(string? fault) =>
        fault is null ? null : $"the daemon will not know of this when it starts: {fault}";

    private static PauseFile FileOf(AssistConfig config) => new(config.Control.StateDirectory);
}

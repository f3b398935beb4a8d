using Assist.Configuration;
using Assist.Control;
using Assist.Outputs;
using Assist.Rules;
using Assist.State;

namespace Assist.Daemon;

/// <summary>What the daemon does for each control request.</summary>
internal sealed class ControlAnswers(AssistDaemon daemon, Action stop, TimeProvider time)
{
    private const long MostSeconds = 366 * 86_400L;
    private static readonly string s_loopStuck =
        $"the flow table has not answered for {FlowOrders.Patience.TotalSeconds:0} s; see `assist status`";

    private readonly WaysOut _waysOut = new(daemon, time);
    private readonly AuditAnswers _audit = new(daemon.Parts.Config.Log.Audit, time);

    private PauseControl Pausing => daemon.Parts.Pausing;

    public async Task<ControlResponse> AnswerAsync(ControlRequest asked)
    {
        // Our commands ask for less; who speaks to the socket without them may not.
        var request = asked with { Seconds = asked.Seconds is { } given ? Math.Clamp(given, 0, MostSeconds) : null };
        var order = OrderText.Of(request);
        if (order is not null) daemon.Parts.Controller.Tell(order);
        var answer = await TryAsync(request);
        if (order is not null && answer.Error is { } fault) daemon.Parts.Controller.Tell(order, fault);
        return answer;
    }

    private async Task<ControlResponse> TryAsync(ControlRequest request)
    {
        try
        {
            return await CarryOutAsync(request);
        }
        catch (TimeoutException)
        {
            return new ControlResponse { Error = s_loopStuck };
        }
    }

    private async Task<ControlResponse> CarryOutAsync(ControlRequest request)
    {
        switch (request.Command)
        {
            case "status":
                return new ControlResponse { Status = daemon.Status.Report() };
            case "refused":
                return new ControlResponse { Refused = daemon.Status.Refused(request.Last ?? int.MaxValue) };
            case "trials":
                return new ControlResponse { Trials = daemon.Status.Trials(request.Seconds ?? MostSeconds) };
            case "top":
                var top = request.Top ?? new TopQuestion();
                return top.Fault() is { } fault ? new ControlResponse { Error = fault }
                    : new ControlResponse { Top = daemon.Status.Top.Of(top) };
            case "flows":
                return daemon.Status.Flows();
            case "flow":
                return new ControlResponse { Flow = await daemon.Web.History.OfAsync(request.Filter?.Name ?? "") };
            case "why":
                return new CauseReporter(daemon.Parts, daemon.Status, time).Why(request);
            case "audit":
                return await _audit.AnswerAsync(request);
            case "delete":
                return await DeleteAsync(request);
            case "pause":
                return await PauseAsync(request);
            case "resume":
                await Pausing.ResumeAsync();
                return new ControlResponse { Resumed = true, Problem = PauseProblem() };
            case Pause.Panic:
                return await PanicAsync(request);
            case "allow" or "allow_end" or "allow_list" or "confirm" or "undo":
                return await _waysOut.AnswerAsync(request);
            case "reload":
                return new ControlResponse { Reload = await daemon.ReloadAsync() };
            // Another word than that of the order: a daemon of before would not know that it is only asked.
            case ControlRequest.ReloadPlan:
                return new ControlResponse { Reload = await daemon.ReloadAsync(dryRun: true) };
            case CanaryOrder.Command:
                return new ControlResponse { Canary = await CanaryAsync() };
            case ControlRequest.LogLevel:
                return daemon.Parts.Logging.Answer(request);
            case "stop":
                stop();
                return new ControlResponse { Pid = Environment.ProcessId };
            default:
                return new ControlResponse { Error = "this version of assist does not know the request" };
        }
    }

    private async Task<CanaryReport> CanaryAsync()
    {
        var canary = new CanaryOrder(daemon.Parts, daemon.Orders, time);
        var report = await canary.RunAsync();
        return report.WasTried ? report with { Removed = await canary.IsGoneAsync() } : report;
    }

    private async Task<ControlResponse> PauseAsync(ControlRequest request)
    {
        var paused = await Pausing.PauseAsync(Asked("pause", request));
        return new ControlResponse { Paused = paused, Problem = PauseProblem() };
    }

    private Pause Asked(string by, ControlRequest request)
    {
        var now = time.GetUtcNow();
        return new Pause(now, by, request.Reason)
        {
            Until = by == Pause.Panic || request.Seconds is not { } seconds ? null : now.AddSeconds(seconds),
            User = $"{request.Caller}",
        };
    }

    private async Task<ControlResponse> DeleteAsync(ControlRequest request)
    {
        var filter = request.Filter ?? new FlowFilter();
        if (FlowSelection.Fault(filter) is { } fault) return new ControlResponse { Error = fault };
        if (daemon.Parts.SwitchFault is { } lost)
            return new ControlResponse { Error = $"nothing is removed, because the switch is not available: {lost}" };
        var names = request.DryRun ? await daemon.Orders.NamesAsync(filter) : await daemon.Orders.DeleteAsync(filter);
        var confirmed = request.DryRun || names.Count == 0 || await daemon.Orders.RemovalsConfirmedAsync();
        return new ControlResponse
        {
            Deleted = names,
            Confirmed = confirmed,
            Problem = names.Count == 0 ? UnknownRule(filter.Rule) : null,
        };
    }

    private string? UnknownRule(string? rule)
    {
        var names = daemon.Parts.Config.Decisions.Rules.Select(each => each.Name).ToList();
        return rule is null || names.Contains(rule) ? null
            : $"the configuration has no rule {rule}; it has {string.Join(", ", names)}";
    }

    // Whatever the switch does, nothing new comes; what cannot be removed now is when the switch answers.
    private async Task<ControlResponse> PanicAsync(ControlRequest request)
    {
        var names = await NamesOfAllAsync();
        var paused = await Pausing.PauseAsync(Asked(Pause.Panic, request));
        await UnbindAsync();
        var confirmed = daemon.Parts.SwitchFault is null && Pausing.IsInForce
            && await daemon.Orders.RemovalsConfirmedAsync();
        return new ControlResponse
        {
            Deleted = names,
            Confirmed = confirmed,
            Paused = paused,
            Problem = Joined(LateRemovals(confirmed), PauseProblem()),
        };
    }

    // The surest way out, where there is one; that the policy is not bound is then the switch's fault in `status`.
    private async Task UnbindAsync()
    {
        try
        {
            await SwitchTargets.UnbindAsync(daemon.Parts.Config, daemon.Parts.Switch.Eapi, CancellationToken.None);
        }
        catch (TargetException)
        {
            // Every flow is being removed too, and the answer says whether that was confirmed.
        }
    }

    // They are only told; a panic does not wait for them.
    private async Task<IReadOnlyList<string>> NamesOfAllAsync()
    {
        try
        {
            return await daemon.Orders.NamesAsync(new FlowFilter());
        }
        catch (TimeoutException)
        {
            return [];
        }
    }

    private string? LateRemovals(bool confirmed) => daemon.Parts.SwitchFault is { } lost
        ? WaysOut.Later(lost)
        : confirmed ? null : ControlResponse.NotConfirmed;

    private string? PauseProblem() => Joined(
        Pausing.IsInForce ? null : $"{s_loopStuck}; the order takes effect when it goes on",
        WaysOut.NotKept(Pausing.Fault));

    private static string? Joined(params string?[] problems)
    {
        var there = problems.OfType<string>().ToList();
        return there.Count == 0 ? null : string.Join("; ", there);
    }
}

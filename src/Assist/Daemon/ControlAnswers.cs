using Assist.Control;
using Assist.Rules;
using Assist.State;

namespace Assist.Daemon;

/// <summary>What the daemon does for each control request.</summary>
internal sealed class ControlAnswers(AssistDaemon daemon, Action stop, TimeProvider time)
{
    private static readonly TimeSpan s_confirmation = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public async Task<ControlResponse> AnswerAsync(ControlRequest request)
    {
        switch (request.Command)
        {
            case "status":
                return new ControlResponse { Status = await daemon.StatusAsync() };
            case "flows":
                return await daemon.FlowsAsync() with { Problem = daemon.SwitchFault, Paused = daemon.Pausing.Current };
            case "delete":
                return await DeleteAsync(request);
            case "pause":
                return new ControlResponse { Paused = await daemon.Pausing.PauseAsync("pause", request.Reason), Problem = Unkept() };
            case "resume":
                await daemon.Pausing.ResumeAsync();
                return new ControlResponse { Problem = Unkept() };
            case Pause.Panic:
                return await PanicAsync(request);
            case "stop":
                stop();
                return new ControlResponse { Pid = Environment.ProcessId };
            default:
                return new ControlResponse { Error = "this version of assist does not know the request" };
        }
    }

    private async Task<ControlResponse> DeleteAsync(ControlRequest request)
    {
        var filter = request.Filter ?? new FlowFilter();
        if (FlowSelection.Fault(filter) is { } fault) return new ControlResponse { Error = fault };
        if (daemon.SwitchFault is { } lost)
            return new ControlResponse { Error = $"cannot work with the switch, so nothing is removed: {lost}" };
        var names = await daemon.DeleteAsync(filter, request.DryRun);
        var confirmed = request.DryRun || names.Count == 0 || await RemovalsConfirmedAsync();
        return new ControlResponse { Deleted = names, Confirmed = confirmed };
    }

    // Whatever the switch does, nothing new comes; what cannot be removed now is when the switch answers.
    private async Task<ControlResponse> PanicAsync(ControlRequest request)
    {
        var names = await daemon.DeleteAsync(new FlowFilter(), dryRun: true);
        var paused = await daemon.Pausing.PauseAsync(Pause.Panic, request.Reason);
        var confirmed = daemon.SwitchFault is null && await RemovalsConfirmedAsync();
        return new ControlResponse { Deleted = names, Confirmed = confirmed, Paused = paused, Problem = PanicProblem(confirmed) };
    }

    private string? PanicProblem(bool confirmed)
    {
        var late = daemon.SwitchFault is { } lost
            ? $"cannot work with the switch, so the flows are removed when it answers: {lost}"
            : confirmed ? null : "the switch has not confirmed every removal; look with `assist monitor --once`";
        string[] problems = [.. new[] { late, Unkept() }.OfType<string>()];
        return problems.Length == 0 ? null : string.Join("; ", problems);
    }

    private string? Unkept() => daemon.Pausing.Fault is { } fault ? $"a restart will not know of this: {fault}" : null;

    private async Task<bool> RemovalsConfirmedAsync()
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < s_confirmation)
        {
            if (!await daemon.Controller.AskAsync(table => table.HasRemovals || daemon.Controller.IsClearing)) return true;
            await Task.Delay(s_look, time);
        }
        return false;
    }
}

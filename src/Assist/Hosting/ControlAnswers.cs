namespace Assist.Hosting;

/// <summary>What the daemon does for each control request.</summary>
internal sealed class ControlAnswers(Daemon daemon, Action stop, TimeProvider time)
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
                return await daemon.FlowsAsync();
            case "delete":
                return await DeleteAsync(request);
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

    private async Task<bool> RemovalsConfirmedAsync()
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < s_confirmation)
        {
            if (!await daemon.Controller.AskAsync(table => table.HasRemovals)) return true;
            await Task.Delay(s_look, time);
        }
        return false;
    }
}

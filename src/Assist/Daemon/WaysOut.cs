using Assist.Addresses;
using Assist.Control;
using Assist.State;

namespace Assist.Daemon;

/// <summary>How an operator takes back what was wrong. Each order holds at once, also while the switch is slow or away;
/// what it removes follows when the switch takes it.</summary>
internal sealed class WaysOut(AssistDaemon daemon, TimeProvider time)
{
    /// <summary>An allowance for longer belongs into protect.never_drop.</summary>
    public static readonly TimeSpan LongestAllowance = TimeSpan.FromDays(30);

    // An answer comes within a second; who wants the switch's word asks for it then.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(500);

    private AllowanceControl Allowances => daemon.Parts.Allowances;

    public async Task<ControlResponse> AnswerAsync(ControlRequest request)
    {
        switch (request.Command)
        {
            case "confirm":
                return new ControlResponse { Confirmed = await daemon.Orders.RemovalsConfirmedAsync() };
            case "allow_list":
                return new ControlResponse { Allowed = Listed() };
            case "undo":
                return await UndoAsync(request);
        }
        if (!TryPrefix(request, out var prefix))
            return new ControlResponse { Error = "an address or a prefix such as 192.0.2.0/24 is needed" };
        return request.Command == "allow" ? await AllowAsync(request, prefix) : End(request, prefix);
    }

    private async Task<ControlResponse> AllowAsync(ControlRequest request, IpPrefix prefix)
    {
        var length = TimeSpan.FromSeconds(Math.Min(request.Seconds ?? 0, (long)LongestAllowance.TotalSeconds));
        if (length == TimeSpan.Zero) return new ControlResponse { Error = "for how long is not said" };
        var now = time.GetUtcNow();
        // First: from here on no drop of it is made, and then those that there are go.
        if (!Allowances.Allow(new Allowance($"{prefix}", now, now + length, $"{request.Caller}", request.Reason)))
            return new ControlResponse
            {
                Error = $"{AllowanceControl.Most} addresses are allowed already; end one, or allow a prefix",
            };
        return await LiftAsync(new FlowFilter { Address = $"{prefix}", Action = "drop" });
    }

    private ControlResponse End(ControlRequest request, IpPrefix prefix) =>
        Allowances.End(prefix, request.Caller)
            ? new ControlResponse { Allowed = Listed(), Problem = NotKept() }
            : new ControlResponse { Error = $"{prefix} is not allowed now; `assist allow --list` shows what is" };

    private async Task<ControlResponse> UndoAsync(ControlRequest request)
    {
        var filter = request.Filter ?? new FlowFilter();
        if (FlowSelection.Fault(filter) is { } fault) return new ControlResponse { Error = fault };
        if (request.Seconds is null && filter.Name is null)
            return new ControlResponse { Error = "what is to be undone is not said" };
        var since = request.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return await RemoveAsync(
            new ControlResponse(),
            () => daemon.Orders.UndoAsync(filter, since, request.BegunBy, request.DryRun), request.DryRun);
    }

    private async Task<ControlResponse> LiftAsync(FlowFilter drops)
    {
        var answer = await RemoveAsync(
            new ControlResponse { Allowed = Listed() }, () => daemon.Orders.DeleteAsync(drops), dryRun: false);
        return answer.Problem is null ? answer with { Problem = NotKept() } : answer;
    }

    private async Task<ControlResponse> RemoveAsync(
        ControlResponse answer, Func<Task<IReadOnlyList<string>>> remove, bool dryRun)
    {
        IReadOnlyList<string> removed;
        try
        {
            removed = await remove();
        }
        catch (TimeoutException)
        {
            return answer with
            {
                Deleted = [],
                Confirmed = false,
                Problem = "the flow table has not answered; the flows go when it goes on",
            };
        }
        var lost = daemon.Parts.SwitchFault;
        var confirmed = dryRun || removed.Count == 0
            || (lost is null && await daemon.Orders.RemovalsConfirmedAsync(s_atOnce));
        return answer with
        {
            Deleted = removed,
            Confirmed = confirmed,
            Problem = confirmed || lost is null ? null
                : Later(lost),
        };
    }

    /// <summary>For removals that the switch cannot take now.</summary>
    /// <param name="lost">Why not.</param>
    public static string Later(string lost) => $"the flows are removed when the switch is available again: {lost}";

    /// <summary>Null where the order was kept.</summary>
    public static string? NotKept(string? fault) =>
        fault is null ? null : $"a restart will not know of this: {fault}";

    private string? NotKept() => NotKept(Allowances.Fault);

    private IReadOnlyList<ProtectedStatus> Listed() => [.. Allowances.Current.Select(ProtectedStatus.Of)];

    private static bool TryPrefix(ControlRequest request, out IpPrefix prefix) =>
        IpPrefix.TryParse(request.Filter?.Address, out prefix) && prefix is { Length: > 0, HasHostBits: false };
}

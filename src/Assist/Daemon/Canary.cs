using Assist.Addresses;
using Assist.Control;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>A verdict that harms nobody, to see that one gets into the switch and out again: a drop between two
/// addresses for documentation (RFC 5737), which no network routes, of the discard service.</summary>
internal static class Canary
{
    /// <summary>No rule of a configuration has this name, so that a daemon that finds the flow at its start removes
    /// it.</summary>
    public const string Rule = "(doctor)";

    // Who is killed between the two steps leaves it to the switch to end it.
    private const int Lifetime = 30;
    private const ushort Discard = 9;

    public static FlowIdentity Flow { get; } = new(
        FlowAction.Drop,
        new FlowMatch
        {
            Source = Address("198.51.100.255"),
            SourcePort = Discard,
            Destination = Address("203.0.113.255"),
            DestinationPort = Discard,
            Protocol = IpProtocol.Tcp,
        },
        Placement.Anywhere);

    public static Verdict Verdict { get; } = new(Flow, new FlowTimeouts(Lifetime, Lifetime), default, Rule);

    /// <summary>The same where the switch refuses timeouts.</summary>
    public static Verdict For(TableOptions options) =>
        options.SwitchEndsEntries ? Verdict : Verdict with { Timeouts = default };

    private static IpAddr Address(string text) =>
        IpAddr.TryParse(text, out var address) ? address : throw new FormatException(text);
}

/// <summary>Sends the canary the way that every verdict goes, through the table and its loop.</summary>
internal sealed class CanaryOrder(DaemonParts parts, FlowOrders orders, TimeProvider time)
{
    /// <summary>The word of the control socket that asks for it.</summary>
    public const string Command = "canary";

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    // The table itself calls a flow rejected that the switch has not programmed within its grace.
    private static readonly TimeSpan s_limit = FlowTable.ProgrammingGrace + TimeSpan.FromSeconds(2);

    // With that, the whole stays within the time that a caller waits.
    private static readonly TimeSpan s_removal = TimeSpan.FromSeconds(5);

    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public async Task<CanaryReport> RunAsync()
    {
        if (parts.SwitchFault is { } lost) return CanaryReport.NotTried($"the switch is not available: {lost}");
        if (parts.Pausing.Current is not null)
            return CanaryReport.NotTried("verdicts are not acted on during a pause; `assist resume` ends it");
        if (parts.Controller.View.Room.Free <= 0) return CanaryReport.NotTried("the flow table is full");
        var start = time.GetTimestamp();
        try
        {
            var outcome = await AskAsync(table => table.Offer(Canary.Verdict, parts.Controller.Now));
            if (outcome is not (Outcome.Drop or Outcome.Duplicate or Outcome.Refreshed))
                return CanaryReport.NotTried(outcome == Outcome.Protected
                    ? "protect.never_drop or an allowance protects the addresses of documentation"
                    : "a limit of the flow table refuses it");
            var fault = await UntilProgrammedAsync(start);
            return new CanaryReport(fault is null, false, (long)time.GetElapsedTime(start).TotalMilliseconds, fault);
        }
        finally
        {
            await AskAsync(Remove);
        }
    }

    /// <summary>True where the switch has let go of it.</summary>
    public Task<bool> IsGoneAsync() => orders.RemovalsConfirmedAsync(s_removal);

    private async Task<string?> UntilProgrammedAsync(long start)
    {
        while (time.GetElapsedTime(start) < s_limit)
        {
            var (state, reason) = await AskAsync(StateOf);
            if (state == FlowState.Programmed) return null;
            if (state is null) return "it left the table before it was programmed";
            if (state == FlowState.Rejected) return $"the switch refused it: {reason}";
            await Task.Delay(s_look, time);
        }
        return $"the switch has not programmed it for {s_limit.TotalSeconds:0} s";
    }

    private static (FlowState?, string?) StateOf(FlowTable table) =>
        Find(table) is { } record ? (record.State, record.Rejection) : (null, null);

    private bool Remove(FlowTable table)
    {
        if (Find(table) is not { } record) return false;
        table.Remove(record, parts.Controller.Now);
        return true;
    }

    private static FlowRecord? Find(FlowTable table) =>
        table.Flows.FirstOrDefault(record => record.Identity == Canary.Flow);

    private Task<T> AskAsync<T>(Func<FlowTable, T> question) =>
        parts.Controller.AskAsync(question).WaitAsync(FlowOrders.Patience, time);
}

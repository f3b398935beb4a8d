using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.FlowSpec;

namespace Assist.Daemon;

/// <summary>What an operator may have done to the flows: orders for the loops that own the tables.</summary>
/// <param name="announced">Null where nothing is announced by BGP.</param>
internal sealed class FlowOrders(FlowController controller, FlowController? announced, TimeProvider time)
{
    /// <summary>An order that was not carried out by then stays in the loop's queue, and the operator is told
    /// so.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_confirmation = TimeSpan.FromSeconds(10);

    // An audit's time and the table's come from two clocks, of which one may be set.
    private static readonly TimeSpan s_clockSlack = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Removes the flows that the filter includes; names of what was removed.</summary>
    /// <exception cref="TimeoutException">The loop has not taken the order yet.</exception>
    public async Task<IReadOnlyList<string>> DeleteAsync(FlowFilter filter)
    {
        var drops = new HashSet<FlowMatch>();
        var names = await controller.AskAsync(table => Delete(table, filter, drops)).WaitAsync(Patience, time);
        return [.. names, .. await WithdrawAsync(filter, drops, null, dryRun: false)];
    }

    /// <summary>Removes, of the flows that the filter includes, those that were begun within that time; names of what
    /// was removed, or would be.</summary>
    /// <param name="since">Null goes back to the beginning.</param>
    /// <param name="begunBy">UTC; what is known to be begun later stays. Null leaves nothing.</param>
    /// <exception cref="TimeoutException">The loop has not taken the order yet.</exception>
    public async Task<IReadOnlyList<string>> UndoAsync(
        FlowFilter filter, TimeSpan? since, DateTime? begunBy, bool dryRun)
    {
        var names = await controller.AskAsync(table => Undo(table, filter, since, begunBy, dryRun))
            .WaitAsync(Patience, time);
        return [.. names, .. await WithdrawAsync(filter, [], since, dryRun)];
    }

    /// <summary>Names of what <see cref="DeleteAsync"/> would remove.</summary>
    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(FlowFilter filter)
    {
        var names = await controller.AskAsync(table => Names(Records(table, filter), Others(table, filter)))
            .WaitAsync(Patience, time);
        return [.. names, .. await WithdrawAsync(filter, [], null, dryRun: true)];
    }

    /// <summary>False where the switch has not let go of everything within the time a caller would wait.</summary>
    /// <param name="atMost">Null is the time of a caller who waits for nothing else.</param>
    public async Task<bool> RemovalsConfirmedAsync(TimeSpan? atMost = null)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < (atMost ?? s_confirmation))
        {
            if (!controller.View.HasRemovals && !controller.IsClearing) return true;
            await Task.Delay(s_look, time);
        }
        return false;
    }

    // Announced rules have names of their own, and no VLAN.
    private async Task<IReadOnlyList<string>> WithdrawAsync(
        FlowFilter filter, HashSet<FlowMatch> drops, TimeSpan? since, bool dryRun)
    {
        if (announced is null) return [];
        return await announced.AskAsync(table =>
        {
            var now = announced.Now;
            var meant = table.Flows
                .Where(record => (since is null || now - record.BegunAt <= since)
                    && (drops.Contains(record.Identity.Match) || FlowSelection.Includes(filter, record.Verdict)))
                .ToList();
            if (!dryRun)
                foreach (var record in meant) table.Remove(record, now);
            return (IReadOnlyList<string>)[.. meant.Select(record => RuleText.OfEos(record.Identity.Match))];
        }).WaitAsync(Patience, time);
    }

    private IReadOnlyList<string> Delete(FlowTable table, FlowFilter filter, HashSet<FlowMatch> drops)
    {
        var (records, others) = (Records(table, filter), Others(table, filter));
        drops.UnionWith(records.Select(record => AnnouncementRoute.MatchOf(record.Identity.Match)));
        foreach (var record in records) table.Remove(record, controller.Now);
        // Also what has ended: it must not come back for longer.
        table.Escalation?.ForgetWhere(match => FlowSelection.Includes(filter, match));
        foreach (var entry in others) table.RemoveUnidentified(entry.Key);
        return Names(records, others);
    }

    private IReadOnlyList<string> Undo(
        FlowTable table, FlowFilter filter, TimeSpan? since, DateTime? begunBy, bool dryRun)
    {
        var now = controller.Now;
        var latest = begunBy is { } by ? now - (time.GetUtcNow().UtcDateTime - by) + s_clockSlack : TimeSpan.MaxValue;
        var begun = Records(table, filter)
            .Where(record => since is null || now - record.BegunAt <= since)
            .Where(record => record.BegunAt is not { } at || at <= latest).ToList();
        if (!dryRun)
            foreach (var record in begun) table.Remove(record, now);
        return Names(begun, []);
    }

    private static List<FlowRecord> Records(FlowTable table, FlowFilter filter) =>
        [.. table.Flows.Where(record => FlowSelection.Includes(filter, record))];

    private static List<TargetEntry> Others(FlowTable table, FlowFilter filter) =>
        [.. table.Unidentified.Where(entry => FlowSelection.Includes(filter, entry))];

    private static IReadOnlyList<string> Names(List<FlowRecord> records, List<TargetEntry> others) =>
        [.. records.Select(record => StatusView.NameOf(record.Entries)), .. others.Select(entry => entry.Key)];
}

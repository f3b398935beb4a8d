using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>What an operator may have done to the flows: orders for the loop that owns the table.</summary>
internal sealed class FlowOrders(FlowController controller, TimeProvider time)
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
    public Task<IReadOnlyList<string>> DeleteAsync(FlowFilter filter) =>
        controller.AskAsync(table => Delete(table, filter)).WaitAsync(Patience, time);

    /// <summary>Removes, of the flows that the filter includes, those that were begun within that time; names of what
    /// was removed, or would be.</summary>
    /// <param name="since">Null goes back to the beginning.</param>
    /// <param name="begunBy">UTC; what is known to be begun later stays. Null leaves nothing.</param>
    /// <exception cref="TimeoutException">The loop has not taken the order yet.</exception>
    public Task<IReadOnlyList<string>> UndoAsync(
        FlowFilter filter, TimeSpan? since, DateTime? begunBy, bool dryRun) =>
        controller.AskAsync(table => Undo(table, filter, since, begunBy, dryRun)).WaitAsync(Patience, time);

    /// <summary>Names of what <see cref="DeleteAsync"/> would remove.</summary>
    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public Task<IReadOnlyList<string>> NamesAsync(FlowFilter filter) =>
        controller.AskAsync(table => Names(Records(table, filter), Others(table, filter))).WaitAsync(Patience, time);

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

    private IReadOnlyList<string> Delete(FlowTable table, FlowFilter filter)
    {
        var (records, others) = (Records(table, filter), Others(table, filter));
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

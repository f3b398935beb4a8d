namespace Assist.Flows;

/// <summary>Takes in readings of the target: compares, adopts, repairs, learns how much room there is.</summary>
internal sealed class Reconciler(
    FlowSet flows, SendQueue queue, RemovalLedger removals, FlowLifecycle lifecycle, Displacement displacement,
    TableComparison comparison, FlowAdopter adopter, IFlowPlanner planner, FlowBudget budget)
{
    public TableTotals Totals { get; } = new();

    public long PacketsOf(FlowAction action) => comparison.PacketsOf(action);

    public Func<FlowAction, long> PacketsByAction() => comparison.PacketsByAction();

    public Reconciliation Observed(InstalledFlows installed, TableOptions options, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var (found, result) = (ByKey(installed), new Reconciliation());
        displacement.Reconsider();
        Observe(found.Values, installed.IsComplete, now);
        foreach (var record in flows.All.ToList()) Observed(record, found, installed.IsComplete, now, result);
        adopter.Adopt(comparison.PurgeLeftovers(found, now, result), installed.IsComplete, now, result);
        budget.Others = Others(found) + FlowRecord.CostOf(adopter.Unidentified) + removals.RefusedCount;
        if (result.Rejected.Any(record => record.LackedRoom)) LearnLimit(found, now, result);
        displacement.ShedSurplus(now);
        displacement.RemoveInactive(options, now);
        Totals.Add(result);
        return result;
    }

    public Reconciliation ObservedSome(InstalledFlows installed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var (found, result) = (ByKey(installed), new Reconciliation());
        foreach (var record in queue.Pending.ToList())
            comparison.CompareQuickly(record, new ShownFlow(record, found), now, result);
        Totals.Add(result);
        return result;
    }

    private void Observed(
        FlowRecord record, Dictionary<string, InstalledEntry> found, bool isComplete, TimeSpan now,
        Reconciliation result)
    {
        if (record.State is not (FlowState.Pending or FlowState.Programmed) && !record.IsNew) return;
        var shown = new ShownFlow(record, found);
        if (!record.IsNew)
            comparison.Compare(record, shown, isComplete, now, result);
        else if (shown.IsWhole(planner) && !record.Entries.Any(entry => removals.IsGoing(entry.Key)))
            adopter.TakeOver(record, shown.Listed, now, result);
    }

    private void Observe(IEnumerable<InstalledEntry> found, bool isComplete, TimeSpan now)
    {
        var (ours, others) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in found) (planner.IsOurs(entry) ? ours : others).Add(entry.Key);
        removals.Observe(ours, others, isComplete, now);
    }

    private static Dictionary<string, InstalledEntry> ByKey(InstalledFlows installed)
    {
        var found = new Dictionary<string, InstalledEntry>(StringComparer.Ordinal);
        foreach (var entry in installed.Entries) found[entry.Key] = entry;
        return found;
    }

    // What is not ours to change takes room all the same.
    private int Others(Dictionary<string, InstalledEntry> found) =>
        found.Values.Where(entry => !removals.Present.Contains(entry.Key)).Sum(entry => entry.Entry.Cost);

    // The target has less room than we were told: what it holds is the limit for now. A drop takes the place of a
    // bypass.
    private void LearnLimit(Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        var held = found.Values.Where(entry => !entry.LacksRoom && !entry.Status.IsIdle());
        budget.Refused(held.Sum(entry => entry.Entry.Cost), now);
        foreach (var drop in result.Rejected.Where(IsRefusedForTheFirstTime))
        {
            if (!displacement.HasRoom(drop.Class, planner.CostOf(drop.Identity), now)) return;
            drop.Restore();
            lifecycle.Enqueue(drop);
        }
    }

    private bool IsRefusedForTheFirstTime(FlowRecord record) =>
        record is { Identity.Action: FlowAction.Drop, LackedRoom: true, Rejections: 1 } && flows.IsCurrent(record);
}

namespace Assist.Flows;

/// <summary>What the target is told, and what it answered.</summary>
internal sealed class Dispatch(
    FlowSet flows, SendQueue queue, RemovalLedger removals, FlowLifecycle lifecycle, TableComparison comparison,
    IFlowPlanner planner, TablePolicy policy)
{
    // One line each, and nothing waits behind them: a panic is over after three requests and not after 24.
    private const int MostRemovals = 512;

    // Its lines would be mixed with ours, and it would go when our flow ends.
    private static readonly Rejection s_taken =
        new("there is a persistent entry of this name, or one of somebody else, which is not ours");

    public bool HasChanges => removals.HasWanted || !queue.IsEmpty;

    public ChangeSet? TakeChanges(TimeSpan now)
    {
        if (!HasChanges) return null;
        var most = planner.Capabilities.ChangesAtOnce;
        var changes = Removals(most);
        while (changes.Count < most && queue.Take() is { } record)
        {
            if (record.Entries.Any(entry => removals.IsOthers(entry.Key))) lifecycle.Reject(record, s_taken, now);
            else changes.Add(Send(record, now));
        }
        return changes.Count == 0 ? null : new ChangeSet(changes);
    }

    public ChangeSet? TakeRemovals() => removals.HasWanted ? new ChangeSet(Removals(MostRemovals)) : null;

    public void Applied(ChangeSet set, IReadOnlyList<ChangeResult> results, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(results);
        for (var i = 0; i < set.Changes.Count; i++)
        {
            var (change, result) = (set.Changes[i], results[i]);
            var isDone = planner.Capabilities.IsDoneWhenAccepted && result.Status == ChangeStatus.Accepted;
            if (change.Record is null && result.Status == ChangeStatus.Rejected)
                removals.Refuse(change.Change.Remove, result.Reason, now);
            else if (change.Record is null && isDone)
                removals.Done(change.Change.Remove);
            // What was forgotten or renewed meanwhile has its removal planned already.
            if (change.Record is not { State: FlowState.Pending } record || !flows.IsCurrent(record)) continue;
            record.Answer(isUncertain: result.Status == ChangeStatus.Unknown, now);
            if (result.Status == ChangeStatus.Rejected)
                lifecycle.Reject(record, new Rejection(result.Reason, result.LacksRoom), now);
            else if (isDone) comparison.Programmed(record, default, now);
        }
    }

    public void NotSent(ChangeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var waiting = new List<FlowRecord>();
        foreach (var (change, record) in set.Changes.Select(planned => (planned.Change, planned.Record)))
        {
            if (record is { State: FlowState.Pending } && flows.IsCurrent(record))
            {
                record.NotSent(mayBeInstalled: change.Remove.Count > 0);
                waiting.Add(record);
            }
            else
            {
                removals.Want(change.Remove);
            }
        }
        queue.PutBack(waiting);
    }

    private List<PlannedChange> Removals(int most) =>
    [
        .. removals.Take(most)
            .Select(key => new PlannedChange(new FlowChange { Remove = [key] }, null)),
    ];

    private PlannedChange Send(FlowRecord record, TimeSpan now)
    {
        var entries = planner.Plan(record.Verdict with { Timeouts = TimersFrom(record, now) });
        // A key that may hold other lines starts from nothing: whether re-entering a flow replaces its lines or
        // restarts its timers nobody could verify.
        var keys = entries.Select(entry => entry.Key).ToList();
        var mayExist = removals.Replace(keys) || record.MayBeInstalled;
        record.Send(entries, now);
        queue.Sent(record);
        return new PlannedChange(new FlowChange { Install = entries, Remove = mayExist ? keys : [] }, record);
    }

    // The lease runs from the verdict: what waited, or is put back, does not outlive it on the target.
    private FlowTimeouts TimersFrom(FlowRecord record, TimeSpan now)
    {
        if (!policy.Options.SwitchEndsEntries && !planner.Capabilities.KeepsEnds) return default;
        var timeouts = record.Verdict.Timeouts;
        return timeouts.Hard > 0 ? timeouts with { Hard = SecondsUntil(record.ExpiresAt, now) } : timeouts;
    }

    private static int SecondsUntil(TimeSpan end, TimeSpan now) =>
        Math.Max(1, (int)Math.Ceiling((end - now).TotalSeconds));
}

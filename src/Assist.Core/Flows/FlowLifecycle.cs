namespace Assist.Flows;

/// <summary>What happens to a flow, each in one place, so that the set of flows, the queue to the target, the removals
/// and the budget always agree.</summary>
internal sealed class FlowLifecycle(
    FlowSet flows, SendQueue queue, RemovalLedger removals, FlowBudget budget, IFlowPlanner planner)
{
    private readonly Queue<FlowRecord> _rejected = new();

    public FlowEnds Ends { get; } = new();

    /// <summary>Grows whenever a flow leaves the table or is refused.</summary>
    public int Generation { get; private set; }

    /// <summary>What was refused before may be taken now.</summary>
    public void Reopen() => Generation++;

    /// <summary>Takes in a flow that waits, or that the target holds already.</summary>
    public void Add(FlowRecord record)
    {
        flows.Add(record);
        if (record.State == FlowState.Requested) queue.Add(record);
    }

    /// <summary>Sends it, for the first time or again.</summary>
    public void Enqueue(FlowRecord record)
    {
        record.Wait();
        queue.Add(record);
    }

    public void Renew(FlowRecord record)
    {
        record.Renew();
        // One that still waits to be sent takes its new lease when it is.
        if (record.State != FlowState.Requested) Enqueue(record);
    }

    public void Reject(FlowRecord record, in Rejection why, TimeSpan now)
    {
        queue.Settle(record);
        record.Reject(why, now);
        Generation++;
        _rejected.Enqueue(record);
        // Refused flows take no room on the target, so only this bounds them.
        while (_rejected.Count > budget.Capacity)
            if (_rejected.Dequeue() is { State: FlowState.Rejected } oldest) End(oldest, FlowEnd.Forgotten, now);
    }

    public void End(FlowRecord record, FlowEnd why, TimeSpan now)
    {
        if (!flows.IsCurrent(record)) return;
        flows.Remove(record);
        queue.Settle(record);
        Generation++;
        if (record.MayBeInstalled) removals.Want(record.Entries);
        Ends.Add(new EndedFlow(planner.NameOf(record.Entries), record.Identity, record.Verdict.Rule, why, now)
        {
            Origin = record.Origin,
            Traffic = record.Traffic,
            BegunAt = record.BegunAt,
        });
    }

    /// <summary>Ends the bypasses that the match covers; false where there are none.</summary>
    public bool EndBypasses(in FlowMatch match, TimeSpan now)
    {
        var covered = flows.BypassesOf(match);
        foreach (var bypass in covered) End(bypass, FlowEnd.Retracted, now);
        return covered.Count > 0;
    }
}

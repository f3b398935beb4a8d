namespace Assist.Flows;

/// <summary>The table against what the target holds.</summary>
internal sealed class TableComparison(
    FlowSet flows, SendQueue queue, RemovalLedger removals, FlowLifecycle lifecycle, RepeatedDrops repeats,
    TablePolicy policy, IFlowPlanner planner)
{
    // Clocks of two machines, and the time a request takes.
    private static readonly TimeSpan s_timerSlack = TimeSpan.FromSeconds(5);

    // Then the flow is withdrawn, and tried again after a back-off: its lines may be what the target cannot answer.
    private const int MaxLostAnswers = 3;

    private readonly long[] _packets = new long[Enum.GetValues<FlowAction>().Length];

    /// <summary>Packets that readings have counted in flows of that action since the start.</summary>
    public long PacketsOf(FlowAction action) => _packets[(int)action];

    /// <summary>The same as it is now, for readers on other threads.</summary>
    public Func<FlowAction, long> PacketsByAction()
    {
        long[] packets = [.. _packets];
        return action => packets[(int)action];
    }

    /// <summary>Judges a flow that was sent by what a whole reading shows of it.</summary>
    public void Compare(FlowRecord record, in ShownFlow shown, bool isComplete, TimeSpan now, Reconciliation result)
    {
        if (shown.HasRejected || shown.HasFragment(planner))
            Withdraw(record, shown, now, result);
        else if (shown.IsHeld || IsTakenForHeld(record, shown, now))
            Confirm(record, shown, now, result);
        else if (shown.HasAbsent && !isComplete && IsWithinGrace(record, now))
            return;
        else if (record.State == FlowState.Pending)
            CompareSent(record, shown, now, result);
        // Words of waiting are no end: the flow's own timer is.
        else if (shown.HasAbsent || shown.HasNotProgrammed)
            Ended(record, shown, now, result);
    }

    /// <summary>Confirms a flow that was sent where a quick read shows it, and concludes nothing where it does
    /// not.</summary>
    public void CompareQuickly(FlowRecord record, in ShownFlow shown, TimeSpan now, Reconciliation result)
    {
        if (shown.IsHeld && !shown.HasFragment(planner)) Confirm(record, shown, now, result);
    }

    /// <summary>The target holds what was sent.</summary>
    public void Programmed(FlowRecord record, in FlowTraffic traffic, TimeSpan now)
    {
        record.Confirm(traffic, now);
        queue.Settle(record);
        repeats.Programmed(record, now);
    }

    /// <summary>Removes keys of ours that should be gone and are not, what is left of a refused flow, and entries that
    /// nobody asks for and that do nothing. Gives the rest: entries of ours that act and that nobody asked
    /// for.</summary>
    public List<InstalledEntry> PurgeLeftovers(
        Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        var owners = new Dictionary<string, FlowRecord>(StringComparer.Ordinal);
        foreach (var record in flows.All)
            foreach (var entry in record.Entries) owners[entry.Key] = record;
        var rest = new List<InstalledEntry>();
        foreach (var key in removals.Present.Where(key => !removals.IsWanted(key)))
        {
            var owner = owners.GetValueOrDefault(key);
            if (owner is { State: not FlowState.Rejected }) continue;
            if (removals.RetryOf(key) is { } retryAt)
            {
                if (now >= retryAt) removals.WantAgain(key);
            }
            else if (owner is not null || removals.IsSent(key) || IsIdle(found[key]))
            {
                removals.WantAgain(key);
                result.Purged.Add(new PurgedEntry(key, PurgeCause.Leftover));
            }
            else
            {
                rest.Add(found[key]);
            }
        }
        return rest;
    }

    // What is listed by its name alone may be somebody's persistent entry.
    private static bool IsIdle(InstalledEntry entry) => entry.HasLines && entry.Status.IsIdle();

    // Words nobody knows are no reason to take back what is listed with all its lines: it may act, and its own timers
    // end it. A new one gets the time in which they may turn into words that are known.
    private static bool IsTakenForHeld(FlowRecord record, in ShownFlow shown, TimeSpan now) =>
        shown.IsStateUnknown
        && (record.State == FlowState.Programmed || now - record.SentAt >= FlowTable.ProgrammingGrace);

    // In a reading that is not whole an absent entry may exist, so nothing but the grace of a new flow can pass.
    private static bool IsWithinGrace(FlowRecord record, TimeSpan now) =>
        record.State == FlowState.Programmed || now - record.SentAt < FlowTable.ProgrammingGrace;

    private void CompareSent(FlowRecord record, in ShownFlow shown, TimeSpan now, Reconciliation result)
    {
        if (record.IsUncertain && shown.IsAbsent && record.LoseAnswer() < MaxLostAnswers) lifecycle.Enqueue(record);
        // An entry not listed yet, or one waiting for its turn in hardware.
        else if (shown.IsPartly || record.LostAnswers >= MaxLostAnswers
            || now - record.SentAt >= FlowTable.ProgrammingGrace)
            Withdraw(record, shown, now, result);
    }

    private void Confirm(FlowRecord record, in ShownFlow shown, TimeSpan now, Reconciliation result)
    {
        var traffic = FlowTraffic.Of(shown.Listed);
        Count(record, traffic);
        if (shown.IsStateUnknown) result.StateUnknown.Add(shown.UnknownWords());
        else if (record.SeenAt == default) result.Reactions.Add(now - record.RequestedAt);
        if (record.State == FlowState.Pending)
        {
            Programmed(record, traffic, now);
            result.Confirmed.Add(record);
        }
        else
        {
            record.Measure(traffic, now);
        }
        // Of what is not counted nobody knows that it is idle.
        if (!policy.Options.SwitchEndsEntries && traffic.Packets is not null && HasIdled(record, now))
            Expire(record, now, result);
    }

    private void Count(FlowRecord record, in FlowTraffic traffic)
    {
        if (traffic.Packets is not { } packets) return;
        var counted = record.State == FlowState.Pending ? 0 : record.Packets ?? 0;
        _packets[(int)record.Identity.Action] += packets >= counted ? packets - counted : packets;
    }

    private static bool HasIdled(FlowRecord record, TimeSpan now) =>
        record.Verdict.Timeouts.Idle is > 0 and var idle && now - record.ActiveAt >= TimeSpan.FromSeconds(idle);

    // Held before, not held now. The target's timers end entries; so does a reload or another writer.
    private void Ended(FlowRecord record, in ShownFlow shown, TimeSpan now, Reconciliation result)
    {
        if (shown.HasHeld) result.HalfPairs++;
        // The firewall has met the session again, so the verdict holds and the entry is missed.
        if (record.OfferedAt > record.SeenAt)
        {
            lifecycle.Renew(record);
        }
        // An agent that starts anew shows entries as not programmed that it is about to program; only timers end flows.
        else if (shown.HasHeld || TimerMayHaveEnded(record, now))
        {
            record.Miss(mayBeInstalled: !shown.IsAbsent);
            Expire(record, now, result);
        }
        else
        {
            lifecycle.Enqueue(record);
            result.Repaired.Add(record);
        }
    }

    // Of an adopted flow nobody knows when the target's timer began.
    private bool TimerMayHaveEnded(FlowRecord record, TimeSpan now)
    {
        if (!policy.Options.SwitchEndsEntries) return false;
        var idle = TimeSpan.FromSeconds(record.Verdict.Timeouts.Idle);
        var mayHaveIdled = idle > TimeSpan.Zero && now - record.ActiveAt + policy.Options.ReconcileInterval >= idle;
        return mayHaveIdled || record.IsEndUnsure || record.ExpiresAt - s_timerSlack <= now;
    }

    private void Expire(FlowRecord record, TimeSpan now, Reconciliation result)
    {
        lifecycle.End(record, FlowEnd.Expired, now);
        result.Expired.Add(record);
    }

    private void Withdraw(FlowRecord record, in ShownFlow shown, TimeSpan now, Reconciliation result)
    {
        if (shown.IsPartly) result.HalfPairs++;
        removals.Want(record.Entries);
        lifecycle.Reject(record, shown.Fault(), now);
        result.Rejected.Add(record);
    }
}

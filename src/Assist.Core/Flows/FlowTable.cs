namespace Assist.Flows;

/// <summary>Every flow we asked for and what became of it. Pure: no clock, no I/O, no log; <c>now</c> is monotonic.
/// Knows nothing of the target but what its planner says. Touched only by the loop that owns it.</summary>
public sealed class FlowTable
{
    /// <summary>How long the target may take from accepting an entry to programming it.</summary>
    public static readonly TimeSpan ProgrammingGrace = TimeSpan.FromSeconds(10);

    // A longer lease is a new entry in place of the old one, so that much before the target's own timer ends it.
    private static readonly TimeSpan s_renewalLead = TimeSpan.FromSeconds(2);

    private readonly IFlowPlanner _planner;
    private readonly TablePolicy _policy;
    private readonly FlowSet _flows;
    private readonly SendQueue _queue;
    private readonly RemovalLedger _removals = new();
    private readonly RepeatedDrops _repeats = new();
    private readonly FlowLifecycle _lifecycle;
    private readonly Displacement _displacement;
    private readonly PortMerging _merging;
    private readonly FirstDenials _firsts;
    private readonly FlowAdopter _adopter;
    private readonly Dispatch _dispatch;
    private readonly Reconciler _reconciler;

    public FlowTable(TableOptions options, IFlowPlanner planner)
    {
        (_planner, _policy) = (planner, new TablePolicy(options));
        Budget = new FlowBudget(options);
        _flows = new FlowSet(Budget);
        _queue = new SendQueue(_flows, Budget);
        _lifecycle = new FlowLifecycle(_flows, _queue, _removals, Budget, planner);
        _displacement = new Displacement(_flows, Budget, _lifecycle, _policy);
        _merging = new PortMerging(_flows, _lifecycle, _policy);
        _firsts = new FirstDenials(Budget, _policy);
        var sources = new SourceLimit(_flows, _lifecycle, _policy);
        var blast = new BlastRadius(_flows, _policy);
        Limits = new FlowLimits(_merging, sources, _firsts, blast, _displacement, Budget, planner);
        _adopter = new FlowAdopter(_flows, _lifecycle, _removals, _repeats, planner, _policy);
        var comparison = new TableComparison(_flows, _queue, _removals, _lifecycle, _repeats, _policy, planner);
        _dispatch = new Dispatch(_flows, _queue, _removals, _lifecycle, comparison, planner, _policy);
        _reconciler = new Reconciler(
            _flows, _queue, _removals, _lifecycle, _displacement, comparison, _adopter, planner, Budget);
    }

    public IReadOnlyCollection<FlowRecord> Flows => _flows.All;

    public FlowBudget Budget { get; }

    public FlowEnds Ends => _lifecycle.Ends;

    /// <summary>Null where every drop lives as long as its rule says.</summary>
    public Escalation? Escalation
    {
        get => _repeats.Memory;
        init => _repeats.Memory = value;
    }

    /// <summary>Kept for those who are not on this thread.</summary>
    public BypassedAddresses Bypassed
    {
        get => _flows.Bypassed;
        init => _flows.Bypassed = value;
    }

    /// <summary>Asked again for each flow that comes in: who decided may have had an older configuration.</summary>
    public FlowCheck Admits
    {
        get => _policy.Admits;
        set => _policy.Admits = value;
    }

    /// <summary>What readings of the target have found since the start.</summary>
    public TableTotals Totals => _reconciler.Totals;

    /// <summary>Packets that readings have counted in flows of that action since the start.</summary>
    public long PacketsOf(FlowAction action) => _reconciler.PacketsOf(action);

    /// <summary>The packets as they are counted now, for readers on other threads.</summary>
    public Func<FlowAction, long> PacketsByAction() => _reconciler.PacketsByAction();

    /// <summary>Every limit that a new flow must keep.</summary>
    internal FlowLimits Limits { get; }

    /// <summary>Entries of ours on the target or on the way to it.</summary>
    public int Entries => Budget.Used;

    /// <summary>Grows whenever a flow leaves the table or is refused: whoever remembers repeats must forget them
    /// then.</summary>
    public int Generation => _lifecycle.Generation;

    /// <summary>Flows that wait to be sent.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>True where <see cref="TakeChanges"/> may have something to give.</summary>
    public bool HasChanges => _dispatch.HasChanges;

    /// <summary>True while something sent has not been read back.</summary>
    public bool AwaitsReadBack => AwaitsFlows || _removals.IsAwaited;

    /// <summary>True while a flow that was sent has not been read back.</summary>
    public bool AwaitsFlows => _queue.Pending.Count > 0;

    /// <summary>True while a removal has not been confirmed by the target.</summary>
    public bool HasRemovals => _removals.HasAny;

    /// <summary>Entries that the target refuses to remove, with its words.</summary>
    public IEnumerable<(string Name, string Reason)> RefusedRemovals => _removals.Refused;

    /// <summary>Working entries that are ours by their keys and no flow of ours, such as those of the original program:
    /// left to their timeouts unless an operator deletes them.</summary>
    public IReadOnlyList<TargetEntry> Unidentified => _adopter.Unidentified;

    /// <summary>Keys of the entries that were sent and have not been read back.</summary>
    public IReadOnlySet<string> AwaitedKeys() => _queue.PendingKeys();

    /// <summary>True while it takes a whole reading to learn what became of something that was sent: a removal, or a
    /// flow that the target should have programmed by now.</summary>
    public bool IsInDoubt(TimeSpan now) => _removals.IsAwaited || _queue.IsLate(now);

    /// <summary>Takes a verdict in; answers what the message became.</summary>
    public Outcome Offer(in Verdict offered, TimeSpan now)
    {
        if (_flows.Find(offered.Flow) is { } known) return Repeat(known, offered, now);
        if (offered.Flow.Action == FlowAction.Drop) Retract(offered.Flow.Match, now);
        if (!Admits(offered.Flow)) return Outcome.Protected;
        if (offered.Flow.Action == FlowAction.Bypass && !MayBypass(offered.Flow.Match, now)) return Outcome.Protected;
        if (_merging.MergedWith(offered) is { } merged) return Repeat(merged, PortMerging.Merged(offered), now);
        var asked = offered;
        return Limits.Admit(ref asked, now) ? TakeIn(asked, now) : Outcome.OverLimit;
    }

    /// <summary>Takes back the bypasses of what is denied, or of a session that has ended; false where there are none.
    /// A session that is dropped must not keep its way past the firewall: the drop stops one direction only, and the
    /// bypass would be back when the drop ends first.</summary>
    /// <param name="match">What every packet of a bypass, in one direction or the other, must be covered by; VLANs do
    /// not count, because not every log names them.</param>
    public bool Retract(in FlowMatch match, TimeSpan now)
    {
        _adopter.Retracted(match);
        return _lifecycle.EndBypasses(match, now);
    }

    /// <summary>True for a flow of the table, in any state; a bypass in whatever direction.</summary>
    public bool Has(in FlowIdentity flow) => _flows.Find(flow) is not null;

    /// <summary>Takes back every bypass that may have one of the addresses.</summary>
    public void Retract(AddressMarks addresses, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        _adopter.RetractedSome();
        foreach (var bypass in Flows.Where(record => record.Identity.Action == FlowAction.Bypass
            && (addresses.MayHave(record.Identity.Match.Source)
                || addresses.MayHave(record.Identity.Match.Destination))).ToList())
            _lifecycle.End(bypass, FlowEnd.Retracted, now);
    }

    /// <summary>Ends or renews what is due. Looks at every flow: call it about once a second, not for every
    /// message.</summary>
    public void Tick(TimeSpan now)
    {
        if (Budget.Tick(now) | _firsts.TakeNew()) _lifecycle.Reopen();
        foreach (var record in _flows.EndingBefore(now + s_renewalLead))
        {
            if (IsWantedLonger(record)) _lifecycle.Renew(record);
            else if (record.ExpiresAt <= now)
                _lifecycle.End(record, record.State == FlowState.Rejected ? FlowEnd.Forgotten : FlowEnd.Expired, now);
        }
    }

    /// <summary>Takes in what the run before knew of its flows; to be called before the first reading.</summary>
    public void Remember(FlowMemory memory) => _adopter.Remember(memory);

    /// <summary>Takes in what the target says its table holds for flows.</summary>
    public void SwitchHolds(int entries)
    {
        var limit = Budget.Limit;
        Budget.SwitchHolds(entries);
        if (Budget.Limit != limit) _lifecycle.Reopen();
    }

    /// <summary>Takes a flow back, mostly for an operator; its entries are removed from the target with the next change
    /// set.</summary>
    public void Remove(FlowRecord record, TimeSpan now, FlowEnd why = FlowEnd.Removed)
    {
        ArgumentNullException.ThrowIfNull(record);
        _repeats.Forget(record);
        _lifecycle.End(record, why, now);
    }

    /// <summary>Removes an entry of <see cref="Unidentified"/>; anything else is left alone.</summary>
    public void RemoveUnidentified(string key) => _adopter.RemoveUnidentified(key);

    /// <summary>Takes new limits and times, and ends the flows that are not allowed or asked for any more; gives how
    /// many. Those that stay keep their timeouts until their verdicts repeat.</summary>
    /// <param name="isAsked">Null where every flow still is.</param>
    public int Reconfigure(
        TableOptions options, FlowCheck admits, TimeSpan now, Predicate<FlowRecord>? isAsked = null)
    {
        ArgumentNullException.ThrowIfNull(admits);
        (_policy.Options, _policy.Admits) = (options, admits);
        Budget.Configure(options);
        var revoked = Flows.Where(record => !admits(record.Identity) || isAsked?.Invoke(record) == false).ToList();
        foreach (var record in revoked)
        {
            _repeats.Forget(record);
            _lifecycle.End(record, FlowEnd.Revoked, now);
        }
        // There may be room for what was refused before.
        _displacement.Reconsider();
        _lifecycle.Reopen();
        return revoked.Count;
    }

    /// <summary>Removals first, then drops, then the rest; null where there is nothing to do.</summary>
    public ChangeSet? TakeChanges(TimeSpan now) => _dispatch.TakeChanges(now);

    /// <summary>As <see cref="TakeChanges"/>, but what is to be installed goes on waiting.</summary>
    public ChangeSet? TakeRemovals() => _dispatch.TakeRemovals();

    /// <summary>Takes in the target's answers, one for each change of the set.</summary>
    public void Applied(ChangeSet set, IReadOnlyList<ChangeResult> results, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(results);
        _dispatch.Applied(set, results, now);
        // What was refused takes no room any more.
        if (results.Any(result => result.LacksRoom)) Budget.Refused(Budget.Used + Budget.Others, now);
    }

    /// <summary>Nothing of the set was sent: it waits again, ahead of what has come since.</summary>
    public void NotSent(ChangeSet set) => _dispatch.NotSent(set);

    /// <summary>Compares what the target holds with what we asked for; adopts, purges and repairs.</summary>
    public Reconciliation Observed(InstalledFlows installed, TimeSpan now) =>
        _reconciler.Observed(installed, _policy.Options, now);

    /// <summary>Confirms what was sent and a quick read shows as held, and concludes nothing from the rest.</summary>
    public Reconciliation ObservedSome(InstalledFlows installed, TimeSpan now) =>
        _reconciler.ObservedSome(installed, now);

    private static bool IsWantedLonger(FlowRecord record) =>
        record.State != FlowState.Rejected && record.RenewUntil > record.ExpiresAt;

    private Outcome TakeIn(in Verdict asked, TimeSpan now)
    {
        var (verdict, level) = _repeats.Escalate(asked, now);
        _lifecycle.Add(new FlowRecord(verdict, _planner.Plan(verdict), level, now));
        return verdict.Flow.Action.Asked();
    }

    private bool MayBypass(in FlowMatch session, TimeSpan now)
    {
        _merging.Allow(session, now);
        return !_flows.IsDropped(session);
    }

    private Outcome Repeat(FlowRecord record, in Verdict offered, TimeSpan now)
    {
        if (offered.IsThreat && record.Class == FlowClass.Denial) BecomeThreat(record);
        if (now - record.OfferedAt < _policy.Options.DuplicateWindow) return Outcome.Duplicate;
        record.Hear(now);
        if (record.State == FlowState.Rejected) return RetryRejected(record, offered, now);
        if (!offered.IsConfined) record.Repeat(_repeats.AtLevel(offered, record.Escalation), now);
        // Packets reach the firewall that the entry should have stopped or diverted: whatever the last reading said, it
        // does not act, or an idle timeout has just ended it. At most one entry a window is written for that.
        // A redirect is where such packets should be; it only lives longer.
        if (record.State == FlowState.Requested
            || (record.State == FlowState.Programmed && record.Identity.Action != FlowAction.Redirect))
            _lifecycle.Renew(record);
        return Outcome.Refreshed;
    }

    private void BecomeThreat(FlowRecord record)
    {
        record.BecomeThreat();
        if (record.State == FlowState.Requested) _queue.Add(record);
    }

    private Outcome RetryRejected(FlowRecord record, in Verdict verdict, TimeSpan now)
    {
        // The target has refused it, and the traffic stays on the firewall.
        var asked = verdict with { Flow = record.Identity };
        if (now < record.RetryAt)
        {
            Limits.Count(FlowLimit.BackOff);
            return Outcome.OverLimit;
        }
        if (asked.Flow.Action == FlowAction.Bypass && !MayBypass(asked.Flow.Match, now)) return Outcome.Protected;
        if (!Limits.Admit(ref asked, now)) return Outcome.OverLimit;
        if (asked.Flow != record.Identity)
        {
            _lifecycle.End(record, FlowEnd.Merged, now);
            return TakeIn(asked, now);
        }
        record.Retry(asked, _planner.Plan(asked), now);
        _queue.Add(record);
        return Outcome.Refreshed;
    }
}

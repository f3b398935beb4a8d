using Assist.Targets;
using Assist.Telemetry;

namespace Assist.Flows;

/// <summary>Every flow we asked for and what became of it. Pure: no clock, no I/O, no log; <c>now</c> is monotonic.
/// Touched only by the loop that owns it.</summary>
public sealed partial class FlowTable
{
    /// <summary>How long the switch may take from accepting an entry to programming it.</summary>
    public static readonly TimeSpan ProgrammingGrace = TimeSpan.FromSeconds(10);

    // Flows in one request: the original sent up to 1,000; more than this only makes one answer late for all.
    private const int MaxChangesInFlight = 64;

    // A longer lease is a new entry in place of the old one, so that much before the switch's own timer ends it.
    private static readonly TimeSpan s_renewalLead = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    private readonly TableOptions _options;
    private readonly FlowPlanner _planner;
    private readonly Dictionary<FlowIdentity, FlowRecord> _flows = [];
    private readonly Queue<FlowRecord> _rejected = new();
    private Queue<FlowRecord> _drops = new();
    private Queue<FlowRecord> _others = new();

    // Names to remove, and names whose removal was sent and that no reading has shown to be gone.
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removing = new(StringComparer.Ordinal);
    private readonly HashSet<FlowRecord> _pending = [];

    // Names with our prefix in the last reading.
    private HashSet<string> _present = new(StringComparer.Ordinal);
    private int _entries;

    public FlowTable(TableOptions options, FlowPlanner planner) => (_options, _planner) = (options, planner);

    public IReadOnlyCollection<FlowRecord> Flows => _flows.Values;

    /// <summary>Entries of ours on the switch or on the way to it.</summary>
    public int Entries => _entries;

    /// <summary>Entries the last read found that are not ours to change: static and foreign ones.</summary>
    public int OtherEntries { get; private set; }

    public int Capacity => _options.Capacity;

    /// <summary>Entries that a drop may still take.</summary>
    public int Free => Math.Max(0, _options.Capacity - OtherEntries - _entries);

    /// <summary>Grows whenever a flow leaves the table or is refused: whoever remembers repeats must forget them then.</summary>
    public int Generation { get; private set; }

    /// <summary>True while something sent has not been read back.</summary>
    public bool AwaitsReadBack => _pending.Count > 0 || _removing.Count > 0;

    /// <summary>True while a removal has not been confirmed by the switch.</summary>
    public bool HasRemovals => _removals.Count > 0 || _removing.Count > 0;

    /// <summary>Working entries with our prefix that are no flow of ours, such as those of the original program: left to
    /// their timeouts unless an operator deletes them.</summary>
    public IReadOnlyList<FlowEntry> Unidentified { get; private set; } = [];

    /// <summary>True where <see cref="TakeChanges"/> may have something to give.</summary>
    public bool HasChanges => _removals.Count > 0 || _drops.Count > 0 || _others.Count > 0;

    public int Waiting => _drops.Count + _others.Count;

    /// <summary>Takes a verdict in; answers what the message became.</summary>
    public Outcome Offer(in Verdict offered, TimeSpan now)
    {
        if (Find(offered.Flow) is { } known) return Repeat(known, offered, now);
        var (verdict, level) = Escalate(offered, now);
        var entries = _planner.Plan(verdict);
        if (verdict.Flow.Action == FlowAction.Drop) RetractBypasses(verdict.Flow.Match);
        if (entries.Count > FreeFor(verdict.Flow.Action)) return Outcome.OverLimit;
        var record = new FlowRecord(verdict, entries) { RequestedAt = now, OfferedAt = now, ActiveAt = now, Escalation = level };
        record.ExpiresAt = EndOf(verdict, now);
        _flows.Add(verdict.Flow, record);
        _entries += record.Size;
        Enqueue(record);
        return verdict.Flow.Action switch
        {
            FlowAction.Drop => Outcome.Drop,
            FlowAction.Bypass => Outcome.Bypass,
            _ => Outcome.Redirect,
        };
    }

    /// <summary>Removals first, then drops, then the rest; null where there is nothing to do.</summary>
    public ChangeSet? TakeChanges(TimeSpan now)
    {
        if (!HasChanges) return null;
        var changes = new List<PlannedChange>();
        string[] names = [.. _removals.Take(MaxChangesInFlight)];
        _removals.ExceptWith(names);
        _removing.UnionWith(names);
        changes.AddRange(names.Select(name => new PlannedChange(new FlowChange { Remove = [name] }, null)));
        while (changes.Count < MaxChangesInFlight && (_drops.TryDequeue(out var record) || _others.TryDequeue(out record)))
            if (IsCurrent(record) && record.State == FlowState.Requested) changes.Add(Send(record, now));
        return changes.Count == 0 ? null : new ChangeSet(changes);
    }

    /// <summary>Takes in the target's answers, one for each change of the set.</summary>
    public void Applied(ChangeSet set, IReadOnlyList<ChangeResult> results, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(results);
        for (var i = 0; i < set.Changes.Count; i++)
        {
            // What was forgotten or renewed meanwhile has its removal planned already.
            if (set.Changes[i].Record is not { State: FlowState.Pending } record || !IsCurrent(record)) continue;
            record.SentAt = now;
            if (results[i].Status == ChangeStatus.Rejected) Reject(record, results[i].Reason, now);
            else record.IsUncertain = results[i].Status == ChangeStatus.Unknown;
        }
    }

    /// <summary>Nothing of the set was sent: it waits again, ahead of what has come since.</summary>
    public void NotSent(ChangeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var waiting = new List<FlowRecord>();
        foreach (var (change, record) in set.Changes.Select(planned => (planned.Change, planned.Record)))
        {
            if (record is { State: FlowState.Pending } && IsCurrent(record))
            {
                _pending.Remove(record);
                record.State = FlowState.Requested;
                record.MayBeInstalled = change.Remove.Count > 0;
                waiting.Add(record);
            }
            else
            {
                _removals.UnionWith(change.Remove);
            }
        }
        _drops = new Queue<FlowRecord>(waiting.Where(IsDrop).Concat(_drops));
        _others = new Queue<FlowRecord>(waiting.Where(record => !IsDrop(record)).Concat(_others));
    }

    /// <summary>Ends or renews what is due. Looks at every flow: call it about once a second, not for every message.</summary>
    public void Tick(TimeSpan now)
    {
        foreach (var record in _flows.Values.Where(record => record.ExpiresAt - s_renewalLead <= now).ToList())
        {
            if (IsWantedLonger(record)) Renew(record);
            else if (record.ExpiresAt <= now) Forget(record);
        }
    }

    /// <summary>Takes flows back; their entries are removed from the switch with the next change set.</summary>
    public void Remove(FlowRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        ForgetRepeats(record);
        Forget(record);
    }

    /// <summary>Removes an entry of <see cref="Unidentified"/>; anything else is left alone.</summary>
    public void RemoveUnidentified(string name)
    {
        if (Unidentified.Any(entry => entry.Name == name)) _removals.Add(name);
    }

    private static bool IsDrop(FlowRecord record) => record.Identity.Action == FlowAction.Drop;

    private static bool IsWantedLonger(FlowRecord record) =>
        record.State != FlowState.Rejected && record.RenewUntil > record.ExpiresAt;

    private int FreeFor(FlowAction action) => action == FlowAction.Drop ? Free : Math.Max(0, Free - _options.ReservedForDrops);

    // A bypass for both directions has the entries of a bypass for one: whichever came first owns their names.
    private FlowRecord? Find(in FlowIdentity flow)
    {
        if (_flows.TryGetValue(flow, out var known)) return known;
        if (flow.Action != FlowAction.Bypass) return null;
        if (flow.Placement != Placement.Either) return _flows.GetValueOrDefault(flow with { Placement = Placement.Either });
        return _flows.GetValueOrDefault(flow with { Placement = Placement.AToB })
            ?? _flows.GetValueOrDefault(flow with { Placement = Placement.BToA });
    }

    // A session that is dropped must not keep its way past the firewall: the drop stops one direction only, and the
    // bypass would be back when the drop ends first.
    private void RetractBypasses(in FlowMatch drop)
    {
        foreach (var record in _flows.Values.Where(record => record.Identity.Action == FlowAction.Bypass).ToList())
            if (drop.Covers(record.Identity.Match) || drop.Covers(record.Identity.Match.Reversed())) Forget(record);
    }

    private Outcome Repeat(FlowRecord record, in Verdict offered, TimeSpan now)
    {
        if (now - record.OfferedAt < _options.DuplicateWindow) return Outcome.Duplicate;
        record.OfferedAt = now;
        if (record.State == FlowState.Rejected) return RetryRejected(record, offered, now);
        var verdict = AtLevel(offered, record.Escalation);
        // The rules may have changed since: who asks last says for how long and with which marking.
        record.Verdict = verdict with { Flow = record.Identity };
        if (verdict.Timeouts.Hard > 0) record.RenewUntil = now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);
        // Packets reach the firewall that the entry should have stopped or diverted: whatever the last reading said, it
        // does not act, or an idle timeout has just ended it. At most one entry a window is written for that.
        // A redirect is where such packets should be; it only lives longer.
        if (record.State == FlowState.Programmed && record.Identity.Action != FlowAction.Redirect) Renew(record);
        return Outcome.Refreshed;
    }

    private Outcome RetryRejected(FlowRecord record, in Verdict verdict, TimeSpan now)
    {
        // The switch has refused it, and the traffic stays on the firewall.
        if (now < record.RetryAt) return Outcome.OverLimit;
        var retried = verdict with { Flow = record.Identity };
        var entries = _planner.Plan(retried);
        if (entries.Count > FreeFor(verdict.Flow.Action)) return Outcome.OverLimit;
        (record.Verdict, record.Entries) = (retried, entries);
        // Perhaps the switch does not take a lifetime as long as that.
        record.Escalation = 0;
        (record.ExpiresAt, record.RenewUntil) = (EndOf(verdict, now), default);
        Enqueue(record);
        _entries += record.Size;
        return Outcome.Refreshed;
    }

    private static TimeSpan EndOf(in Verdict verdict, TimeSpan now) =>
        verdict.Timeouts.Hard == 0 ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);

    private void Enqueue(FlowRecord record)
    {
        record.State = FlowState.Requested;
        _pending.Remove(record);
        (IsDrop(record) ? _drops : _others).Enqueue(record);
    }

    private PlannedChange Send(FlowRecord record, TimeSpan now)
    {
        // The lease runs from the verdict: what waited, or is put back, does not outlive it on the switch.
        var timeouts = record.Verdict.Timeouts;
        if (timeouts.Hard > 0) timeouts = timeouts with { Hard = SecondsUntil(record.ExpiresAt, now) };
        if (timeouts != record.Entries[0].Timeouts) record.Entries = _planner.Plan(record.Verdict with { Timeouts = timeouts });
        // A name that may hold other lines starts from nothing: whether re-entering a flow replaces its lines or restarts
        // its timers nobody could verify.
        var names = record.Entries.Select(entry => entry.Name).ToList();
        var mayExist = record.MayBeInstalled || names.Exists(MayExist);
        _removing.ExceptWith(names);
        _removals.ExceptWith(names);
        record.State = FlowState.Pending;
        record.SentAt = now;
        record.IsUncertain = false;
        record.MayBeInstalled = true;
        _pending.Add(record);
        return new PlannedChange(new FlowChange { Install = record.Entries, Remove = mayExist ? names : [] }, record);
    }

    private bool MayExist(string name) => _removing.Contains(name) || _removals.Contains(name) || _present.Contains(name);

    private static int SecondsUntil(TimeSpan end, TimeSpan now) => Math.Max(1, (int)Math.Ceiling((end - now).TotalSeconds));

    private void Renew(FlowRecord record)
    {
        if (record.RenewUntil > record.ExpiresAt) record.ExpiresAt = record.RenewUntil;
        // One that still waits to be sent takes its new lease when it is.
        if (record.State != FlowState.Requested) Enqueue(record);
    }

    private void Reject(FlowRecord record, string? reason, TimeSpan now)
    {
        _pending.Remove(record);
        _entries -= record.Size;
        record.State = FlowState.Rejected;
        record.Rejection = reason;
        record.MayBeInstalled = false;
        var backoff = s_firstBackoff * Math.Pow(2, Math.Min(record.Rejections++, 10));
        record.RetryAt = now + (backoff < s_longestBackoff ? backoff : s_longestBackoff);
        // A verdict that does not repeat by then is history, and so is its refusal.
        record.ExpiresAt = record.RetryAt + s_longestBackoff;
        Generation++;
        _rejected.Enqueue(record);
        // Refused flows take no room on the switch, so only this bounds them.
        while (_rejected.Count > _options.Capacity)
            if (_rejected.Dequeue() is { State: FlowState.Rejected } oldest && IsCurrent(oldest)) _flows.Remove(oldest.Identity);
    }

    private void Forget(FlowRecord record)
    {
        if (!IsCurrent(record)) return;
        _entries -= record.Size;
        _flows.Remove(record.Identity);
        _pending.Remove(record);
        Generation++;
        if (record.MayBeInstalled) _removals.UnionWith(record.Entries.Select(entry => entry.Name));
    }

    private bool IsCurrent(FlowRecord record) =>
        _flows.TryGetValue(record.Identity, out var current) && ReferenceEquals(current, record);
}

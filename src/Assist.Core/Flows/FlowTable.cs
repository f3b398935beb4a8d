using Assist.Targets;
using Assist.Telemetry;

namespace Assist.Flows;

/// <summary>Every flow we asked for and what became of it. Pure: no clock, no I/O, no log; <c>now</c> is monotonic.
/// Touched only by the loop that owns it.</summary>
public sealed class FlowTable
{
    /// <summary>How long the switch may take from accepting an entry to programming it.</summary>
    public static readonly TimeSpan ProgrammingGrace = TimeSpan.FromSeconds(10);

    // Flows in one request: the original sent up to 1,000; more than this only makes one answer late for all.
    private const int MaxChangesInFlight = 64;
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    private readonly TableOptions _options;
    private readonly FlowPlanner _planner;
    private readonly Dictionary<FlowIdentity, FlowRecord> _flows = [];
    private readonly Queue<FlowRecord> _drops = new();
    private readonly Queue<FlowRecord> _others = new();
    private readonly Queue<FlowRecord> _rejected = new();
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removing = new(StringComparer.Ordinal);
    private readonly HashSet<FlowRecord> _pending = [];
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

    /// <summary>True where <see cref="TakeChanges"/> has something to give.</summary>
    public bool HasChanges => _removals.Count > 0 || _drops.Count > 0 || _others.Count > 0;

    public int Waiting => _drops.Count + _others.Count;

    /// <summary>Takes a verdict in; answers what the message became.</summary>
    public Outcome Offer(in Verdict verdict, TimeSpan now)
    {
        if (_flows.TryGetValue(verdict.Flow, out var known)) return Repeat(known, verdict, now);
        var entries = _planner.Plan(verdict);
        if (entries.Count > FreeFor(verdict.Flow.Action)) return Outcome.OverLimit;
        var record = new FlowRecord(verdict, entries) { RequestedAt = now, OfferedAt = now, ActiveAt = now };
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
        if (_removals.Count > 0)
        {
            string[] names = [.. _removals.Take(MaxChangesInFlight)];
            _removals.ExceptWith(names);
            _removing.UnionWith(names);
            changes.AddRange(names.Select(name => new PlannedChange(new FlowChange { Remove = [name] }, null)));
        }
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
            var (change, record) = (set.Changes[i].Change, set.Changes[i].Record);
            if (results[i].Status == ChangeStatus.Accepted) _removing.ExceptWith(change.Remove);
            if (record is null || !IsCurrent(record)) continue;
            if (results[i].Status == ChangeStatus.Rejected) Reject(record, results[i].Reason, now);
            else record.IsUncertain = results[i].Status == ChangeStatus.Unknown;
        }
    }

    /// <summary>Nothing of the set was sent: it waits again, in its order.</summary>
    public void NotSent(ChangeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        foreach (var (change, record) in set.Changes.Select(planned => (planned.Change, planned.Record)))
        {
            if (record is null)
            {
                _removing.ExceptWith(change.Remove);
                _removals.UnionWith(change.Remove);
            }
            else if (IsCurrent(record))
            {
                _pending.Remove(record);
                Enqueue(record);
            }
        }
    }

    /// <summary>Compares what the switch holds with what we asked for; adopts, purges and repairs.</summary>
    public Reconciliation Observed(InstalledFlows installed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var found = new Dictionary<string, InstalledEntry>(StringComparer.Ordinal);
        foreach (var entry in installed.Entries) found[entry.Entry.Name] = entry;
        var result = new Reconciliation();
        OtherEntries = found.Keys.Count(name => !FlowName.IsDynamic(name));
        foreach (var record in _flows.Values.ToList())
            if (record.State is FlowState.Pending or FlowState.Programmed) Compare(record, found, installed.IsComplete, now, result);
        PurgeLeftovers(found, result);
        Adopt(found, now, result);
        return result;
    }

    /// <summary>Ends or renews what is due. Call at <see cref="NextDeadline"/>, or when time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        foreach (var record in _flows.Values.Where(record => record.ExpiresAt <= now).ToList())
        {
            if (record.RenewUntil > now) Renew(record, now);
            else Forget(record, removeFromSwitch: true);
        }
    }

    /// <summary>When <see cref="Tick"/> has work next, or null.</summary>
    public TimeSpan? NextDeadline()
    {
        var next = TimeSpan.MaxValue;
        foreach (var record in _flows.Values)
            if (record.ExpiresAt < next) next = record.ExpiresAt;
        return next == TimeSpan.MaxValue ? null : next;
    }

    /// <summary>Takes flows back; their entries are removed from the switch with the next change set.</summary>
    public void Remove(FlowRecord record) => Forget(record, removeFromSwitch: true);

    /// <summary>Removes an entry of <see cref="Unidentified"/>; anything else is left alone.</summary>
    public void RemoveUnidentified(string name)
    {
        if (Unidentified.Any(entry => entry.Name == name)) _removals.Add(name);
    }

    private int FreeFor(FlowAction action) => action == FlowAction.Drop ? Free : Math.Max(0, Free - _options.ReservedForDrops);

    private Outcome Repeat(FlowRecord record, in Verdict verdict, TimeSpan now)
    {
        if (now - record.OfferedAt < _options.DuplicateWindow) return Outcome.Duplicate;
        record.OfferedAt = now;
        if (record.State == FlowState.Rejected) return RetryRejected(record, verdict, now);
        if (verdict.Timeouts.Hard > 0) record.RenewUntil = now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);
        return Outcome.Refreshed;
    }

    private Outcome RetryRejected(FlowRecord record, in Verdict verdict, TimeSpan now)
    {
        if (now < record.RetryAt) return Outcome.Refreshed;
        if (record.Entries.Count > FreeFor(verdict.Flow.Action)) return Outcome.OverLimit;
        record.Verdict = verdict;
        record.Entries = _planner.Plan(verdict);
        Enqueue(record);
        _entries += record.Size;
        return Outcome.Refreshed;
    }

    private static TimeSpan EndOf(in Verdict verdict, TimeSpan now) =>
        verdict.Timeouts.Hard == 0 ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);

    private void Enqueue(FlowRecord record)
    {
        record.State = FlowState.Requested;
        (record.Identity.Action == FlowAction.Drop ? _drops : _others).Enqueue(record);
    }

    private PlannedChange Send(FlowRecord record, TimeSpan now)
    {
        record.State = FlowState.Pending;
        record.SentAt = now;
        record.ExpiresAt = EndOf(record.Verdict, now);
        record.IsUncertain = false;
        _pending.Add(record);
        // A name whose removal nobody confirmed may still hold other lines: start from nothing.
        string[] first = [.. record.Entries.Select(entry => entry.Name).Where(name => _removing.Remove(name) | _removals.Remove(name))];
        return new PlannedChange(new FlowChange { Install = record.Entries, Remove = first }, record);
    }

    // The switch ends an entry by its own timer, so a longer lease is a new entry in place of the old one, just before
    // that. Whether re-entering a flow would restart its timers nobody could verify; removing it first surely does.
    private void Renew(FlowRecord record, TimeSpan now)
    {
        var left = (int)Math.Ceiling((record.RenewUntil - now).TotalSeconds);
        record.Verdict = record.Verdict with { Timeouts = record.Verdict.Timeouts with { Hard = left } };
        record.Entries = _planner.Plan(record.Verdict);
        record.ExpiresAt = TimeSpan.MaxValue;
        _pending.Remove(record);
        _removing.UnionWith(record.Entries.Select(entry => entry.Name));
        Enqueue(record);
    }

    private void Reject(FlowRecord record, string? reason, TimeSpan now)
    {
        _pending.Remove(record);
        _entries -= record.Size;
        record.State = FlowState.Rejected;
        record.Rejection = reason;
        record.ExpiresAt = TimeSpan.MaxValue;
        var backoff = s_firstBackoff * Math.Pow(2, Math.Min(record.Rejections++, 10));
        record.RetryAt = now + (backoff < s_longestBackoff ? backoff : s_longestBackoff);
        Generation++;
        _rejected.Enqueue(record);
        // Refused flows take no room on the switch, so only this bounds them.
        while (_rejected.Count > _options.Capacity)
            if (_rejected.Dequeue() is { State: FlowState.Rejected } oldest && IsCurrent(oldest)) _flows.Remove(oldest.Identity);
    }

    private void Forget(FlowRecord record, bool removeFromSwitch)
    {
        if (!IsCurrent(record)) return;
        _entries -= record.Size;
        _flows.Remove(record.Identity);
        _pending.Remove(record);
        Generation++;
        if (removeFromSwitch && record.State is FlowState.Pending or FlowState.Programmed)
            _removals.UnionWith(record.Entries.Select(entry => entry.Name));
    }

    private bool IsCurrent(FlowRecord record) =>
        _flows.TryGetValue(record.Identity, out var current) && ReferenceEquals(current, record);

    private void Compare(
        FlowRecord record, Dictionary<string, InstalledEntry> found, bool isComplete, TimeSpan now, Reconciliation result)
    {
        var entries = record.Entries.Select(entry => found.GetValueOrDefault(entry.Name)).ToList();
        if (entries.Find(entry => entry?.Status == EntryStatus.Rejected) is { } refused)
        {
            Withdraw(record, refused.StatusText, now);
            result.Rejected.Add(record);
            return;
        }
        if (entries.TrueForAll(entry => entry?.Status == EntryStatus.Programmed))
        {
            Confirm(record, entries.Sum(entry => entry!.MatchPackets), now, result);
            return;
        }
        if (record.State == FlowState.Pending)
        {
            if (record.IsUncertain && isComplete && entries.TrueForAll(entry => entry is null))
            {
                _pending.Remove(record);
                Enqueue(record);
                return;
            }
            // Unknown words, an entry not listed yet, or one waiting for its turn in hardware.
            if (now - record.SentAt < ProgrammingGrace) return;
            Withdraw(record, entries.Find(entry => entry is not null)?.StatusText ?? "not listed by the switch", now);
            result.Rejected.Add(record);
            return;
        }
        if (!isComplete && entries.Contains(null)) return;
        Ended(record, entries.TrueForAll(entry => entry is null), now, result);
    }

    private void Confirm(FlowRecord record, long packets, TimeSpan now, Reconciliation result)
    {
        if (record.State == FlowState.Pending)
        {
            record.State = FlowState.Programmed;
            record.Rejections = 0;
            record.Rejection = null;
            _pending.Remove(record);
            result.Confirmed.Add(record);
            record.ActiveAt = now;
        }
        else if (packets != record.Packets)
        {
            record.ActiveAt = now;
        }
        record.Packets = packets;
    }

    // Programmed before, not programmed now. The switch's timers end entries; so does a reload or another writer. Idle
    // time passed means the first, and the verdict repeats when traffic does; else it is the second, and we repair.
    private void Ended(FlowRecord record, bool isGone, TimeSpan now, Reconciliation result)
    {
        var idle = TimeSpan.FromSeconds(record.Verdict.Timeouts.Idle);
        var mayHaveIdled = idle > TimeSpan.Zero && now - record.ActiveAt + _options.ReconcileInterval >= idle;
        if (isGone && !mayHaveIdled)
        {
            Enqueue(record);
            record.ExpiresAt = TimeSpan.MaxValue;
            result.Repaired.Add(record);
            return;
        }
        Forget(record, removeFromSwitch: !isGone);
        result.Expired.Add(record);
    }

    private void Withdraw(FlowRecord record, string reason, TimeSpan now)
    {
        _removals.UnionWith(record.Entries.Select(entry => entry.Name));
        Reject(record, reason, now);
    }

    // Names we removed and still find, and entries of our prefix that nobody asks for and that do nothing.
    private void PurgeLeftovers(Dictionary<string, InstalledEntry> found, Reconciliation result)
    {
        _removing.RemoveWhere(name => !found.ContainsKey(name));
        var wanted = _flows.Values.Where(record => record.State != FlowState.Rejected)
            .SelectMany(record => record.Entries).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, entry) in found)
        {
            if (!FlowName.IsDynamic(name) || wanted.Contains(name) || _removals.Contains(name)) continue;
            if (!_removing.Remove(name) && entry.Status is EntryStatus.Programmed or EntryStatus.Unknown) continue;
            _removals.Add(name);
            result.Purged.Add(name);
        }
    }

    private void Adopt(Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        var wanted = _flows.Values.SelectMany(record => record.Entries).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var candidates = found.Values
            .Where(entry => FlowName.IsDynamic(entry.Entry.Name) && !wanted.Contains(entry.Entry.Name)
                && !_removals.Contains(entry.Entry.Name) && entry.Status == EntryStatus.Programmed)
            .ToList();
        foreach (var verdict in FlowAdoption.Identify(candidates, _planner))
        {
            if (_flows.ContainsKey(verdict.Flow)) continue;
            var record = new FlowRecord(verdict, _planner.Plan(verdict))
            {
                State = FlowState.Programmed,
                RequestedAt = now,
                ActiveAt = now,
                OfferedAt = now - _options.DuplicateWindow,
                ExpiresAt = EndOf(verdict, now),
                IsAdopted = true,
            };
            _flows.Add(verdict.Flow, record);
            _entries += record.Size;
            result.Adopted.Add(record);
        }
        // What carries our prefix and is no flow of ours: half a pair, or made by another program of the same prefix.
        var known = _flows.Values.SelectMany(record => record.Entries).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        Unidentified = [.. candidates.Select(entry => entry.Entry).Where(entry => !known.Contains(entry.Name))];
        OtherEntries += Unidentified.Count;
    }
}

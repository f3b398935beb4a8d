using Assist.Targets;

namespace Assist.Flows;

/// <summary>The table against what the switch holds.</summary>
public sealed partial class FlowTable
{
    // Clocks of two machines, and the time a request takes.
    private static readonly TimeSpan s_timerSlack = TimeSpan.FromSeconds(5);

    /// <summary>Compares what the switch holds with what we asked for; adopts, purges and repairs.</summary>
    public Reconciliation Observed(InstalledFlows installed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var found = new Dictionary<string, InstalledEntry>(StringComparer.Ordinal);
        foreach (var entry in installed.Entries) found[entry.Entry.Name] = entry;
        var result = new Reconciliation();
        _present = found.Keys.Where(FlowName.IsDynamic).ToHashSet(StringComparer.Ordinal);
        foreach (var record in _flows.Values.ToList())
            if (record.State is FlowState.Pending or FlowState.Programmed) Compare(record, found, installed.IsComplete, now, result);
        _removing.IntersectWith(_present);
        var rest = PurgeLeftovers(found, result);
        Adopt(rest, now, result);
        OtherEntries = found.Count - _present.Count + Unidentified.Count;
        ShedSurplus();
        return result;
    }

    private void Compare(
        FlowRecord record, Dictionary<string, InstalledEntry> found, bool isComplete, TimeSpan now, Reconciliation result)
    {
        var entries = record.Entries.Select(entry => found.GetValueOrDefault(entry.Name)).ToList();
        if (entries.Find(entry => entry?.Status == EntryStatus.Rejected) is { } refused)
            Withdraw(record, refused.StatusText, now, result);
        else if (entries.TrueForAll(entry => entry?.Status == EntryStatus.Programmed))
            Confirm(record, entries.Sum(entry => entry!.MatchPackets), now, result);
        else if (entries.Contains(null) && !isComplete && IsWithinGrace(record, now))
            return;
        else if (record.State == FlowState.Pending)
            CompareSent(record, entries, now, result);
        // Words nobody knows are no end: the flow's own timer is.
        else if (entries.Exists(entry => entry is null or { Status: EntryStatus.NotProgrammed }))
            Ended(record, entries.TrueForAll(entry => entry is null), now, result);
    }

    // In a reading that is not whole an absent entry may exist, so nothing but the grace of a new flow can pass.
    private static bool IsWithinGrace(FlowRecord record, TimeSpan now) =>
        record.State == FlowState.Programmed || now - record.SentAt < ProgrammingGrace;

    private void CompareSent(FlowRecord record, List<InstalledEntry?> entries, TimeSpan now, Reconciliation result)
    {
        var isAbsent = entries.TrueForAll(entry => entry is null);
        // Half a pair: the switch would bypass one direction and show the firewall the other.
        var isHalf = entries.Contains(null) && entries.Exists(entry => entry?.Status == EntryStatus.Programmed);
        if (record.IsUncertain && isAbsent) Enqueue(record);
        // Unknown words, an entry not listed yet, or one waiting for its turn in hardware.
        else if (isHalf || now - record.SentAt >= ProgrammingGrace)
            Withdraw(record, ReasonOf(entries), now, result);
    }

    private static string ReasonOf(List<InstalledEntry?> entries)
    {
        if (entries.Contains(null)) return "not listed by the switch";
        return entries.Find(entry => entry!.Status != EntryStatus.Programmed)!.StatusText;
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
            RememberProgrammed(record, now);
        }
        else if (packets != record.Packets)
        {
            record.ActiveAt = now;
        }
        record.Packets = packets;
        record.SeenAt = now;
    }

    // Programmed before, not programmed now. The switch's timers end entries; so does a reload or another writer.
    private void Ended(FlowRecord record, bool isGone, TimeSpan now, Reconciliation result)
    {
        // The firewall has met the session again, so the verdict holds and the entry is missed.
        if (record.OfferedAt > record.SeenAt)
        {
            Renew(record);
        }
        else if (isGone && !TimerMayHaveEnded(record, now))
        {
            Enqueue(record);
            result.Repaired.Add(record);
        }
        else
        {
            Forget(record);
            result.Expired.Add(record);
        }
    }

    // Of an adopted flow nobody knows when the switch's timer began.
    private bool TimerMayHaveEnded(FlowRecord record, TimeSpan now)
    {
        var idle = TimeSpan.FromSeconds(record.Verdict.Timeouts.Idle);
        var mayHaveIdled = idle > TimeSpan.Zero && now - record.ActiveAt + _options.ReconcileInterval >= idle;
        return mayHaveIdled || record.SentAt is null || record.ExpiresAt - s_timerSlack <= now;
    }

    private void Withdraw(FlowRecord record, string reason, TimeSpan now, Reconciliation result)
    {
        _removals.UnionWith(record.Entries.Select(entry => entry.Name));
        Reject(record, reason, now);
        result.Rejected.Add(record);
    }

    // Names we removed and still find, what is left of a refused flow, and entries of our prefix that nobody asks for and
    // that do nothing. Gives the rest: entries of our prefix that act and that nobody asked for.
    private List<InstalledEntry> PurgeLeftovers(Dictionary<string, InstalledEntry> found, Reconciliation result)
    {
        var owners = new Dictionary<string, FlowRecord>(StringComparer.Ordinal);
        foreach (var record in _flows.Values)
            foreach (var entry in record.Entries) owners[entry.Name] = record;
        var rest = new List<InstalledEntry>();
        foreach (var name in _present.Where(name => !_removals.Contains(name)))
        {
            var owner = owners.GetValueOrDefault(name);
            if (owner is { State: not FlowState.Rejected }) continue;
            var isIdle = found[name].Status is EntryStatus.NotProgrammed or EntryStatus.Rejected;
            if (owner is not null || isIdle || _removing.Contains(name)) Purge(name, result);
            else rest.Add(found[name]);
        }
        return rest;
    }

    private void Purge(string name, Reconciliation result)
    {
        _removing.Remove(name);
        _removals.Add(name);
        result.Purged.Add(name);
    }

    private void Adopt(List<InstalledEntry> rest, TimeSpan now, Reconciliation result)
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (verdict, planned, present) in FlowAdoption.Identify(rest, _planner))
        {
            settled.UnionWith(present);
            if (present.Count == planned.Count && Find(verdict.Flow) is null) Adopt(verdict, planned, now, result);
            // Half of one of our pairs: see CompareSent.
            else foreach (var name in present) Purge(name, result);
        }
        Unidentified = [.. rest.Select(entry => entry.Entry).Where(entry => !settled.Contains(entry.Name))];
    }

    private void Adopt(in Verdict verdict, IReadOnlyList<FlowEntry> planned, TimeSpan now, Reconciliation result)
    {
        var record = new FlowRecord(verdict, planned)
        {
            State = FlowState.Programmed,
            RequestedAt = now,
            ActiveAt = now,
            SeenAt = now,
            OfferedAt = now,
            ExpiresAt = EndOf(verdict, now),
            MayBeInstalled = true,
        };
        RememberAdopted(record, now);
        _flows.Add(verdict.Flow, record);
        _entries += record.Size;
        result.Adopted.Add(record);
    }

    // Verdicts taken before the switch told what it holds: the surplus stays on the firewall, drops last.
    private void ShedSurplus()
    {
        var surplus = _entries + OtherEntries - _options.Capacity;
        if (surplus <= 0) return;
        var waiting = _flows.Values.Where(record => record is { State: FlowState.Requested, MayBeInstalled: false });
        foreach (var record in waiting.OrderBy(IsDrop).ThenByDescending(record => record.RequestedAt).ToList())
        {
            if (surplus <= 0) return;
            surplus -= record.Size;
            Forget(record);
        }
    }
}

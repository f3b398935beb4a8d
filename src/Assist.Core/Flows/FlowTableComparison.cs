using Assist.Outputs;
using Assist.Outputs.DirectFlow;

namespace Assist.Flows;

/// <summary>The table against what the switch holds.</summary>
public sealed partial class FlowTable
{
    /// <summary>How long the switch may take from accepting an entry to programming it.</summary>
    public static readonly TimeSpan ProgrammingGrace = TimeSpan.FromSeconds(10);

    // Clocks of two machines, and the time a request takes.
    private static readonly TimeSpan s_timerSlack = TimeSpan.FromSeconds(5);

    // Then the flow is withdrawn, and tried again after a back-off: its lines may be what the switch cannot answer.
    private const int MaxLostAnswers = 3;

    // Names with our prefix in the last reading.
    private HashSet<string> _present = new(StringComparer.Ordinal);

    /// <summary>Compares what the switch holds with what we asked for; adopts, purges and repairs.</summary>
    public Reconciliation Observed(InstalledFlows installed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var (found, result) = (ByName(installed), new Reconciliation());
        if (!_mayDisplace) Generation++;
        _mayDisplace = true;
        _present = found.Keys.Where(FlowName.IsDynamic).ToHashSet(StringComparer.Ordinal);
        foreach (var record in _flows.Values.ToList())
            if (record.State is FlowState.Pending or FlowState.Programmed) Compare(record, found, installed.IsComplete, now, result);
            else if (IsNew(record) && FlowAdoption.IsWhole(record.Entries, found) && !record.Entries.Any(entry => IsGoing(entry.Name)))
                AdoptAs(record, found, now, result);
        _removing.IntersectWith(_present);
        foreach (var name in _refused.Keys.Where(name => !_present.Contains(name)).ToList()) _refused.Remove(name);
        var rest = PurgeLeftovers(found, now, result);
        Adopt(rest, installed.IsComplete, now, result);
        Budget.Others = found.Count - _present.Count + Unidentified.Count + _refused.Count;
        if (result.Rejected.Any(record => record.LackedRoom)) LearnLimit(found, now, result);
        ShedSurplus(now);
        RemoveInactive(now);
        Totals.Add(result);
        return result;
    }

    /// <summary>Confirms what was sent and is shown as programmed, and concludes nothing from the rest.</summary>
    public Reconciliation Glanced(InstalledFlows installed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var (found, result) = (ByName(installed), new Reconciliation());
        foreach (var record in _pending.ToList())
        {
            var entries = Shown(record, found);
            if (IsProgrammed(entries) && !HasFragment(record, entries)) Confirm(record, entries, now, result);
        }
        Totals.Add(result);
        return result;
    }

    private static Dictionary<string, InstalledEntry> ByName(InstalledFlows installed)
    {
        var found = new Dictionary<string, InstalledEntry>(StringComparer.Ordinal);
        foreach (var entry in installed.Entries) found[entry.Entry.Name] = entry;
        return found;
    }

    // Null stands for an entry that is not listed.
    private static List<InstalledEntry?> Shown(FlowRecord record, Dictionary<string, InstalledEntry> found) =>
        record.Entries.Select(entry => found.GetValueOrDefault(entry.Name)).ToList();

    private static bool IsProgrammed(List<InstalledEntry?> entries) =>
        entries.TrueForAll(entry => entry?.Status == EntryStatus.Programmed);

    private static bool HasFragment(FlowRecord record, List<InstalledEntry?> entries) =>
        record.Entries.Zip(entries).Any(pair => pair.Second is { } shown && FlowAdoption.IsFragment(pair.First, shown));

    private void Compare(
        FlowRecord record, Dictionary<string, InstalledEntry> found, bool isComplete, TimeSpan now, Reconciliation result)
    {
        var entries = Shown(record, found);
        if (entries.Exists(entry => entry?.Status == EntryStatus.Rejected) || HasFragment(record, entries))
            Withdraw(record, entries, now, result);
        else if (IsProgrammed(entries))
            Confirm(record, entries, now, result);
        else if (entries.Contains(null) && !isComplete && IsWithinGrace(record, now))
            return;
        else if (record.State == FlowState.Pending)
            CompareSent(record, entries, now, result);
        // Words nobody knows are no end: the flow's own timer is.
        else if (entries.Exists(entry => entry is null or { Status: EntryStatus.NotProgrammed }))
            Ended(record, entries, now, result);
    }

    // In a reading that is not whole an absent entry may exist, so nothing but the grace of a new flow can pass.
    private static bool IsWithinGrace(FlowRecord record, TimeSpan now) =>
        record.State == FlowState.Programmed || now - record.SentAt < ProgrammingGrace;

    private void CompareSent(FlowRecord record, List<InstalledEntry?> entries, TimeSpan now, Reconciliation result)
    {
        var isAbsent = entries.TrueForAll(entry => entry is null);
        if (record.IsUncertain && isAbsent && ++record.LostAnswers < MaxLostAnswers) Enqueue(record);
        // Unknown words, an entry not listed yet, or one waiting for its turn in hardware.
        else if (IsHalf(entries) || record.LostAnswers >= MaxLostAnswers || now - record.SentAt >= ProgrammingGrace)
            Withdraw(record, entries, now, result);
    }

    // The switch would bypass one direction and show the firewall the other.
    private static bool IsHalf(List<InstalledEntry?> entries) =>
        entries.Contains(null) && entries.Exists(entry => entry?.Status == EntryStatus.Programmed);

    private void Confirm(FlowRecord record, List<InstalledEntry?> entries, TimeSpan now, Reconciliation result)
    {
        var (towards, back) = PacketsIn(entries);
        var counted = record.State == FlowState.Pending ? 0 : record.Packets;
        _packets[(int)record.Identity.Action] += towards + back >= counted ? towards + back - counted : towards + back;
        if (record.SeenAt == default) result.Reactions.Add(now - record.RequestedAt);
        if (record.State == FlowState.Pending)
        {
            record.State = FlowState.Programmed;
            record.Rejections = 0;
            record.LostAnswers = 0;
            record.Rejection = null;
            _pending.Remove(record);
            result.Confirmed.Add(record);
            record.StartMeasuring(towards, back, now);
            RememberProgrammed(record, now);
        }
        else
        {
            record.Measure(towards, back, now);
        }
        record.SeenAt = now;
        if (!_options.SwitchEndsEntries && HasIdled(record, now)) Expire(record, now, result);
    }

    // Every second entry of a flow is that of the answers.
    private static (long Towards, long Back) PacketsIn(IEnumerable<InstalledEntry?> entries)
    {
        var back = entries.Where((_, index) => index % 2 == 1).Sum(entry => entry!.MatchPackets);
        return (entries.Sum(entry => entry!.MatchPackets) - back, back);
    }

    private static bool HasIdled(FlowRecord record, TimeSpan now) =>
        record.Verdict.Timeouts.Idle is > 0 and var idle && now - record.ActiveAt >= TimeSpan.FromSeconds(idle);

    // Programmed before, not programmed now. The switch's timers end entries; so does a reload or another writer.
    private void Ended(FlowRecord record, List<InstalledEntry?> entries, TimeSpan now, Reconciliation result)
    {
        var isHalf = entries.Exists(entry => entry?.Status == EntryStatus.Programmed);
        if (isHalf) result.HalfPairs++;
        // The firewall has met the session again, so the verdict holds and the entry is missed.
        if (record.OfferedAt > record.SeenAt)
        {
            Renew(record);
        }
        // An agent that starts anew shows entries as not programmed that it is about to program; only timers end flows.
        else if (isHalf || TimerMayHaveEnded(record, now))
        {
            record.MayBeInstalled = entries.Exists(entry => entry is not null);
            Expire(record, now, result);
        }
        else
        {
            Enqueue(record);
            result.Repaired.Add(record);
        }
    }

    // Of an adopted flow nobody knows when the switch's timer began.
    private bool TimerMayHaveEnded(FlowRecord record, TimeSpan now)
    {
        if (!_options.SwitchEndsEntries) return false;
        var idle = TimeSpan.FromSeconds(record.Verdict.Timeouts.Idle);
        var mayHaveIdled = idle > TimeSpan.Zero && now - record.ActiveAt + _options.ReconcileInterval >= idle;
        return mayHaveIdled || record.SentAt is null || record.ExpiresAt - s_timerSlack <= now;
    }

    private void Expire(FlowRecord record, TimeSpan now, Reconciliation result)
    {
        End(record, FlowEnd.Expired, now);
        result.Expired.Add(record);
    }

    private void Withdraw(FlowRecord record, List<InstalledEntry?> entries, TimeSpan now, Reconciliation result)
    {
        var culprit = entries.Find(entry => entry?.Status == EntryStatus.Rejected)
            ?? entries.Find(entry => entry is not null && entry.Status != EntryStatus.Programmed);
        if (IsHalf(entries)) result.HalfPairs++;
        _removals.UnionWith(record.Entries.Select(entry => entry.Name));
        var reason = entries.Contains(null) ? "not listed by the switch" : "the switch shows only a part of it";
        Reject(record, culprit?.StatusText ?? reason, now);
        record.LackedRoom = culprit?.LacksRoom == true;
        result.Rejected.Add(record);
    }

    // Names we removed and still find, what is left of a refused flow, and entries of our prefix that nobody asks for and
    // that do nothing. Gives the rest: entries of our prefix that act and that nobody asked for.
    private List<InstalledEntry> PurgeLeftovers(Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        var owners = new Dictionary<string, FlowRecord>(StringComparer.Ordinal);
        foreach (var record in _flows.Values)
            foreach (var entry in record.Entries) owners[entry.Name] = record;
        var rest = new List<InstalledEntry>();
        foreach (var name in _present.Where(name => !_removals.Contains(name)))
        {
            if (owners.GetValueOrDefault(name) is { State: not FlowState.Rejected }) continue;
            var isIdle = found[name].Status is EntryStatus.NotProgrammed or EntryStatus.Rejected;
            if (_refused.TryGetValue(name, out var refused))
            {
                if (now >= refused.RetryAt) Purge(name);
            }
            else if (owners.ContainsKey(name) || isIdle || _removing.Contains(name))
            {
                Purge(name);
                result.Purged.Add(name);
            }
            else
            {
                rest.Add(found[name]);
            }
        }
        return rest;
    }
}

using Assist.Outputs;
using Assist.Rules;

namespace Assist.Flows;

/// <summary>What the switch is told, and what it answered.</summary>
public sealed partial class FlowTable
{
    // Flows in one request: the original sent up to 1,000; more than this only makes one answer late for all.
    private const int MaxChangesInFlight = 64;

    // What the switch has not programmed by then may be what a glance never shows.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    // Names to remove, names whose removal was sent and that no reading has shown to be gone, and names that the switch
    // refused to remove, with when to try again.
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RefusedRemoval> _refused = new(StringComparer.Ordinal);

    private readonly record struct RefusedRemoval(int Times, TimeSpan RetryAt, string Reason);

    /// <summary>True where <see cref="TakeChanges"/> may have something to give.</summary>
    public bool HasChanges => _removals.Count > 0 || _drops.Count > 0 || _others.Count > 0;

    /// <summary>True while something sent has not been read back.</summary>
    public bool AwaitsReadBack => _pending.Count > 0 || _removing.Count > 0;

    /// <summary>Names of the entries that were sent and have not been read back.</summary>
    public IReadOnlySet<string> AwaitedNames() =>
        _pending.SelectMany(record => record.Entries).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>True while it takes a whole reading to learn what became of something that was sent: a removal, or a flow that
    /// the switch should have programmed by now.</summary>
    public bool IsInDoubt(TimeSpan now) => _removing.Count > 0 || _pending.Any(record => now - record.SentAt > s_patience);

    /// <summary>True while a removal has not been confirmed by the switch.</summary>
    public bool HasRemovals => _removals.Count > 0 || _removing.Count > 0 || _refused.Count > 0;

    /// <summary>Entries that the switch refuses to remove, with its words.</summary>
    public IEnumerable<(string Name, string Reason)> RefusedRemovals => _refused.Select(refused => (refused.Key, refused.Value.Reason));

    /// <summary>Removals first, then drops, then the rest; null where there is nothing to do.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="onlyRemovals">What is to be installed goes on waiting.</param>
    public ChangeSet? TakeChanges(TimeSpan now, bool onlyRemovals = false)
    {
        if (!HasChanges) return null;
        var changes = new List<PlannedChange>();
        string[] names = [.. _removals.Take(MaxChangesInFlight)];
        _removals.ExceptWith(names);
        _removing.UnionWith(names);
        changes.AddRange(names.Select(name => new PlannedChange(new FlowChange { Remove = [name] }, null)));
        while (!onlyRemovals && changes.Count < MaxChangesInFlight && (_drops.TryDequeue(out var record) || _others.TryDequeue(out record)))
            if (IsWaiting(record)) changes.Add(Send(record, now));
        return changes.Count == 0 ? null : new ChangeSet(changes);
    }

    /// <summary>Takes in the target's answers, one for each change of the set.</summary>
    public void Applied(ChangeSet set, IReadOnlyList<ChangeResult> results, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(results);
        for (var i = 0; i < set.Changes.Count; i++)
        {
            var (change, result) = (set.Changes[i], results[i]);
            if (change.Record is null && result.Status == ChangeStatus.Rejected) RefuseRemoval(change.Change.Remove, result.Reason, now);
            // What was forgotten or renewed meanwhile has its removal planned already.
            if (change.Record is not { State: FlowState.Pending } record || !IsCurrent(record)) continue;
            record.SentAt = now;
            if (result.Status == ChangeStatus.Rejected) Reject(record, result.Reason, now);
            else record.IsUncertain = result.Status == ChangeStatus.Unknown;
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

    private PlannedChange Send(FlowRecord record, TimeSpan now)
    {
        // The lease runs from the verdict: what waited, or is put back, does not outlive it on the switch.
        var timeouts = record.Verdict.Timeouts;
        if (!_options.SwitchEndsEntries) timeouts = default;
        else if (timeouts.Hard > 0) timeouts = timeouts with { Hard = SecondsUntil(record.ExpiresAt, now) };
        record.Entries = _planner.Plan(record.Verdict with { Timeouts = timeouts });
        // A name that may hold other lines starts from nothing: whether re-entering a flow replaces its lines or restarts
        // its timers nobody could verify.
        var names = record.Entries.Select(entry => entry.Name).ToList();
        var mayExist = record.MayBeInstalled || names.Exists(MayExist);
        _removing.ExceptWith(names);
        _removals.ExceptWith(names);
        foreach (var name in names) _refused.Remove(name);
        record.State = FlowState.Pending;
        record.SentAt = now;
        record.IsUncertain = false;
        record.MayBeInstalled = true;
        _pending.Add(record);
        return new PlannedChange(new FlowChange { Install = record.Entries, Remove = mayExist ? names : [] }, record);
    }

    private bool MayExist(string name) => IsGoing(name) || _present.Contains(name);

    private bool IsGoing(string name) => _removing.Contains(name) || _removals.Contains(name) || _refused.ContainsKey(name);

    private static int SecondsUntil(TimeSpan end, TimeSpan now) => Math.Max(1, (int)Math.Ceiling((end - now).TotalSeconds));

    // Tried again less and less often: a switch that refuses once mostly refuses the next time.
    private void RefuseRemoval(IReadOnlyList<string> names, string? reason, TimeSpan now)
    {
        foreach (var name in names)
        {
            if (!_removing.Remove(name)) continue;
            var times = _refused.GetValueOrDefault(name).Times;
            var backoff = s_firstBackoff * Math.Pow(2, Math.Min(times, 10));
            _refused[name] = new RefusedRemoval(times + 1, now + (backoff < s_longestBackoff ? backoff : s_longestBackoff), reason ?? "");
        }
    }

    private void Purge(string name)
    {
        _removing.Remove(name);
        _removals.Add(name);
    }
}

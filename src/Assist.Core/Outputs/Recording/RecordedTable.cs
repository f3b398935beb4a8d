using Assist.Flows;

namespace Assist.Outputs.Recording;

/// <summary>What a target would hold had it been written to. Pure: time comes in and is monotonic.</summary>
internal sealed class RecordedTable
{
    private readonly Dictionary<string, Recorded> _entries = new(StringComparer.Ordinal);

    // Keys that would be gone from the real target, as long as it shows them.
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    // No entry ends before.
    private TimeSpan _firstEnd = TimeSpan.MaxValue;

    private readonly record struct Recorded(TargetEntry Entry, TimeSpan EndsAt);

    public void Apply(FlowChange change, TimeSpan now)
    {
        foreach (var key in change.Remove)
        {
            _entries.Remove(key);
            _removed.Add(key);
        }
        foreach (var entry in change.Install)
        {
            var recorded = new Recorded(entry, EndOf(entry, now));
            _entries[entry.Key] = recorded;
            if (recorded.EndsAt < _firstEnd) _firstEnd = recorded.EndsAt;
        }
    }

    /// <summary>What was recorded, over what the real target holds.</summary>
    public InstalledFlows Over(IReadOnlyList<InstalledEntry> real, bool isComplete, TimeSpan now)
    {
        Expire(now);
        // What has left the real target by itself may come to it again.
        if (isComplete) _removed.IntersectWith(real.Select(entry => entry.Key));
        return new InstalledFlows
        {
            Entries = [.. real.Where(IsVisible), .. _entries.Values.Select(recorded => Shown(recorded.Entry))],
            IsComplete = isComplete,
        };
    }

    public InstalledFlows Some(IReadOnlySet<string> keys, TimeSpan now)
    {
        Expire(now);
        return new InstalledFlows
        {
            Entries = [.. keys.Where(_entries.ContainsKey).Select(key => Shown(_entries[key].Entry))],
            IsComplete = false,
        };
    }

    private bool IsVisible(InstalledEntry real) => !_removed.Contains(real.Key) && !_entries.ContainsKey(real.Key);

    /// <summary>The entry as a reading shows it. No packet ever meets it, so it counts none.</summary>
    public static InstalledEntry Shown(TargetEntry entry) =>
        new() { Entry = entry, Status = EntryStatus.Programmed, StatusText = "recorded" };

    private void Expire(TimeSpan now)
    {
        if (now < _firstEnd) return;
        _firstEnd = TimeSpan.MaxValue;
        foreach (var (key, recorded) in _entries)
        {
            if (now >= recorded.EndsAt) _entries.Remove(key);
            else if (recorded.EndsAt < _firstEnd) _firstEnd = recorded.EndsAt;
        }
    }

    private static TimeSpan EndOf(TargetEntry entry, TimeSpan now) =>
        entry.Timeouts.Hard > 0 ? now + TimeSpan.FromSeconds(entry.Timeouts.Hard) : TimeSpan.MaxValue;
}

using Assist.Flows;

namespace Assist.Outputs.Recording;

/// <summary>What a target would hold had it been written to. Pure: time comes in and is monotonic.</summary>
internal sealed class RecordedTable
{
    private readonly Dictionary<string, Recorded> _entries = new(StringComparer.Ordinal);

    // Keys that would be gone from the real target, as long as it shows them.
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    private readonly record struct Recorded(TargetEntry Entry, TimeSpan EndsAt);

    public void Apply(FlowChange change, TimeSpan now)
    {
        foreach (var key in change.Remove)
        {
            _entries.Remove(key);
            _removed.Add(key);
        }
        foreach (var entry in change.Install) _entries[entry.Key] = new Recorded(entry, EndOf(entry, now));
    }

    /// <summary>What was recorded, over what the real target holds.</summary>
    public InstalledFlows Over(IReadOnlyList<InstalledEntry> real, bool isComplete, TimeSpan now)
    {
        Expire(now);
        // What has left the real target by itself may come to it again.
        if (isComplete) _removed.IntersectWith(real.Select(entry => entry.Key));
        return new InstalledFlows
        {
            Entries = [.. real.Where(IsVisible), .. _entries.Values.Select(Shown)],
            IsComplete = isComplete,
        };
    }

    public InstalledFlows Some(IReadOnlySet<string> keys, TimeSpan now)
    {
        Expire(now);
        return new InstalledFlows
        {
            Entries = [.. _entries.Values.Where(recorded => keys.Contains(recorded.Entry.Key)).Select(Shown)],
            IsComplete = false,
        };
    }

    private bool IsVisible(InstalledEntry real) => !_removed.Contains(real.Key) && !_entries.ContainsKey(real.Key);

    // No packet ever meets a recorded entry, so it counts none.
    private static InstalledEntry Shown(Recorded recorded) =>
        new() { Entry = recorded.Entry, Status = EntryStatus.Programmed, StatusText = "recorded" };

    private void Expire(TimeSpan now)
    {
        foreach (var (key, recorded) in _entries.ToList())
            if (now >= recorded.EndsAt) _entries.Remove(key);
    }

    private static TimeSpan EndOf(TargetEntry entry, TimeSpan now) =>
        entry.Timeouts.Hard > 0 ? now + TimeSpan.FromSeconds(entry.Timeouts.Hard) : TimeSpan.MaxValue;
}

using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Tests.Flows;

namespace Assist.Tests.Enforcement;

/// <summary>A switch of the tests' own: takes entries, programs them when told to, refuses what does not fit, and ends
/// them by their hard timeout.</summary>
internal sealed class MemorySwitch : IFlowTarget
{
    private readonly SortedDictionary<string, Held> _entries = new(StringComparer.Ordinal);

    private sealed record Held(FlowEntry Entry, TimeSpan Since)
    {
        public EntryStatus Status { get; init; }
        public long Packets { get; init; }
        public bool LacksRoom { get; init; }
    }

    public IFlowPlanner Planner => Given.Planner;
    public int Capacity { get; set; } = int.MaxValue;
    public bool IsWhole { get; set; } = true;
    public TimeSpan Now { get; set; }
    public Func<Task> BeforeRead { get; set; } = () => Task.CompletedTask;
    public Func<Task> BeforeApply { get; set; } = () => Task.CompletedTask;
    public Func<Task> AfterApply { get; set; } = () => Task.CompletedTask;
    public List<string> Removed { get; } = [];
    public IEnumerable<string> Names => _entries.Keys;
    public int Reads { get; private set; }
    public int QuickReads { get; private set; }

    public FlowEntry this[string name] => _entries[name].Entry;

    public async Task<InstalledFlows> ReadAsync(CancellationToken cancellation)
    {
        await BeforeRead().WaitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        Reads++;
        return Read();
    }

    public async Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation)
    {
        await BeforeRead().WaitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        QuickReads++;
        return ReadSome(keys);
    }

    /// <summary>Without what is not programmed, as the JSON of some releases.</summary>
    public InstalledFlows ReadSome(IReadOnlySet<string> keys) => new()
    {
        Entries =
            [.. Read().Entries.Where(entry => keys.Contains(entry.Key) && entry.Status == EntryStatus.Programmed)],
        IsComplete = false,
    };

    public async Task<IReadOnlyList<ChangeResult>> ApplyAsync(
        IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        await BeforeApply();
        cancellation.ThrowIfCancellationRequested();
        Apply(changes);
        await AfterApply();
        return [.. changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))];
    }

    public InstalledFlows Read() => new()
    {
        Entries = [.. _entries.Values.Select(held => new InstalledEntry
        {
            Entry = held.Entry, Status = held.Status, StatusText = held.Status.ToString(), Traffic = Counted(held),
            LacksRoom = held.LacksRoom,
        })],
        IsComplete = IsWhole,
    };

    /// <summary>Takes entries as not yet programmed; what does not fit is refused later, as on EOS.</summary>
    public void Apply(IEnumerable<FlowChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var name in change.Remove)
            {
                _entries.Remove(name);
                Removed.Add(name);
            }
            foreach (var entry in change.Install.Cast<FlowEntry>())
            {
                Assert.False(
                    _entries.ContainsKey(entry.Name), $"{entry.Name} entered again would mix old lines with new ones");
                _entries[entry.Name] = new Held(entry, Now) { Status = EntryStatus.Pending };
            }
        }
    }

    public void Program()
    {
        foreach (var (name, held) in _entries.Where(pair => pair.Value.Status == EntryStatus.Pending).ToList())
        {
            var used = _entries.Values.Count(other => other.Status == EntryStatus.Programmed);
            var fits = used < Capacity;
            _entries[name] =
                held with { Status = fits ? EntryStatus.Programmed : EntryStatus.Rejected, LacksRoom = !fits };
        }
    }

    /// <summary>Hard timeouts; <paramref name="keepsLines"/> as on EOS 4.15, where the configuration stays.</summary>
    public void Expire(bool keepsLines = false)
    {
        foreach (var (name, held) in _entries.ToList())
        {
            if (held.Entry.Timeouts.Hard == 0 || Now - held.Since < TimeSpan.FromSeconds(held.Entry.Timeouts.Hard))
                continue;
            if (keepsLines) _entries[name] = held with { Status = EntryStatus.NotProgrammed };
            else _entries.Remove(name);
        }
    }

    public void Add(FlowEntry entry, EntryStatus status = EntryStatus.Programmed) =>
        _entries[entry.Name] = new Held(entry, Now) { Status = status };

    public void Set(string name, EntryStatus status) => _entries[name] = _entries[name] with { Status = status };

    public void Count(string name, long packets) => _entries[name] = _entries[name] with { Packets = packets };

    public void Lose(string name) => _entries.Remove(name);

    private static FlowTraffic Counted(Held held)
    {
        var count = new TrafficCount(held.Packets, null);
        return FlowName.IsOfAnswers(held.Entry.Name)
            ? new FlowTraffic(default, count)
            : new FlowTraffic(count, default);
    }

    public void LoseAll() => _entries.Clear();
}

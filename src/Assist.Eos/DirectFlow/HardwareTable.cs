namespace Assist.Eos;

/// <summary>State of a flow as `show directflow detail` tells it.</summary>
internal enum FlowStatus { NotProgrammed, Programmed, NoResources, BadMatch, BadAction, TimeoutNotSupported }

/// <summary>One programmed flow with its counters.</summary>
internal sealed class HardwareEntry(ConfiguredFlow flow, TimeSpan since, long order)
{
    public ConfiguredFlow Flow => flow;
    public TimeSpan Since { get; } = since;
    public long Order => order;
    public TimeSpan LastUsed { get; set; } = since;
    public long Packets { get; set; }
    public long Bytes { get; set; }

    /// <summary>The next moment at which a timer may run out.</summary>
    public TimeSpan? Due
    {
        get
        {
            var hard = flow.HardTimeout > 0 ? Since + TimeSpan.FromSeconds(flow.HardTimeout) : TimeSpan.MaxValue;
            var idle = flow.IdleTimeout > 0 ? LastUsed + TimeSpan.FromSeconds(flow.IdleTimeout) : TimeSpan.MaxValue;
            var due = hard < idle ? hard : idle;
            return due == TimeSpan.MaxValue ? null : due;
        }
    }
}

/// <summary>One change of the table: programmed, refused, removed, expired-hard, expired-idle, or cleared, which has no
/// name. <see cref="At"/> is the time since power on.</summary>
public sealed record TableChange(TimeSpan At, string What, string Name, IReadOnlyList<string> Lines);

/// <summary>The part of the switch behind the DirectFlow agent: limited, late, and the only one that sees
/// packets.</summary>
internal sealed class HardwareTable
{
    private readonly Dictionary<string, HardwareEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FlowStatus> _status = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ConfiguredFlow Flow, long Order)> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfiguredFlow> _waiting = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Name, long Order), (TimeSpan At, long Order)> _events = new();
    private readonly Action<TableChange>? _changed;

    // Null: packets are asked about with Lookup, and the timers are kept here.
    private readonly OpenVSwitch? _path;
    private SwitchOptions _options;
    private Random _jitter;
    private long _order;

    public HardwareTable(SwitchOptions options, Action<TableChange>? changed = null, OpenVSwitch? path = null)
    {
        (_options, _changed, _path) = (options, changed, path);
        _jitter = new Random(options.Seed);
    }

    public IReadOnlyCollection<HardwareEntry> Entries => _entries.Values;

    public void Change(SwitchOptions options)
    {
        if (options.Seed != _options.Seed) _jitter = new Random(options.Seed);
        _options = options;
    }

    public FlowStatus StatusOf(string name) => _status.GetValueOrDefault(name);

    public HardwareEntry? Entry(string name) => _entries.GetValueOrDefault(name);

    /// <summary>Ask for a flow. What is in the table under this name stays until the new one takes its place.</summary>
    public void Want(ConfiguredFlow flow, TimeSpan now)
    {
        var due = now + _options.ProgrammingDelay + (_options.ProgrammingJitter * _jitter.NextDouble());
        _wanted[flow.Name] = (flow, ++_order);
        _status.TryAdd(flow.Name, FlowStatus.NotProgrammed);
        _events.Enqueue((flow.Name, _order), (due, _order));
    }

    public void Remove(string name, TimeSpan now)
    {
        _wanted.Remove(name);
        _waiting.Remove(name);
        _status.Remove(name);
        if (!TakeOut(name)) return;
        Tell(now, "removed", name);
        RetryWaiting(now);
    }

    public void Clear(TimeSpan now)
    {
        Tell(now, "cleared", "");
        foreach (var entry in _entries.Values) _path?.Remove(entry);
        _entries.Clear();
        _wanted.Clear();
        _waiting.Clear();
        _status.Clear();
        _events.Clear();
    }

    /// <summary>Carry out what is due, in the order of time. Returns the flows whose timers ran out.</summary>
    public List<string> Advance(TimeSpan now)
    {
        var expired = new List<string>();
        while (_events.TryPeek(out var item, out var due) && due.At <= now)
        {
            _events.Dequeue();
            if (_wanted.TryGetValue(item.Name, out var wanted) && wanted.Order == item.Order)
                Program(wanted.Flow, due.At);
            else if (_entries.TryGetValue(item.Name, out var entry) && entry.Order == item.Order)
                CheckTimers(entry, due.At, expired);
        }

        return expired;
    }

    /// <summary>Takes over the counts of the data path, and returns the flows whose timers ran out in it; null where it
    /// has lost them all.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    public List<string>? Observe(TimeSpan now)
    {
        if (_path is null) return [];
        _path.Commit();
        if (_path.Read() is not { } found) return null;
        var ended = new List<string>();
        foreach (var entry in _entries.Values.ToList())
        {
            if (found.TryGetValue(entry.Order, out var counts)) (entry.Packets, entry.Bytes) = counts;
            else End(entry, now, ended);
        }

        return ended;
    }

    /// <summary>Gives the data path every entry again; timers and counts begin anew.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    public void Refill()
    {
        foreach (var entry in _entries.Values) _path?.Install(entry);
        _path?.Commit();
    }

    /// <summary>The flow that takes this packet. Of equal priorities the older entry wins; EOS's rule is not
    /// known.</summary>
    public HardwareEntry? Lookup(Packet packet, TimeSpan now)
    {
        var hit = _entries.Values
            .Where(e => PacketRules.Matches(e.Flow.Match, packet))
            .OrderByDescending(e => e.Flow.Priority).ThenBy(e => e.Order)
            .FirstOrDefault();
        if (hit is null) return null;
        hit.LastUsed = now;
        hit.Packets++;
        hit.Bytes += packet.Length;
        return hit;
    }

    private void Program(ConfiguredFlow flow, TimeSpan at)
    {
        _wanted.Remove(flow.Name);
        _waiting.Remove(flow.Name);
        TakeOut(flow.Name);
        _status[flow.Name] = Judge(flow);
        if (_status[flow.Name] is FlowStatus.NoResources) _waiting[flow.Name] = flow;
        var isProgrammed = _status[flow.Name] is FlowStatus.Programmed;
        Tell(at, isProgrammed ? "programmed" : "refused", flow.Name, flow);
        if (!isProgrammed) return;
        var entry = new HardwareEntry(flow, at, ++_order);
        _entries[flow.Name] = entry;
        _path?.Install(entry);
        if (_path is null && entry.Due is { } due) _events.Enqueue((flow.Name, entry.Order), (due, entry.Order));
    }

    private bool TakeOut(string name)
    {
        if (!_entries.Remove(name, out var entry)) return false;
        _path?.Remove(entry);
        return true;
    }

    private FlowStatus Judge(ConfiguredFlow flow)
    {
        if (_options.RefuseIncomplete && flow.Match == new MatchFields()) return FlowStatus.BadMatch;
        if (_options.RefuseIncomplete && flow.Action == new ActionFields()) return FlowStatus.BadAction;
        // Open vSwitch has no next hop, and an entry that were not there would look like one that has ended.
        if (_path is not null && flow.Action.Nexthop is not null) return FlowStatus.BadAction;
        if (_path?.HasLink(flow.Match) == false) return FlowStatus.BadMatch;
        if (_options.RefuseTimeouts && (flow.IdleTimeout | flow.HardTimeout) != 0)
            return FlowStatus.TimeoutNotSupported;
        return IsFull(flow) ? FlowStatus.NoResources : FlowStatus.Programmed;
    }

    private bool IsFull(ConfiguredFlow flow)
    {
        var apart = _options.Ipv6Capacity is not null;
        var capacity = apart && IsIpv6(flow) ? _options.Ipv6Capacity!.Value : _options.Capacity;
        var used = apart ? _entries.Values.Count(e => IsIpv6(e.Flow) == IsIpv6(flow)) : _entries.Count;
        return used + _options.ReservedEntries >= capacity;
    }

    private void CheckTimers(HardwareEntry entry, TimeSpan at, List<string> expired)
    {
        if (entry.Due is { } due && due > at)
        {
            _events.Enqueue((entry.Flow.Name, entry.Order), (due, entry.Order));
            return;
        }

        End(entry, at, expired);
    }

    private void End(HardwareEntry entry, TimeSpan at, List<string> ended)
    {
        // EOS keeps it in the configuration: facts 2.6.
        _entries.Remove(entry.Flow.Name);
        _status[entry.Flow.Name] = FlowStatus.NotProgrammed;
        ended.Add(entry.Flow.Name);
        var isHard = entry.Flow.HardTimeout > 0 && entry.Since + TimeSpan.FromSeconds(entry.Flow.HardTimeout) <= at;
        Tell(at, isHard ? "expired-hard" : "expired-idle", entry.Flow.Name);
        RetryWaiting(at);
    }

    private void Tell(TimeSpan at, string what, string name, ConfiguredFlow? flow = null) =>
        _changed?.Invoke(new TableChange(at, what, name, flow is null ? [] : RunningConfigText.Flow(flow)));

    private void RetryWaiting(TimeSpan now)
    {
        if (!_options.WaitForResources) return;
        foreach (var flow in _waiting.Values.ToList()) Want(flow, now);
    }

    private static bool IsIpv6(ConfiguredFlow flow) => flow.Match.EtherType == 0x86dd;
}

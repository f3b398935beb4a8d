namespace Assist.Eos;

/// <summary>What `setup` changes on an interface, from EOS's defaults on.</summary>
public sealed record InterfaceConfig(string Name)
{
    public bool MacAddressLearning { get; init; } = true;
    public bool? BpduFilter { get; init; }
    public string? BroadcastLevel { get; init; }
    public string? MulticastLevel { get; init; }
    public string? MacAccessGroup { get; init; }
    public string? Description { get; init; }
    public bool Shutdown { get; init; }

    public bool IsDefault => this == new InterfaceConfig(Name);
}

/// <summary>A named block of lines: a MAC access list, a monitor session, an event handler.</summary>
public sealed record NamedLines(string Name, ValueList<string> Lines);

/// <summary>The whole configuration as a value: two snapshots are equal when the configurations are.</summary>
public sealed record SwitchSnapshot(
    string Hostname,
    bool DirectFlow,
    ValueList<ConfiguredFlow> Flows,
    ValueList<InterfaceConfig> Interfaces,
    ValueList<NamedLines> MacAccessLists,
    ValueList<NamedLines> MonitorSessions,
    ValueList<NamedLines> EventHandlers,
    ValueList<NamedLines> Sections,
    ValueList<string> TrafficPolicies)
{
    public ConfiguredFlow? Flow(string name) => Flows.FirstOrDefault(f => f.Name == name);
}

/// <summary>The running configuration. EOS orders it by name: facts 2.3.</summary>
internal sealed class SwitchConfig
{
    public string? Hostname { get; set; }
    public bool DirectFlow { get; set; }
    public SortedDictionary<string, ConfiguredFlow> Flows { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, InterfaceConfig> Interfaces { get; } = new(NaturalOrder.Instance);
    public SortedDictionary<string, ValueList<string>> MacAccessLists { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, ValueList<string>> MonitorSessions { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, ValueList<string>> EventHandlers { get; } = new(StringComparer.Ordinal);

    /// <summary>What has no meaning here, by the line that begins it: eAPI, daemons, VRFs, IP access lists.</summary>
    public SortedDictionary<string, ValueList<string>> Sections { get; } = new(StringComparer.Ordinal);

    public TrafficPolicies Policies { get; set; } = new();

    public SwitchSnapshot Snapshot(SwitchOptions options) => new(
        Hostname ?? options.Hostname,
        DirectFlow,
        new(Flows.Values),
        new(Interfaces.Values.Where(i => !i.IsDefault)),
        Blocks(MacAccessLists),
        Blocks(MonitorSessions),
        Blocks(EventHandlers),
        Blocks(Sections),
        new([.. PolicyText.All(Policies, options),
            .. Policies.Interfaces.Select(port => $"{port.Key} {port.Value}")]));

    /// <summary>What `copy running-config startup-config` keeps: everything but the flows with `no
    /// persistent`.</summary>
    public SwitchConfig Saved()
    {
        var saved = new SwitchConfig { Hostname = Hostname, DirectFlow = DirectFlow, Policies = Policies };
        foreach (var flow in Flows.Values.Where(f => f.Persistent)) saved.Flows.Add(flow.Name, flow);
        foreach (var (name, value) in Interfaces) saved.Interfaces.Add(name, value);
        foreach (var (name, lines) in MacAccessLists) saved.MacAccessLists.Add(name, lines);
        foreach (var (name, lines) in MonitorSessions) saved.MonitorSessions.Add(name, lines);
        foreach (var (name, lines) in EventHandlers) saved.EventHandlers.Add(name, lines);
        foreach (var (head, lines) in Sections) saved.Sections.Add(head, lines);
        return saved;
    }

    private static ValueList<NamedLines> Blocks(SortedDictionary<string, ValueList<string>> blocks) =>
        new(blocks.Select(b => new NamedLines(b.Key, b.Value)));
}

/// <summary>Ethernet2 before Ethernet10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y) => string.CompareOrdinal(Padded(x ?? ""), Padded(y ?? ""));

    private static string Padded(string name)
    {
        var digits = name.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits < 0) return name;
        return name[..digits] + string.Join('/', name[digits..].Split('/').Select(n => n.PadLeft(7, '0')));
    }
}

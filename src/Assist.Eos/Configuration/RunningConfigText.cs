namespace Assist.Eos;

/// <summary>The configuration as lines. Blocks of flows as captured in facts 2.3; places of timeout, `no persistent`
/// and
/// comment inside a flow are not known from any source.</summary>
internal static class RunningConfigText
{
    public static IEnumerable<string> All(SwitchConfig config, SwitchOptions options) =>
    [
        "! Command: show running-config",
        $"! device: {config.Hostname ?? options.Hostname} ({options.Model}, EOS-{options.EosVersion})",
        "!",
        $"hostname {config.Hostname ?? options.Hostname}",
        "!",
        .. DirectFlow(config),
        .. MonitorSessions(config),
        .. PolicyText.All(config.Policies, options),
        .. Interfaces(config),
        .. Blocks("mac access-list ", config.MacAccessLists),
        .. Blocks("event-handler ", config.EventHandlers),
        .. Blocks("", config.Sections),
        "end",
    ];

    private static IEnumerable<string> Interfaces(SwitchConfig config) =>
        config.Interfaces.Keys.Union(config.Policies.Interfaces.Keys).Order(NaturalOrder.Instance)
            .SelectMany(name => Interface(
                config.Interfaces.GetValueOrDefault(name) ?? new InterfaceConfig(name),
                config.Policies.Interfaces.GetValueOrDefault(name)));

    /// <param name="policy">The traffic policy for what comes in; null where there is none.</param>
    public static IEnumerable<string> Interface(InterfaceConfig port, string? policy)
    {
        yield return $"interface {port.Name}";
        if (port.Description is { } description) yield return $"   description {description}";
        if (port.Shutdown) yield return "   shutdown";
        if (port.MacAccessGroup is { } group) yield return $"   mac access-group {group} in";
        if (!port.MacAddressLearning) yield return "   no switchport mac address learning";
        if (port.BpduFilter is { } filter)
            yield return $"   spanning-tree bpdufilter {(filter ? "enable" : "disable")}";
        if (port.BroadcastLevel is { } broadcast) yield return $"   storm-control broadcast level {broadcast}";
        if (port.MulticastLevel is { } multicast) yield return $"   storm-control multicast level {multicast}";
        if (policy is not null) yield return $"   traffic-policy input {policy}";
        yield return "!";
    }

    public static IEnumerable<string> DirectFlow(SwitchConfig config)
    {
        if (!config.DirectFlow && config.Flows.Count == 0) return [];
        var lines = new List<string> { "directflow", config.DirectFlow ? "   no shutdown" : "   shutdown" };
        foreach (var flow in config.Flows.Values)
        {
            if (lines.Count > 2) lines.Add("   !");
            lines.Add($"   flow {flow.Name}");
            lines.AddRange(Flow(flow).Select(line => "      " + line));
        }

        return [.. lines, "!"];
    }

    /// <summary>The lines inside `flow NAME`.</summary>
    public static IReadOnlyList<string> Flow(ConfiguredFlow flow) =>
    [
        .. flow.Comment?.Split('\n').Select(line => $"!! {line}") ?? [],
        .. Line("no persistent", !flow.Persistent),
        .. Line($"priority {flow.Priority}", flow.Priority != 0),
        .. Line($"timeout idle {flow.IdleTimeout}", flow.IdleTimeout != 0),
        .. Line($"timeout hard {flow.HardTimeout}", flow.HardTimeout != 0),
        .. Match(flow.Match),
        .. Action(flow.Action),
    ];

    private static IEnumerable<string> Match(MatchFields match) =>
    [
        .. Line($"match input interface {match.Inputs}", match.Inputs.Count > 0),
        .. Value("match source mac", match.SourceMac),
        .. Value("match destination mac", match.DestinationMac),
        .. Value("match ethertype", match.EtherType is { } type ? EtherTypeWord(type) : null),
        .. Value("match vlan", match.Vlan),
        .. Value("match cos", match.Cos),
        .. Address("source", match.Source),
        .. Address("destination", match.Destination),
        .. Value("match ip protocol", match.Protocol is { } number ? ProtocolWord(number) : null),
        .. Value("match ip tos", match.Tos),
        .. Value("match source port", match.SourcePort),
        .. Value("match destination port", match.DestinationPort),
    ];

    private static IEnumerable<string> Action(ActionFields action) =>
    [
        .. Value("action set vlan", action.Vlan),
        .. Value("action set cos", action.Cos),
        .. Value("action set ip tos", action.Tos),
        .. Value("action set source mac", action.SourceMac),
        .. Value("action set destination mac", action.DestinationMac),
        .. Line($"action ingress mirror {action.IngressMirrors}", action.IngressMirrors.Count > 0),
        .. Line($"action egress mirror {action.EgressMirrors}", action.EgressMirrors.Count > 0),
        .. Line("action drop", action.Drop),
        .. Line($"action output interface {action.Outputs}", action.Outputs.Count > 0),
        .. Value("action output nexthop", action.Nexthop),
        .. Line("action output normal", action.Normal),
        .. Line("action output flood", action.Flood),
        .. Line("action output all", action.All),
        .. Line("action output local", action.Local),
        .. Line("action output controller", action.Controller),
    ];

    private static IEnumerable<string> MonitorSessions(SwitchConfig config)
    {
        var lines = config.MonitorSessions
            .SelectMany(s => s.Value.Select(port => $"monitor session {s.Key} destination {port}"))
            .ToList();
        return lines.Count == 0 ? [] : [.. lines, "!"];
    }

    private static IEnumerable<string> Blocks(string keyword, SortedDictionary<string, ValueList<string>> blocks) =>
        blocks.SelectMany(b => (string[])[$"{keyword}{b.Key}", .. b.Value.Select(line => "   " + line), "!"]);

    private static IEnumerable<string> Address(string side, AddressMatch? match)
    {
        if (match is null) return [];
        var keyword = match.IsIpv6 ? "ipv6" : "ip";
        return [$"match {side} {keyword} {match.Address}{(match.IsHost ? "" : $" {match.Mask}")}"];
    }

    private static string EtherTypeWord(int type) =>
        type switch { 0x0800 => "ip", 0x0806 => "arp", 0x86dd => "ipv6", _ => $"0x{type:x4}" };

    private static string ProtocolWord(int number) =>
        number switch { 1 => "icmp", 6 => "tcp", 17 => "udp", _ => $"{number}" };

    private static string[] Line(string line, bool present) => present ? [line] : [];

    private static string[] Value(string keyword, object? value) => value is null ? [] : [$"{keyword} {value}"];
}

namespace Assist.Outputs.DirectFlow;

/// <summary>The entries that `setup` writes, by mode: the path of everything no dynamic flow matches. Names are the
/// original's, so that an existing installation keeps its entries.</summary>
public static class StaticFlows
{
    private const string LoopWarning = "DO NOT DELETE before confirming there are no L2 loops";

    public static IReadOnlyList<FlowEntry> For(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var (a, b) = (topology.A, topology.B);
        return topology.Mode switch
        {
            OperatingMode.Shunt =>
            [
                Through("THRU", [a.Network], a.FirewallPorts), Through("THRU", a.FirewallPorts, [a.Network]),
                Through("THRU", [b.Network], b.FirewallPorts), Through("THRU", b.FirewallPorts, [b.Network]),
            ],
            OperatingMode.Inline =>
                [Through("TO", [a.Network], a.FirewallPorts), Through("TO", a.FirewallPorts, [a.Network])],
            OperatingMode.Mirror => [Mirror(topology)],
            _ =>
            [
                Around(topology, a.Network, b.Network), Around(topology, b.Network, a.Network),
                From(a.Firewall, a.Network), From(b.Firewall, b.Network),
            ],
        };
    }

    private static FlowEntry Through(string way, IReadOnlyList<string> from, IReadOnlyList<string> to) => Static(
        $"STATIC_{way}_FIREWALL__in:{FlowName.OfInterfaces(from)}__out:{FlowName.OfInterfaces(to)}",
        from, new EntryAction { OutputInterfaces = to }) with
    { Comment = LoopWarning };

    private static FlowEntry Mirror(Topology topology) => Static(
        $"MIRROR_TO_FW_TAP__{FlowName.OfInterfaces(topology.TapMirrored)}"
            + $"_mirror_to:{FlowName.OfInterfaces(topology.TapToFirewall)}",
        topology.TapMirrored, MirrorTo(topology, []));

    // Past the firewall, with a copy to its tap.
    private static FlowEntry Around(Topology topology, string from, string to) => Static(
        $"STATIC_BYPASS_FW__in:{FlowName.OfInterfaces([from])}_out:{FlowName.OfInterfaces([to])}"
            + $"_mirror_to:{FlowName.OfInterfaces(topology.TapToFirewall)}",
        [from], MirrorTo(topology, [to]));

    private static FlowEntry From(string from, string to) => Static(
        $"STATIC_FROM_FIREWALL__in:{FlowName.OfInterfaces([from])}_out:{FlowName.OfInterfaces([to])}",
        [from], new EntryAction { OutputInterfaces = [to] });

    private static EntryAction MirrorTo(Topology topology, IReadOnlyList<string> output) => new()
    {
        OutputInterfaces = output,
        MirrorInterfaces = topology.TapToFirewall,
        MirrorAfterRewrites = topology.MirrorAfterRewrites,
    };

    private static FlowEntry Static(string name, IReadOnlyList<string> from, EntryAction action) => new()
    {
        Name = name,
        Match = new EntryMatch { InputInterfaces = from },
        Action = action,
        Priority = FlowPriority.Static,
        Persistent = true,
    };
}

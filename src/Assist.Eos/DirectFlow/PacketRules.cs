namespace Assist.Eos;

/// <summary>What a flow says about a packet. Pure: a datapath of another kind replaces this and the hardware
/// table.</summary>
internal static class PacketRules
{
    public static bool Matches(MatchFields match, Packet packet) =>
        (match.Inputs.Count == 0 || match.Inputs.Contains(packet.Input))
        && Same(match.EtherType, packet.EtherType)
        && Same(match.Vlan, packet.Vlan)
        && Same(match.Cos, packet.Cos)
        && Same(match.Protocol, packet.Protocol)
        && Same(match.SourcePort, packet.SourcePort)
        && Same(match.DestinationPort, packet.DestinationPort)
        // Only the upper six bits of the TOS byte count: facts 1.2.
        && Same(match.Tos & 0xfc, packet.Tos & 0xfc)
        && Same(match.SourceMac, packet.SourceMac)
        && Same(match.DestinationMac, packet.DestinationMac)
        && match.Source?.Matches(packet.Source) != false
        && match.Destination?.Matches(packet.Destination) != false;

    public static Forwarding Apply(ConfiguredFlow flow, Packet packet)
    {
        var action = flow.Action;
        var ingress = action.IngressMirrors.Select(port => new PacketCopy(port, packet));
        if (action.Drop) return new Forwarding(flow.Name, [], new(ingress));
        var rewritten = Rewrite(action, packet);
        var egress = action.EgressMirrors.Select(port => new PacketCopy(port, rewritten));
        var outputs = Ports(action).Where(port => port != packet.Input).Select(port => new PacketCopy(port, rewritten));
        return new Forwarding(flow.Name, new(outputs), new(ingress.Concat(egress)));
    }

    private static Packet Rewrite(ActionFields action, Packet packet) => packet with
    {
        Vlan = action.Vlan ?? packet.Vlan,
        Cos = action.Cos ?? packet.Cos,
        Tos = action.Tos is { } tos ? (tos & 0xfc) | (packet.Tos & 0x03) : packet.Tos,
        SourceMac = action.SourceMac ?? packet.SourceMac,
        DestinationMac = action.DestinationMac ?? packet.DestinationMac,
    };

    private static IEnumerable<string> Ports(ActionFields action)
    {
        foreach (var port in action.Outputs) yield return port;
        if (action.Nexthop is { } nexthop) yield return $"nexthop {nexthop}";
        // A flow without any action leaves the packet to normal forwarding; EOS's answer is not known.
        if (action.GoesOnNormally || action == new ActionFields()) yield return "normal";
        if (action.Flood) yield return "flood";
        if (action.All) yield return "all";
        if (action.Local) yield return "local";
        if (action.Controller) yield return "controller";
    }

    private static bool Same(int? wanted, int? actual) => wanted is null || wanted == actual;

    private static bool Same(string? wanted, string actual) => wanted is null || wanted == actual;
}

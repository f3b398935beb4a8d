using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Configuration;

/// <summary>mode, zones and tap: how switch and firewall are wired.</summary>
internal sealed class WiringReader(Diagnostics faults)
{
    private readonly Dictionary<string, string> _roles = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="withPort">The logs name the firewall's ports, so that both are needed where sessions are
    /// bypassed.</param>
    /// <param name="output">Only DirectFlow needs to know the ports.</param>
    public Topology Read(Section root, Section flows, bool withPort, SwitchOutput output)
    {
        var known = root.Choice<OperatingMode?>("mode", null, ("shunt", OperatingMode.Shunt),
            ("inline", OperatingMode.Inline), ("mirror", OperatingMode.Mirror),
            ("mirror_and_shunt", OperatingMode.MirrorAndShunt));
        var mode = known ?? OperatingMode.Shunt;
        var zones = root.Sub("zones");
        var (a, b) = (zones.Sub("a"), zones.Sub("b"));
        zones.Done();
        var tap = root.Sub("tap");
        var topology = new Topology
        {
            Mode = mode,
            A = Zone(a),
            B = Zone(b),
            TapToFirewall = Ports(tap, "to_firewall"),
            TapMirrored = Mirrored(tap),
            MirrorAfterRewrites = tap.Flag("after_rewrites", true),
            RewriteVlan = flows.Flag("rewrite_vlan", false),
        };
        tap.Done();
        CheckFirewallPorts(topology, b);
        CheckRewrite(topology, flows);
        if (output != SwitchOutput.DirectFlow) CheckMode(mode, root);
        // A mode that is none needs nothing.
        if (output != SwitchOutput.TrafficPolicy && (known is not null || root.Find("mode") is null))
            new WiringNeeds(mode, faults).Check(zones, a, b, tap, withPort);
        WarnOfLongNames(topology, zones.At);
        return topology;
    }

    // Packets that are only bridged are not looked at, and no rule can send them to a port.
    private void CheckMode(OperatingMode mode, Section root)
    {
        if (mode is OperatingMode.Inline or OperatingMode.Mirror) return;
        var name = mode == OperatingMode.Shunt ? "shunt" : "mirror_and_shunt";
        faults.Error(
            root.Find("mode")?.Value.At ?? root.At, $"mode {name} needs switch.output: directflow, because a traffic "
            + "policy can drop, and neither bypass nor redirect; write mode: inline, or mode: mirror where the "
            + "firewall sees copies");
    }

    // The names are given: an installation of the original keeps its entries.
    private void WarnOfLongNames(Topology topology, Position at)
    {
        foreach (var name in StaticFlows.For(topology).Select(flow => flow.Name))
            if (name.Length > FlowName.MaxLength)
                faults.Warn(at, $"the static flow {name} has a name of {name.Length} characters; EOS is known to take "
                    + $"{FlowName.MaxLength}. Use fewer ports, or check with `assist setup` that the switch takes it");
    }

    private Zone Zone(Section zone)
    {
        var read = new Zone
        {
            Network = Port(zone, "network") ?? "",
            Firewall = Port(zone, "firewall") ?? "",
            FirewallHa = Port(zone, "firewall_ha"),
            FirewallPort = FirewallPort(zone),
            Vlan = (ushort)zone.Integer("vlan", 0, 0, 4094),
        };
        zone.Done();
        return read;
    }

    private string? Port(Section section, string key) =>
        section.Scalar(key) is { Text.Length: > 0 } value && IsPort(value, section.PathOf(key))
            && IsFree(value, section.PathOf(key))
            ? value.Text
            : null;

    private string[] Ports(Section section, string key) =>
    [
        .. section.Scalars(key)
            .Where(v => IsPort(v, section.PathOf(key)) && IsFree(v, section.PathOf(key)))
            .Select(v => v.Text),
    ];

    /// <summary>A mirrored port keeps its other role: the network's port of a zone may well be mirrored. Only a port
    /// that copies go out of may not be one, since its copies would be copied again.</summary>
    private string[] Mirrored(Section tap)
    {
        var path = tap.PathOf("mirrored");
        var mirrored = new List<string>();
        foreach (var value in tap.Scalars("mirrored"))
        {
            if (!IsPort(value, path)) continue;
            var port = InterfaceName.Canonical(value.Text);
            var isNamed = mirrored.Exists(
                m => string.Equals(InterfaceName.Canonical(m), port, StringComparison.OrdinalIgnoreCase));
            if (isNamed)
                faults.Error(value.At, $"{path}: {value.Text} is named twice");
            else if (_roles.GetValueOrDefault(port) == "tap.to_firewall")
                faults.Error(
                    value.At, $"{path}: {value.Text} is also in tap.to_firewall; its copies would be copied again");
            else
                mirrored.Add(value.Text);
        }
        return [.. mirrored];
    }

    private bool IsPort(ConfigNode value, string path)
    {
        if (InterfaceName.CarriesTraffic(value.Text)) return true;
        faults.Error(value.At, InterfaceNames.IsSwitchPort(value.Text)
            ? $"{path}: {value.Text} cannot carry DirectFlow; name the Ethernet port or the port channel that the "
                + $"cable is in, {InterfaceNames.Expected}"
            : $"{path}: \"{value.Text}\" is not the name of a switch port; "
                + $"write it without blanks, {InterfaceNames.Expected}");
        return false;
    }

    private bool IsFree(ConfigNode value, string path)
    {
        if (_roles.TryAdd(InterfaceName.Canonical(value.Text), path)) return true;
        var other = _roles[InterfaceName.Canonical(value.Text)];
        faults.Error(value.At, other == path
            ? $"{path}: {value.Text} is named twice"
            : $"{path}: {value.Text} is already {other}; one port has one role");
        return false;
    }

    private string FirewallPort(Section zone)
    {
        if (zone.Scalar("firewall_port") is not { Text.Length: > 0 } value) return "";
        if (!InterfaceNames.IsFirewallPort(value.Text))
            faults.Error(
                value.At, $"{zone.PathOf("firewall_port")}: \"{value.Text}\" is not the name of a firewall port; "
                + "write it as the firewall's logs do, such as ethernet1/1");
        else if (value.Text.Contains('.', StringComparison.Ordinal))
            faults.Error(
                value.At, $"{zone.PathOf("firewall_port")}: leave out the sub-interface; the VLAN is taken from "
                + $"each log, so write {value.Text[..value.Text.IndexOf('.', StringComparison.Ordinal)]}");
        return value.Text;
    }

    private void CheckFirewallPorts(Topology topology, Section b)
    {
        var port = topology.B.FirewallPort;
        if (port.Length > 0 && string.Equals(port, topology.A.FirewallPort, StringComparison.OrdinalIgnoreCase))
            faults.Error(b.Find("firewall_port")!.Value.At,
                $"zones.b.firewall_port: {port} is already zones.a.firewall_port; the two sides are two ports");
    }

    private void CheckRewrite(Topology topology, Section flows)
    {
        if (topology.RewriteVlan && (topology.A.Vlan == 0 || topology.B.Vlan == 0))
            faults.Warn(flows.Find("rewrite_vlan")!.Value.At,
                "flows.rewrite_vlan has no effect towards a zone whose vlan is not set");
    }
}

using System.Text;

namespace Assist.Outputs.DirectFlow;

public enum OperatingMode { Shunt, Inline, Mirror, MirrorAndShunt }

/// <summary>One side of the firewall: the switch port towards the network, the ports towards one or two firewalls, and
/// the name the firewall itself gives its port.</summary>
public sealed record Zone
{
    public string Network { get; init; } = "";
    public string Firewall { get; init; } = "";
    public string? FirewallHa { get; init; }
    public string FirewallPort { get; init; } = "";

    /// <summary>VLAN that a bypass writes when packets leave on this side; 0 means none.</summary>
    public ushort Vlan { get; init; }

    /// <summary>The ports towards firewall 1 and, where there is one, firewall 2: the standby gets a copy.</summary>
    public IReadOnlyList<string> FirewallPorts => FirewallHa is null ? [Firewall] : [Firewall, FirewallHa];
}

/// <summary>The wiring of switch and firewall: static, from the configuration.</summary>
public sealed record Topology
{
    public OperatingMode Mode { get; init; } = OperatingMode.Shunt;
    public Zone A { get; init; } = new();
    public Zone B { get; init; } = new();
    public IReadOnlyList<string> TapToFirewall { get; init; } = [];
    public IReadOnlyList<string> TapMirrored { get; init; } = [];
    public bool MirrorAfterRewrites { get; init; } = true;

    /// <summary>Write <see cref="Zone.Vlan"/> of the egress side into bypassed packets.</summary>
    public bool RewriteVlan { get; init; }
}

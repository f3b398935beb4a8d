using Assist.Addresses;
using Assist.Flows;
using Assist.Guards;
using Assist.Outputs.DirectFlow;
using Assist.Rules;

namespace Assist.Tests.Flows;

/// <summary>A topology and verdicts that tests vary.</summary>
internal static class Given
{
    public static readonly Topology Wiring = new()
    {
        A = new Zone { Network = "Ethernet1", Firewall = "Ethernet2", FirewallPort = "ethernet1/1", Vlan = 11 },
        B = new Zone { Network = "Ethernet4", Firewall = "Ethernet5", FirewallPort = "ethernet1/2", Vlan = 12 },
    };

    public static readonly FlowPlanner Planner = new(Wiring);

    /// <summary>The firewall's names of its ports in <see cref="Wiring"/>.</summary>
    public static readonly FirewallPorts Ports = new("ethernet1/1", "ethernet1/2");

    /// <summary>Guards that protect nothing, for a target that can do everything.</summary>
    public static readonly Admission Open = Protecting();

    /// <summary>Of a verdict that a datagram made.</summary>
    public static readonly Origin FromUdp = new() { Transport = Transport.Udp };

    public static Admission Protecting(params IpPrefix[] neverDrop) =>
        new(new ProtectedSet(neverDrop), Enum.GetValues<FlowAction>());

    public static FlowMatch Match(int host = 1, ushort port = 443) => new()
    {
        Source = IpAddr.V4(0x0a000000u + (uint)host),
        Destination = IpAddr.V4(0xcb007105),
        SourcePort = 50000,
        DestinationPort = port,
        Protocol = IpProtocol.Tcp,
    };

    public static Verdict Drop(int host = 1, int hard = 1800, int idle = 300) =>
        Verdict(new FlowIdentity(FlowAction.Drop, Match(host), Placement.Anywhere), hard, idle);

    public static Verdict Threat(int host = 1) => Drop(host) with { IsThreat = true };

    /// <summary>A denial of one port of a server to a host, as default rules make it.</summary>
    public static Verdict Denial(int host, ushort port, uint server = 0xcb007105) => Verdict(new FlowIdentity(
        FlowAction.Drop,
        Match(host, port) with { SourcePort = 0, Destination = IpAddr.V4(server) }, Placement.Anywhere));

    /// <summary>A denial of one session of a service.</summary>
    public static Verdict DeniedSession(ushort sourcePort) => Verdict(new FlowIdentity(
        FlowAction.Drop, Match(1, 8080) with { SourcePort = sourcePort }, Placement.Anywhere));

    public static Verdict Bypass(int host = 1, Placement placement = Placement.AToB, int hard = 9000, int idle = 300) =>
        Verdict(new FlowIdentity(FlowAction.Bypass, Match(host), placement), hard, idle);

    public static Verdict Redirect(int host = 1) =>
        Verdict(new FlowIdentity(FlowAction.Redirect, Match(host), Placement.Either), 1800, 120);

    public static Verdict Verdict(FlowIdentity flow, int hard = 1800, int idle = 300) =>
        new(flow, new FlowTimeouts(hard, idle), default, "a-rule") { Origin = FromUdp };

    /// <summary>The lines of a planned entry or one that was read.</summary>
    public static FlowEntry Lines(TargetEntry entry) => Assert.IsType<FlowEntry>(entry);

    public static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}

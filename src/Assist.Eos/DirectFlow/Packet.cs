using System.Net;

namespace Assist.Eos;

/// <summary>A packet as the flow table sees it.</summary>
public sealed record Packet(string Input)
{
    public string SourceMac { get; init; } = "02:00:00:00:00:01";
    public string DestinationMac { get; init; } = "02:00:00:00:00:02";
    public int EtherType { get; init; } = 0x0800;
    public int Vlan { get; init; } = 1;
    public int Cos { get; init; }
    public int Tos { get; init; }
    public IPAddress? Source { get; init; }
    public IPAddress? Destination { get; init; }
    public int? Protocol { get; init; }

    /// <summary>Of TCP and UDP only; ICMP has none here.</summary>
    public int? SourcePort { get; init; }
    public int? DestinationPort { get; init; }
    public int Length { get; init; } = 64;

    /// <summary>False for one that stays in its VLAN: traffic policies do not see it.</summary>
    public bool IsRouted { get; init; } = true;

    public static Packet Tcp(string input, string source, int sourcePort, string destination, int destinationPort) =>
        Ip(input, source, destination, 6) with { SourcePort = sourcePort, DestinationPort = destinationPort };

    public static Packet Udp(string input, string source, int sourcePort, string destination, int destinationPort) =>
        Ip(input, source, destination, 17) with { SourcePort = sourcePort, DestinationPort = destinationPort };

    public static Packet Icmp(string input, string source, string destination) =>
        Ip(input, source, destination, source.Contains(':') ? 58 : 1);

    public static Packet Ip(string input, string source, string destination, int protocol) => new(input)
    {
        EtherType = source.Contains(':') ? 0x86dd : 0x0800,
        Source = IPAddress.Parse(source),
        Destination = IPAddress.Parse(destination),
        Protocol = protocol,
    };
}

/// <summary>A packet leaving: Port is an interface or one of normal, flood, all, local, controller, "nexthop
/// A".</summary>
public sealed record PacketCopy(string Port, Packet Packet);

/// <summary>What became of a packet, and by which flow (null: no flow matched).</summary>
public sealed record Forwarding(string? Flow, ValueList<PacketCopy> Outputs, ValueList<PacketCopy> Mirrored)
{
    public bool IsDropped => Outputs.Count == 0;

    /// <summary>"Ethernet2,Ethernet3", "normal", or "" for dropped.</summary>
    public string Ports => string.Join(',', Outputs.Select(o => o.Port));

    public static Forwarding Normal(Packet packet) => new(null, [new PacketCopy("normal", packet)], []);

    public static Forwarding Dropped(string? flow) => new(flow, [], []);
}

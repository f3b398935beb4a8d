using Assist.Addresses;
using Assist.Flows;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>Parts of the last PAN-OS log that the next one is likely to have too.</summary>
internal sealed class PanOsMemory
{
    /// <summary>Header, receive time, serial and type: the same for all logs of a second.</summary>
    public LastValue<PanOsStart> Start { get; } = new(longest: 160);

    public LastValue<DateTime?> GenerateTime { get; } = new(longest: 19);

    /// <summary>The stamp with an offset, up to its seconds.</summary>
    public LastValue<DateTime?> HighResolution { get; } = new(longest: 19);

    /// <summary>NAT ports, flags, protocol and action.</summary>
    public LastValue<PanOsFlags> Flags { get; } = new(longest: 64);

    /// <summary>The VLANs of inbound and outbound interface.</summary>
    public LastValue<(ushort In, ushort Out)> Vlans { get; } = new(longest: 80);
}

/// <summary>What the columns from the NAT ports to the action say.</summary>
internal readonly record struct PanOsFlags(
    ushort NatSourcePort, ushort NatDestinationPort, BypassObstacles Obstacles, IpProtocol Protocol);

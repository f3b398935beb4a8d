using System.Globalization;
using Assist.Flows;

namespace Assist.Messages;

/// <summary>Turns the needed columns of a TRAFFIC or THREAT log into values.</summary>
internal static class PanOsSession
{
    // The stamp with an offset is the management plane's; it is believed where it agrees with the other two, as raw
    // commas in an attacker's HTTP headers can shift what stands behind them.
    private static readonly TimeSpan s_stampsAgree = TimeSpan.FromMinutes(10);

    /// <summary>What is unreadable, or null where everything was read.</summary>
    public static ParseFault? Read(SessionLog log)
    {
        if (!TryAddress(log, PanOsColumns.Source, out var source)) return NoAddress(PanOsColumns.Source);
        if (!TryAddress(log, PanOsColumns.Destination, out var destination)) return NoAddress(PanOsColumns.Destination);
        if (!TryAddress(log, PanOsColumns.NatSource, out var natSource)) return NoAddress(PanOsColumns.NatSource);
        if (!TryAddress(log, PanOsColumns.NatDestination, out var natDestination))
            return NoAddress(PanOsColumns.NatDestination);
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return new ParseFault("the destination is of another address family than the source",
                PanOsColumns.Destination + 1);

        if (!TryProtocol(log, out var protocol))
            return new ParseFault("not an IP protocol", PanOsColumns.Protocol + 1);
        if (!TryPort(log, PanOsColumns.SourcePort, out var sourcePort)) return NoPort(PanOsColumns.SourcePort);
        if (!TryPort(log, PanOsColumns.DestinationPort, out var destinationPort))
            return NoPort(PanOsColumns.DestinationPort);
        if (!TryPort(log, PanOsColumns.NatSourcePort, out var natSourcePort)) return NoPort(PanOsColumns.NatSourcePort);
        if (!TryPort(log, PanOsColumns.NatDestinationPort, out var natDestinationPort))
            return NoPort(PanOsColumns.NatDestinationPort);

        (log.Source, log.Destination, log.Protocol) = (source, destination, protocol);
        (log.NatSource, log.NatDestination) = (natSource, natDestination);
        if (protocol.HasPorts) (log.SourcePort, log.DestinationPort) = (sourcePort, destinationPort);
        log.Time = ReadTime(log);
        log.Obstacles = ReadObstacles(log);
        if (Differs(natSource, source) || Differs(natDestination, destination)
            || Differs(natSourcePort, sourcePort) || Differs(natDestinationPort, destinationPort))
            log.Obstacles |= BypassObstacles.Nat;
        if (log.Layout == PanOsLayouts.Traffic)
            (log.InVlan, log.OutVlan) = (Vlan(log, PanOsColumns.InInterface), Vlan(log, PanOsColumns.OutInterface));
        return null;
    }

    private static ParseFault NoAddress(int column) => new("not an IP address", column + 1);

    private static ParseFault NoPort(int column) => new("not a port from 0 to 65535", column + 1);

    // Empty, 0.0.0.0 and :: say that there is none.
    private static bool TryAddress(SessionLog log, int column, out IpAddr address)
    {
        var text = log.Field(column);
        if (text.IsEmpty)
        {
            address = default;
            return true;
        }
        if (!IpAddr.TryParse(text, out address)) return false;
        if (!address.IsKnown) address = default;
        return true;
    }

    private static bool TryProtocol(SessionLog log, out IpProtocol protocol)
    {
        var text = log.Field(PanOsColumns.Protocol);
        protocol = default;
        return text.IsEmpty || IpProtocol.TryParse(text, out protocol);
    }

    // Checked also where the protocol has none: something else there means that the columns have shifted.
    private static bool TryPort(SessionLog log, int column, out ushort port)
    {
        port = 0;
        var text = log.Field(column);
        if (text.IsEmpty) return true;
        if (text.Length > 5) return false;
        var value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            value = value * 10 + (c - '0');
        }
        port = (ushort)value;
        return value <= ushort.MaxValue;
    }

    private static bool Differs(IpAddr translated, IpAddr original) => translated.IsKnown && translated != original;

    private static bool Differs(ushort translated, ushort original) => translated != 0 && translated != original;

    private static DateTime? ReadTime(SessionLog log)
    {
        var generated = PanOsTime.ReadLocal(log.Field(PanOsColumns.GenerateTime));
        var received = PanOsTime.ReadLocal(log.Field(PanOsColumns.ReceiveTime));
        var column = log.Layout == PanOsLayouts.Traffic
            ? PanOsLayouts.TrafficHighResolution
            : PanOsLayouts.ThreatHighResolution;
        if (PanOsTime.TryReadIso(log.Field(column), out var local, out var offset)
            && (Agree(local, generated) || Agree(local, received)))
            return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
        return generated ?? received;
    }

    private static bool Agree(DateTime one, DateTime? other) => other is { } time && (one - time).Duration() <= s_stampsAgree;

    private static BypassObstacles ReadObstacles(SessionLog log)
    {
        var isTraffic = log.Layout == PanOsLayouts.Traffic;
        var obstacles = ReadFlags(log.Field(PanOsColumns.Flags));
        if (log.Field(PanOsColumns.SourceUser).StartsWith("x-fwd-for:"u8)) obstacles |= BypassObstacles.Proxied;
        var parent = log.Field(isTraffic ? PanOsLayouts.TrafficParent : PanOsLayouts.ThreatParent);
        if (parent.Trim(" 0"u8).Length > 0) obstacles |= BypassObstacles.Tunnelled;
        if (isTraffic && log.Field(PanOsColumns.Subtype).SequenceEqual("end"u8)) obstacles |= BypassObstacles.Ended;
        return obstacles;
    }

    // The flags only ever forbid a bypass; unreadable ones forbid it in every way and leave a drop alone.
    private static BypassObstacles ReadFlags(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 3 or > 18 || !text.StartsWith("0x"u8)
            || !ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, null, out var flags))
            return BypassObstacles.Nat | BypassObstacles.Decrypted | BypassObstacles.Proxied
                | BypassObstacles.Tunnelled | BypassObstacles.PolicyForwarded;
        var obstacles = BypassObstacles.None;
        if ((flags & 0x0040_0000) != 0) obstacles |= BypassObstacles.Nat;
        if ((flags & 0x0100_0000) != 0) obstacles |= BypassObstacles.Decrypted;
        if ((flags & 0x0004_0000) != 0) obstacles |= BypassObstacles.Proxied;
        if ((flags & 0x0003_0000) != 0) obstacles |= BypassObstacles.PolicyForwarded;
        if ((flags & 0x0000_0100) != 0) obstacles |= BypassObstacles.Tunnelled;
        return obstacles;
    }

    /// <summary>The number of a sub-interface such as ethernet1/2.30 or ae1.902, by convention its VLAN.</summary>
    private static ushort Vlan(SessionLog log, int column)
    {
        var name = log.Field(column);
        if (!name.StartsWith("ethernet"u8) && !name.StartsWith("ae"u8)) return 0;
        var dot = name.IndexOf((byte)'.');
        if (dot < 0 || name.Length - dot - 1 is < 1 or > 4) return 0;
        var vlan = 0;
        foreach (var c in name[(dot + 1)..])
        {
            if (!char.IsAsciiDigit((char)c)) return 0;
            vlan = vlan * 10 + (c - '0');
        }
        return vlan is >= 1 and <= 4094 ? (ushort)vlan : (ushort)0;
    }
}

using System.Buffers;
using System.Globalization;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>Turns the needed columns of a TRAFFIC or THREAT log into values.</summary>
internal static class PanOsSession
{
    // The stamp with an offset is the management plane's; it is believed where it agrees with the other two, as raw
    // commas in an attacker's HTTP headers can shift what stands behind them.
    private static readonly TimeSpan s_stampsAgree = TimeSpan.FromMinutes(10);

    private static readonly SearchValues<byte> s_timeBytes = SearchValues.Create("0123456789/: "u8);

    /// <summary>Gives the log its values; <see cref="ParseStatus.Malformed"/>, and a fault in the log, where a column is
    /// unreadable.</summary>
    public static ParseStatus Read(SessionLog log)
    {
        if (!TryGenerateTime(log, out var generated)) return log.Malformed(PanOsColumns.GenerateTime, "not a time");
        var isKnownManner = log.PanOs.Manner.TryRecall(log.Stretch(PanOsColumns.NatSourcePort, PanOsColumns.Action), out var manner);
        if (!isKnownManner && ShiftedColumn(log) is { } shifted) return log.Malformed(shifted);
        if (!TryAddress(log, PanOsColumns.Source, out var source)) return NoAddress(log, PanOsColumns.Source);
        if (!TryAddress(log, PanOsColumns.Destination, out var destination)) return NoAddress(log, PanOsColumns.Destination);
        if (!TryAddress(log, PanOsColumns.NatSource, out var natSource)) return NoAddress(log, PanOsColumns.NatSource);
        if (!TryAddress(log, PanOsColumns.NatDestination, out var natDestination)) return NoAddress(log, PanOsColumns.NatDestination);
        var protocol = manner.Protocol;
        if (!isKnownManner && !FieldValues.TryProtocol(log.Field(PanOsColumns.Protocol), out protocol))
            return log.Malformed(PanOsColumns.Protocol, "not an IP protocol");
        // Checked also where the protocol has none: something else there means that the columns have shifted.
        if (!TryPort(log, PanOsColumns.SourcePort, out var sourcePort)) return NoPort(log, PanOsColumns.SourcePort);
        if (!TryPort(log, PanOsColumns.DestinationPort, out var destinationPort)) return NoPort(log, PanOsColumns.DestinationPort);
        if (!isKnownManner)
        {
            if (!TryPort(log, PanOsColumns.NatSourcePort, out var natSourcePort)) return NoPort(log, PanOsColumns.NatSourcePort);
            if (!TryPort(log, PanOsColumns.NatDestinationPort, out var natDestinationPort)) return NoPort(log, PanOsColumns.NatDestinationPort);
            manner = new PanOsManner(natSourcePort, natDestinationPort, ReadFlags(log.Field(PanOsColumns.Flags)), protocol);
            // With the flags and the action that were looked at before: what is noted was fit as a whole.
            log.PanOs.Manner.Note(log.Stretch(PanOsColumns.NatSourcePort, PanOsColumns.Action), manner);
        }
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return log.Malformed(PanOsColumns.Destination, "the destination is of another address family than the source");
        // PAN-OS writes hopopt where it knows none; nothing, or a 0, is another column.
        if (!protocol.IsKnown && (sourcePort | destinationPort) != 0 && log.Field(PanOsColumns.Protocol).Length < 2)
            return log.Malformed(PanOsColumns.Protocol, "no IP protocol, but ports");

        (log.Source, log.Destination, log.Protocol) = (source, destination, protocol);
        (log.NatSource, log.NatDestination) = (natSource, natDestination);
        if (protocol.HasPorts) (log.SourcePort, log.DestinationPort) = (sourcePort, destinationPort);
        log.Time = ReadTime(log, generated);
        log.Obstacles = manner.Obstacles | ReadObstacles(log);
        if (FieldValues.Differs(natSource, source) || FieldValues.Differs(natDestination, destination)
            || FieldValues.Differs(manner.NatSourcePort, sourcePort) || FieldValues.Differs(manner.NatDestinationPort, destinationPort))
            log.Obstacles |= BypassObstacles.Nat;
        if (log.Layout == PanOsLayouts.Traffic) ReadVlans(log);
        return ParseStatus.Session;
    }

    private static ParseStatus NoAddress(SessionLog log, int column) => log.Malformed(column, "not an IP address");

    private static ParseStatus NoPort(SessionLog log, int column) => log.Malformed(column, "not a port from 0 to 65535");

    private static bool TryAddress(SessionLog log, int column, out IpAddr address) =>
        FieldValues.TryAddress(log.Field(column), out address);

    private static bool TryPort(SessionLog log, int column, out ushort port) => FieldValues.TryPort(log.Field(column), out port);

    // It need not exist (0000/00/00). With anything but a time there, columns have shifted.
    private static bool TryGenerateTime(SessionLog log, out DateTime? time)
    {
        var text = log.Field(PanOsColumns.GenerateTime);
        if (log.PanOs.GenerateTime.TryRecall(text, out time)) return true;
        if (text.ContainsAnyExcept(s_timeBytes)) return false;
        time = PanOsTime.ReadLocal(text);
        log.PanOs.GenerateTime.Note(text, time);
        return true;
    }

    /// <summary>What stands before the protocol and behind it has a form of its own, too.</summary>
    private static ParseFault? ShiftedColumn(SessionLog log)
    {
        var flags = log.Field(PanOsColumns.Flags);
        if (!flags.IsEmpty && !flags.StartsWith("0x"u8)) return new ParseFault("not flags, which begin with 0x", PanOsColumns.Flags + 1);
        return IsAction(log.Field(PanOsColumns.Action)) ? null : new ParseFault("not an action", PanOsColumns.Action + 1);
    }

    /// <summary>False for numbers and protocols, which stand beside the action.</summary>
    internal static bool IsAction(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyInRange((byte)'0', (byte)'9') && !IpProtocol.TryParse(text, out _);

    private static DateTime? ReadTime(SessionLog log, DateTime? generated)
    {
        var column = log.Layout == PanOsLayouts.Traffic
            ? PanOsLayouts.TrafficHighResolution
            : PanOsLayouts.ThreatHighResolution;
        if (TryReadIso(log.FarField(column), log.PanOs.HighResolution, out var local, out var offset)
            && (Agree(local, generated) || Agree(local, Received(log))))
            return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
        return generated ?? Received(log);
    }

    private static bool TryReadIso(ReadOnlySpan<byte> text, Seen<DateTime?> seen, out DateTime local, out TimeSpan offset)
    {
        (local, offset) = (default, default);
        if (text.Length < PanOsTime.IsoSecondsLength) return false;
        var seconds = text[..PanOsTime.IsoSecondsLength];
        if (!seen.TryRecall(seconds, out var whole))
        {
            whole = PanOsTime.ReadIsoSeconds(seconds);
            seen.Note(seconds, whole);
        }
        if (whole is not { } time || !PanOsTime.TryReadIsoRest(text[seconds.Length..], out var fraction, out offset)) return false;
        local = time + fraction;
        return true;
    }

    private static DateTime? Received(SessionLog log) => PanOsTime.ReadLocal(log.Field(PanOsColumns.ReceiveTime));

    private static bool Agree(DateTime one, DateTime? other) =>
        other is { } time && (one - time).Duration() <= s_stampsAgree;

    private static BypassObstacles ReadObstacles(SessionLog log)
    {
        var isTraffic = log.Layout == PanOsLayouts.Traffic;
        var obstacles = BypassObstacles.None;
        if (log.Field(PanOsColumns.SourceUser).StartsWith("x-fwd-for:"u8)) obstacles |= BypassObstacles.Proxied;
        var parent = log.FarField(isTraffic ? PanOsLayouts.TrafficParent : PanOsLayouts.ThreatParent);
        if (parent.Trim(" 0"u8).Length > 0) obstacles |= BypassObstacles.Tunnelled;
        if (isTraffic && log.Field(PanOsColumns.Subtype).SequenceEqual("end"u8)) obstacles |= BypassObstacles.Ended;
        return obstacles;
    }

    // The flags only ever forbid a bypass; unreadable ones forbid it in every way and leave a drop alone.
    public static BypassObstacles ReadFlags(ReadOnlySpan<byte> text)
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

    private static void ReadVlans(SessionLog log)
    {
        var text = log.Stretch(PanOsColumns.InInterface, PanOsColumns.OutInterface);
        if (!log.PanOs.Vlans.TryRecall(text, out var vlans))
        {
            vlans = (Vlan(log.Field(PanOsColumns.InInterface)), Vlan(log.Field(PanOsColumns.OutInterface)));
            log.PanOs.Vlans.Note(text, vlans);
        }
        (log.InVlan, log.OutVlan) = vlans;
    }

    /// <summary>The number of a sub-interface such as ethernet1/2.30 or ae1.902, by convention its VLAN.</summary>
    public static ushort Vlan(ReadOnlySpan<byte> name)
    {
        var prefix = name.StartsWith("ethernet"u8) ? 8 : name.StartsWith("ae"u8) ? 2 : name.Length;
        var dot = name.IndexOf((byte)'.');
        // '/' stands before '0' in ASCII.
        if (dot <= prefix || name[prefix..dot].IndexOfAnyExceptInRange((byte)'/', (byte)'9') >= 0) return 0;
        return FieldValues.TryNumber(name[(dot + 1)..], 4094, out var vlan) ? vlan : (ushort)0;
    }
}

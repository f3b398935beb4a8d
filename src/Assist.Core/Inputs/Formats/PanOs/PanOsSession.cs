using System.Buffers;
using System.Globalization;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Formats.Csv;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>Turns the needed columns of a TRAFFIC or THREAT log into values.</summary>
internal static class PanOsSession
{
    // The stamp with an offset is the management plane's; it is believed where it agrees with the other two, as raw
    // commas in an attacker's HTTP headers can shift what stands behind them.
    private static readonly TimeSpan s_stampsAgree = TimeSpan.FromMinutes(10);

    private static readonly SearchValues<byte> s_timeBytes = SearchValues.Create("0123456789/: "u8);

    /// <summary>Gives the log its values; <see cref="ParseStatus.Malformed"/>, and a fault in the log, where a column
    /// is unreadable.</summary>
    public static ParseStatus Read(SessionLog log)
    {
        var memory = log.Memory<PanOsMemory>();
        if (!TryGenerateTime(log, memory, out var generated))
            return log.Malformed(PanOsColumns.GenerateTime, "not a time");
        if (!memory.Flags.TryRecall(FlagsText(log), out var flags) && !TryFlags(log, memory, out flags))
            return ParseStatus.Malformed;
        if (!CsvFields.TryAddress(log, PanOsColumns.Source, out var source)
            || !CsvFields.TryAddress(log, PanOsColumns.Destination, out var destination)
            || !CsvFields.TryAddress(log, PanOsColumns.NatSource, out var natSource)
            || !CsvFields.TryAddress(log, PanOsColumns.NatDestination, out var natDestination))
            return ParseStatus.Malformed;
        // Checked also where the protocol has none: something else there means that the columns have shifted.
        if (!CsvFields.TryPort(log, PanOsColumns.SourcePort, out var sourcePort)
            || !CsvFields.TryPort(log, PanOsColumns.DestinationPort, out var destinationPort))
            return ParseStatus.Malformed;
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return log.Malformed(
                PanOsColumns.Destination, "the destination is of another address family than the source");
        // PAN-OS writes hopopt where it knows none; nothing, or a 0, is another column.
        if (!flags.Protocol.IsKnown && (sourcePort | destinationPort) != 0
            && log.Field(PanOsColumns.Protocol).Length < 2)
            return log.Malformed(PanOsColumns.Protocol, "no IP protocol, but ports");

        (log.Source, log.Destination, log.Protocol) = (source, destination, flags.Protocol);
        (log.NatSource, log.NatDestination) = (natSource, natDestination);
        if (flags.Protocol.HasPorts) (log.SourcePort, log.DestinationPort) = (sourcePort, destinationPort);
        log.Time = ReadTime(log, memory, generated);
        log.Obstacles = flags.Obstacles | ReadObstacles(log);
        if (FieldValues.Differs(natSource, source) || FieldValues.Differs(natDestination, destination)
            || FieldValues.Differs(flags.NatSourcePort, sourcePort)
            || FieldValues.Differs(flags.NatDestinationPort, destinationPort))
            log.Obstacles |= BypassObstacles.Nat;
        if (log.Layout != PanOsLayouts.Traffic) return ParseStatus.Session;
        ReadVlans(log, memory);
        log.IsOutOfState = IsOutOfState(log.Field(PanOsColumns.Application));
        return ParseStatus.Session;
    }

    /// <summary>The application of TCP without a beginning.</summary>
    internal static bool IsOutOfState(ReadOnlySpan<byte> application) => application.SequenceEqual("non-syn-tcp"u8);

    private static ReadOnlySpan<byte> FlagsText(SessionLog log) =>
        log.Fields.Stretch(PanOsColumns.NatSourcePort, PanOsColumns.Action);

    // What stands before the protocol and behind it has a form of its own, too. Noted only if fit as a whole.
    private static bool TryFlags(SessionLog log, PanOsMemory memory, out PanOsFlags flags)
    {
        flags = default;
        if (ShiftedColumn(log, out var protocol) is { } shifted)
        {
            log.Fault = shifted;
            return false;
        }
        if (!CsvFields.TryPort(log, PanOsColumns.NatSourcePort, out var natSource)
            || !CsvFields.TryPort(log, PanOsColumns.NatDestinationPort, out var natDestination))
            return false;
        flags = new PanOsFlags(
            natSource, natDestination, ReadFlags(log.Field(PanOsColumns.Flags)), protocol);
        memory.Flags.Note(FlagsText(log), flags);
        return true;
    }

    // It need not exist (0000/00/00). With anything but a time there, columns have shifted.
    private static bool TryGenerateTime(SessionLog log, PanOsMemory memory, out DateTime? time)
    {
        var text = log.Field(PanOsColumns.GenerateTime);
        if (memory.GenerateTime.TryRecall(text, out time)) return true;
        if (text.ContainsAnyExcept(s_timeBytes)) return false;
        time = SlashTime.Read(text);
        memory.GenerateTime.Note(text, time);
        return true;
    }

    private static ParseFault? ShiftedColumn(SessionLog log, out IpProtocol protocol)
    {
        if (!FieldValues.TryProtocol(log.Field(PanOsColumns.Protocol), out protocol))
            return new ParseFault("not an IP protocol", PanOsColumns.Protocol + 1);
        var flags = log.Field(PanOsColumns.Flags);
        if (!flags.IsEmpty && !flags.StartsWith("0x"u8))
            return new ParseFault("not flags, which begin with 0x", PanOsColumns.Flags + 1);
        return IsAction(log.Field(PanOsColumns.Action))
            ? null
            : new ParseFault("not an action", PanOsColumns.Action + 1);
    }

    /// <summary>False for numbers and protocols, which stand beside the action.</summary>
    internal static bool IsAction(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyInRange((byte)'0', (byte)'9') && !IpProtocol.TryParse(text, out _);

    private static DateTime? ReadTime(SessionLog log, PanOsMemory memory, DateTime? generated)
    {
        var column = log.Layout == PanOsLayouts.Traffic
            ? PanOsLayouts.TrafficHighResolution
            : PanOsLayouts.ThreatHighResolution;
        if (TryReadIso(CsvFields.FarField(log.Fields, column), memory.HighResolution, out var local, out var offset)
            && (Agree(local, generated) || Agree(local, Received(log))))
            return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
        return generated ?? Received(log);
    }

    private static bool TryReadIso(
        ReadOnlySpan<byte> text, LastValue<DateTime?> last, out DateTime local, out TimeSpan offset)
    {
        (local, offset) = (default, default);
        if (text.Length < IsoTime.SecondsLength) return false;
        var seconds = text[..IsoTime.SecondsLength];
        if (!last.TryRecall(seconds, out var whole))
        {
            whole = IsoTime.ReadSeconds(seconds);
            last.Note(seconds, whole);
        }
        if (whole is not { } time || !IsoTime.TryReadRest(text[seconds.Length..], out var fraction, out offset))
            return false;
        local = time + fraction;
        return true;
    }

    private static DateTime? Received(SessionLog log) => SlashTime.Read(log.Field(PanOsColumns.ReceiveTime));

    private static bool Agree(DateTime one, DateTime? other) =>
        other is { } time && (one - time).Duration() <= s_stampsAgree;

    private static BypassObstacles ReadObstacles(SessionLog log)
    {
        var isTraffic = log.Layout == PanOsLayouts.Traffic;
        var obstacles = BypassObstacles.None;
        if (log.Field(PanOsColumns.SourceUser).StartsWith("x-fwd-for:"u8)) obstacles |= BypassObstacles.Proxied;
        var parent = CsvFields.FarField(log.Fields, isTraffic ? PanOsLayouts.TrafficParent : PanOsLayouts.ThreatParent);
        if (parent.Trim(" 0"u8).Length > 0) obstacles |= BypassObstacles.Tunnelled;
        if (!isTraffic || !log.Field(PanOsColumns.Subtype).SequenceEqual("end"u8)) return obstacles;
        log.End = ReadEnd(log, PanOsLayouts.TrafficEndReason);
        return obstacles | BypassObstacles.Ended;
    }

    /// <summary>The reason of an end; unknown before 6.1, and where the message may be cut within it.</summary>
    public static SessionEnd ReadEnd(SessionLog log, int column)
    {
        var reason = CsvFields.FarField(log.Fields, column);
        // One that is followed by a comma was found without splitting what stands before it.
        return log.Fields.Postponed < 0 && log.IsCutAt(column) ? SessionEnd.Unknown : SessionEnds.OfPanOs(reason);
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

    private static void ReadVlans(SessionLog log, PanOsMemory memory)
    {
        var text = log.Fields.Stretch(PanOsColumns.InInterface, PanOsColumns.OutInterface);
        if (!memory.Vlans.TryRecall(text, out var vlans))
        {
            vlans = (Vlan(log.Field(PanOsColumns.InInterface)), Vlan(log.Field(PanOsColumns.OutInterface)));
            memory.Vlans.Note(text, vlans);
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

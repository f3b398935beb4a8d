using Assist.Flows;

namespace Assist.Inputs.Formats.Keyed;

/// <summary>Fills a log from keys and values, and turns those of the session into values.</summary>
internal static class KeyedSession
{
    // More than any of these firewalls writes; what comes with more is no log of theirs.
    private const int MaxPairs = 400;
    private const int MaxNeededLength = 256;

    private static ReadOnlySpan<byte> QuotedEscapes => "\"\\]"u8;
    private static ReadOnlySpan<byte> CefEscapes => "\\=|"u8;

    /// <summary>Where a key comes twice the first counts, unless a decision hangs on it: then somebody's text may have
    /// become a key, and nothing of the message is believed.</summary>
    public static ParseFault? Fill(ref PairReader reader, KeyedLayout layout, SessionLog log)
    {
        var text = reader.Text;
        log.Layout = layout.Fields;
        log.Fields.BeginNamed(layout.Fields.Names.Count);
        var pairs = 0;
        while (reader.TryRead(out var pair))
        {
            if (++pairs > MaxPairs) return new ParseFault("more than 400 keys");
            var index = layout.IndexOf(text.Slice(pair.Key, pair.KeyLength));
            if (index < 0) continue;
            if (log.Has(index))
            {
                if (layout.MustBeWhole(index))
                    return new ParseFault("the key is there twice", Key: layout.KeyOf(index));
                if (layout.MustBeOnce(index)) log.Fields.MarkDoubtful(index);
                continue;
            }
            if (layout.MustBeWhole(index) && FaultOf(text, pair) is { } fault)
                return new ParseFault(fault, Key: layout.KeyOf(index));
            if (pair.HasEscapes)
                log.Fields.SetEscaped(index, text.Slice(pair.Value, pair.ValueLength),
                    reader.Style == PairStyle.Escaped ? CefEscapes : QuotedEscapes);
            else log.Fields.Set(index, pair.Value, pair.ValueLength);
            if (!pair.IsWhole) log.Fields.MarkUnended(index);
        }
        // The receiver hands over the beginning of what is longer.
        log.IsCut = reader.EndsInKey || text.Length >= MessageLimit.Bytes;
        return reader.Fault is { } broken ? new ParseFault(broken, Byte: reader.FaultAt + 1) : null;
    }

    private static string? FaultOf(ReadOnlySpan<byte> text, in Pair pair)
    {
        if (!pair.IsWhole) return "the message ends within or right behind the value, which may be cut";
        if (pair.ValueLength > MaxNeededLength) return "the value is longer than 256 bytes";
        return text.Slice(pair.Value, pair.ValueLength).Contains((byte)0) ? "the value holds a NUL" : null;
    }

    /// <summary>Reads addresses, protocol and ports. All must be there, as a log that is cut before one of them would
    /// give a wider flow.</summary>
    /// <param name="portsMayLack">The kind of log may leave out both ports.</param>
    public static ParseFault? Read(SessionLog log, KeyedLayout layout, bool portsMayLack = false)
    {
        if (log.IsCut) log.Obstacles |= BypassObstacles.Unknown;
        if (ReadAddresses(log, layout) is { } badAddress) return badAddress;
        if (layout.Protocol < 0) return null;
        if (Missing(log, layout, layout.Protocol) is { } missing) return missing;
        // An empty one is unknown, which is no reason to take the ports for invented.
        if (log.Field(layout.Protocol).IsEmpty) return Fault("the value is empty", layout, layout.Protocol);
        if (!FieldValues.TryProtocol(log.Field(layout.Protocol), out var protocol))
            return Fault("not an IP protocol", layout, layout.Protocol);
        log.Protocol = protocol;
        if (ReadPorts(log, layout, portsMayLack) is { } badPort) return badPort;
        return ReadNat(log, layout);
    }

    private static ParseFault? ReadAddresses(SessionLog log, KeyedLayout layout)
    {
        if ((Missing(log, layout, layout.Source) ?? Missing(log, layout, layout.Destination)) is { } missing)
            return missing;
        if (!FieldValues.TryAddress(log.Field(layout.Source), out var source))
            return Fault("not an IP address", layout, layout.Source);
        if (!FieldValues.TryAddress(log.Field(layout.Destination), out var destination))
            return Fault("not an IP address", layout, layout.Destination);
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return Fault("the destination is of another address family than the source", layout, layout.Destination);
        (log.Source, log.Destination) = (source, destination);
        return null;
    }

    private static ParseFault? ReadPorts(SessionLog log, KeyedLayout layout, bool mayLack)
    {
        if (log.Protocol.HasPorts && !(mayLack && !log.Has(layout.SourcePort) && !log.Has(layout.DestinationPort))
            && (Missing(log, layout, layout.SourcePort) ?? Missing(log, layout, layout.DestinationPort)) is { } missing)
            return missing;
        // Of a protocol without ports they are codes, names or invented.
        if (!log.Protocol.HasPorts) return null;
        foreach (var port in (ReadOnlySpan<int>)[layout.SourcePort, layout.DestinationPort])
            if (log.Has(port) && log.Field(port).IsEmpty) return Fault("the value is empty", layout, port);
        if (!FieldValues.TryPort(log.Field(layout.SourcePort), out var sourcePort))
            return Fault("not a port from 0 to 65535", layout, layout.SourcePort);
        if (!FieldValues.TryPort(log.Field(layout.DestinationPort), out var destinationPort))
            return Fault("not a port from 0 to 65535", layout, layout.DestinationPort);
        (log.SourcePort, log.DestinationPort) = (sourcePort, destinationPort);
        return null;
    }

    private static ParseFault? ReadNat(SessionLog log, KeyedLayout layout)
    {
        if (!FieldValues.TryAddress(log.Field(layout.NatSource), out var source))
            return Fault("not an IP address", layout, layout.NatSource);
        if (!FieldValues.TryAddress(log.Field(layout.NatDestination), out var destination))
            return Fault("not an IP address", layout, layout.NatDestination);
        (log.NatSource, log.NatDestination) = (source, destination);
        if (FieldValues.Differs(source, log.Source) || FieldValues.Differs(destination, log.Destination)
            || PortDiffers(log, layout.NatSourcePort, log.SourcePort)
            || PortDiffers(log, layout.NatDestinationPort, log.DestinationPort))
            log.Obstacles |= BypassObstacles.Nat;
        return null;
    }

    // An unreadable one can only forbid a bypass.
    private static bool PortDiffers(SessionLog log, int index, ushort original) =>
        !FieldValues.TryPort(log.Field(index), out var port) || FieldValues.Differs(port, original);

    private static ParseFault? Missing(SessionLog log, KeyedLayout layout, int index) =>
        log.Has(index) ? null : new ParseFault("the key is missing", Key: layout.KeyOf(index));

    private static ParseFault Fault(string reason, KeyedLayout layout, int index) =>
        new(reason, Key: layout.KeyOf(index));
}

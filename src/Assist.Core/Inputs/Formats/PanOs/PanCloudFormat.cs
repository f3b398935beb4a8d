using System.Buffers;
using Assist.Flows;
using Assist.Inputs.Formats.Csv;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>The CSV of Palo Alto's cloud forwarder: the firewall's without the first column, the second time of logging and
/// the flags. Without the flags nobody knows what forbids a bypass, so it serves for drops only.</summary>
public sealed class PanCloudFormat : IMessageFormat
{
    private const int MaxHeader = 1024;
    private const int MaxWord = 64;
    private static readonly SearchValues<byte> s_signs = SearchValues.Create(",={|\"\n"u8);
    private const int Needed = Columns.Action + 1;

    private static class Columns
    {
        public const int ReceiveTime = 0, Serial = 1, Type = 2, Subtype = 3, GenerateTime = 5, Source = 6, Destination = 7;
        public const int NatSource = 8, NatDestination = 9, Rule = 10, User = 11, Application = 13;
        public const int SourceZone = 15, DestinationZone = 16, InInterface = 17, OutInterface = 18, LogProfile = 19;
        public const int SessionId = 20, SourcePort = 22, DestinationPort = 23, NatSourcePort = 24, NatDestinationPort = 25;
        public const int Protocol = 26, Action = 27, ThreatName = 29;
    }

    private static readonly FieldLayout s_traffic = Layout(PanOsLayouts.Traffic);
    private static readonly FieldLayout s_threat = Layout(PanOsLayouts.Threat);

    public string Name => "pan-cloud";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_traffic, s_threat];

    /// <summary>Where an ISO time, a serial and a type follow each other behind a header; -1 where they do not.</summary>
    internal static int Find(ReadOnlySpan<byte> text, out string header)
    {
        header = "none";
        if (!SyslogHeader.TrySkipPri(text, out var body, out var hasPri)) return -1;
        var from = SyslogHeader.SkipStructuredData(text, body) - body;
        var rest = text.Slice(body, Math.Min(from + MaxHeader, text.Length - body));
        var comma = from + rest[from..].IndexOfAny(s_signs);
        if (comma < from || rest[comma] != ',') return -1;
        var start = rest[..comma].LastIndexOf((byte)' ') + 1;
        if (!PanOsTime.IsIsoShape(rest[start..comma])) return -1;
        if (!SyslogHeader.IsHeader(rest[..start])) return -1;
        var serial = Word(text, body + comma + 1);
        var type = serial < 0 ? -1 : Word(text, serial + 1);
        if (type < 0) return -1;
        header = SyslogHeader.Shape(rest[..start], hasPri);
        return body + start;
    }

    // … - panwlogs - 2026-11-21T10:00:00.000000Z,no-serial,TRAFFIC,end,10.2,2026-11-21T10:00:00.000000Z,192.0.2.1,…
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        log.Reset(message, Name);
        var text = message.Span;
        var start = Find(text, out var header);
        log.Header = header;
        if (start < 0) return log.Malformed("no CSV of the cloud forwarder: an ISO time, serial and type in the first columns");
        var typeStart = Word(text, start + text[start..].IndexOf((byte)',') + 1) + 1;
        var type = text[typeStart..Word(text, typeStart)];
        if (!PanOsKeyed.IsSessionType(type))
        {
            log.Fault = new ParseFault("a log of another type than TRAFFIC and THREAT", Columns.Type + 1);
            return ParseStatus.NotSession;
        }
        log.Layout = type.SequenceEqual("TRAFFIC"u8) ? s_traffic : s_threat;
        if (!CsvFields.Split(text, start, Needed, Needed, log)) return ParseStatus.Malformed;
        return ReadSession(log) is { } fault ? log.Malformed(fault) : ParseStatus.Session;
    }

    private static ParseFault? ReadSession(SessionLog log)
    {
        var generated = LogTime.Read(log.Field(Columns.GenerateTime));
        // Something else there means that the columns have shifted.
        if (generated is null && !log.Field(Columns.GenerateTime).IsEmpty) return new ParseFault("not a time", Columns.GenerateTime + 1);
        if (!FieldValues.TryAddress(log.Field(Columns.Source), out var source)) return NoAddress(Columns.Source);
        if (!FieldValues.TryAddress(log.Field(Columns.Destination), out var destination)) return NoAddress(Columns.Destination);
        if (!FieldValues.TryAddress(log.Field(Columns.NatSource), out var natSource)) return NoAddress(Columns.NatSource);
        if (!FieldValues.TryAddress(log.Field(Columns.NatDestination), out var natDestination)) return NoAddress(Columns.NatDestination);
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return new ParseFault("the destination is of another address family than the source", Columns.Destination + 1);
        if (!FieldValues.TryProtocol(log.Field(Columns.Protocol), out var protocol))
            return new ParseFault("not an IP protocol", Columns.Protocol + 1);
        foreach (var column in (ReadOnlySpan<int>)[Columns.SourcePort, Columns.DestinationPort, Columns.NatSourcePort, Columns.NatDestinationPort])
            if (!FieldValues.TryPort(log.Field(column), out _)) return new ParseFault("not a port from 0 to 65535", column + 1);
        if (!protocol.IsKnown && log.Field(Columns.Protocol).Length < 2
            && (Port(log, Columns.SourcePort) | Port(log, Columns.DestinationPort)) != 0)
            return new ParseFault("no IP protocol, but ports", Columns.Protocol + 1);
        if (!PanOsSession.IsAction(log.Field(Columns.Action))) return new ParseFault("not an action", Columns.Action + 1);

        (log.Source, log.Destination, log.Protocol) = (source, destination, protocol);
        (log.NatSource, log.NatDestination) = (natSource, natDestination);
        if (protocol.HasPorts) (log.SourcePort, log.DestinationPort) = (Port(log, Columns.SourcePort), Port(log, Columns.DestinationPort));
        log.SetTime(generated ?? LogTime.Read(log.Field(Columns.ReceiveTime)));
        log.Obstacles = BypassObstacles.Undescribed;
        return null;
    }

    private static ushort Port(SessionLog log, int column)
    {
        FieldValues.TryPort(log.Field(column), out var port);
        return port;
    }

    private static ParseFault NoAddress(int column) => new("not an IP address", column + 1);

    /// <summary>Index of the comma behind a word that begins at <paramref name="at"/>; -1 where none is.</summary>
    private static int Word(ReadOnlySpan<byte> text, int at)
    {
        for (var end = at; end < text.Length && end - at <= MaxWord; end++)
        {
            if (text[end] == ',') return end;
            if (!char.IsAsciiLetterOrDigit((char)text[end]) && text[end] is not ((byte)'-' or (byte)'_' or (byte)'.')) return -1;
        }
        return -1;
    }

    private static FieldLayout Layout(FieldLayout firewall)
    {
        var names = firewall.Names.Where((_, i) => i is not 0 and not PanOsColumns.LogProfile + 1 and not PanOsColumns.Flags).ToList();
        var roles = new Dictionary<FieldRole, int>
        {
            [FieldRole.Type] = Columns.Type,
            [FieldRole.Subtype] = Columns.Subtype,
            [FieldRole.Action] = Columns.Action,
            [FieldRole.Application] = Columns.Application,
            [FieldRole.Rule] = Columns.Rule,
            [FieldRole.LogProfile] = Columns.LogProfile,
            [FieldRole.InInterface] = Columns.InInterface,
            [FieldRole.OutInterface] = Columns.OutInterface,
            [FieldRole.SourceZone] = Columns.SourceZone,
            [FieldRole.DestinationZone] = Columns.DestinationZone,
            [FieldRole.SessionId] = Columns.SessionId,
            [FieldRole.Serial] = Columns.Serial,
            [FieldRole.User] = Columns.User,
        };
        if (firewall.Ordinal == PanOsLayouts.Threat.Ordinal) roles[FieldRole.ThreatName] = Columns.ThreatName;
        return new FieldLayout(firewall.Name, firewall.Ordinal, names, roles);
    }
}

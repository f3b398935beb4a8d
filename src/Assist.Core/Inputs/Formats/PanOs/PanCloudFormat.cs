using Assist.Flows;
using Assist.Inputs.Formats.Csv;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>The CSV of Palo Alto's cloud forwarder: the firewall's without the first column, the second time of
/// logging and the flags. Without the flags nobody knows what forbids a bypass, so it serves for drops
/// only.</summary>
public sealed class PanCloudFormat : IMessageFormat
{
    private const int MaxWord = 64;
    private const string NoCsv = "no CSV of the cloud forwarder: an ISO time, serial and type in the first columns";
    private static readonly LogStart s_begins = Begins;
    private const int Needed = Columns.Action + 1;

    private static class Columns
    {
        public const int ReceiveTime = 0, Serial = 1, Type = 2, Subtype = 3, GenerateTime = 5;
        public const int Source = 6, Destination = 7;
        public const int NatSource = 8, NatDestination = 9, Rule = 10, User = 11, Application = 13;
        public const int SourceZone = 15, DestinationZone = 16, InInterface = 17, OutInterface = 18, LogProfile = 19;
        public const int SessionId = 20, SourcePort = 22, DestinationPort = 23;
        public const int NatSourcePort = 24, NatDestinationPort = 25;
        public const int Protocol = 26, Action = 27, ThreatName = 29, Direction = 32;
    }

    private static readonly FieldLayout s_traffic = Layout(PanOsLayouts.Traffic);
    private static readonly FieldLayout s_threat = Layout(PanOsLayouts.Threat);

    private static readonly int s_endReason = s_traffic.IndexOf("session_end_reason");

    public string Name => "pan-cloud";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_traffic, s_threat];

    /// <summary>True where an ISO time, a serial and a type follow each other.</summary>
    internal static bool Begins(ReadOnlySpan<byte> text, int at)
    {
        var comma = text[at..Math.Min(text.Length, at + MaxWord)].IndexOf((byte)',');
        if (comma < 0) return false;
        var time = text.Slice(at, comma);
        if (!IsoTime.IsShape(time) || time.Contains((byte)' ')) return false;
        var serial = Word(text, at + comma + 1);
        return serial >= 0 && Word(text, serial + 1) >= 0;
    }

    // … - panwlogs - 2026-11-21T10:00:00.000000Z,no-serial,TRAFFIC,end,10.2,2026-11-21T10:00:00.000000Z,192.0.2.1,…
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        var header = log.FindHeader(ref text, s_begins, NoCsv);
        if (!header.IsFound) return ParseStatus.Malformed;
        var start = header.End;
        var typeStart = Word(text, start + text[start..].IndexOf((byte)',') + 1) + 1;
        var type = text[typeStart..Word(text, typeStart)];
        if (!PanOsKeyed.IsSessionType(type))
            return log.NotSession(new ParseFault("a log of another type than TRAFFIC and THREAT", Columns.Type + 1));
        log.Layout = type.SequenceEqual("TRAFFIC"u8) ? s_traffic : s_threat;
        if (!CsvFields.Split(text, start, Needed, Needed, log)) return ParseStatus.Malformed;
        return ReadSession(log);
    }

    private static ParseStatus ReadSession(SessionLog log)
    {
        var generated = LogTime.Read(log.Field(Columns.GenerateTime));
        // Something else there means that the columns have shifted.
        if (generated is null && !log.Field(Columns.GenerateTime).IsEmpty)
            return log.Malformed(Columns.GenerateTime, "not a time");
        if (!CsvFields.TryAddress(log, Columns.Source, out var source)
            || !CsvFields.TryAddress(log, Columns.Destination, out var destination)
            || !CsvFields.TryAddress(log, Columns.NatSource, out var natSource)
            || !CsvFields.TryAddress(log, Columns.NatDestination, out var natDestination))
            return ParseStatus.Malformed;
        if (source.IsKnown && destination.IsKnown && source.Bits != destination.Bits)
            return log.Malformed(Columns.Destination, "the destination is of another address family than the source");
        if (!FieldValues.TryProtocol(log.Field(Columns.Protocol), out var protocol))
            return log.Malformed(Columns.Protocol, "not an IP protocol");
        if (!CsvFields.TryPort(log, Columns.SourcePort, out var sourcePort)
            || !CsvFields.TryPort(log, Columns.DestinationPort, out var destinationPort)
            || !CsvFields.TryPort(log, Columns.NatSourcePort, out _)
            || !CsvFields.TryPort(log, Columns.NatDestinationPort, out _))
            return ParseStatus.Malformed;
        if (!protocol.IsKnown && log.Field(Columns.Protocol).Length < 2 && (sourcePort | destinationPort) != 0)
            return log.Malformed(Columns.Protocol, "no IP protocol, but ports");
        if (!PanOsSession.IsAction(log.Field(Columns.Action))) return log.Malformed(Columns.Action, "not an action");

        (log.Source, log.Destination, log.Protocol) = (source, destination, protocol);
        (log.NatSource, log.NatDestination) = (natSource, natDestination);
        if (protocol.HasPorts) (log.SourcePort, log.DestinationPort) = (sourcePort, destinationPort);
        log.SetTime(generated ?? LogTime.Read(log.Field(Columns.ReceiveTime)));
        log.Obstacles = BypassObstacles.Unknown;
        log.IsOutOfState = log.Layout == s_traffic && PanOsSession.IsOutOfState(log.Field(Columns.Application));
        if (log.Layout == s_traffic && log.Field(Columns.Subtype).SequenceEqual("end"u8))
            log.End = PanOsSession.ReadEnd(log, s_endReason);
        return ParseStatus.Session;
    }

    /// <summary>Index of the comma behind a word that begins at <paramref name="at"/>; -1 where none is.</summary>
    private static int Word(ReadOnlySpan<byte> text, int at)
    {
        for (var end = at; end < text.Length && end - at <= MaxWord; end++)
        {
            if (text[end] == ',') return end;
            if (!char.IsAsciiLetterOrDigit((char)text[end]) && text[end] is not ((byte)'-' or (byte)'_' or (byte)'.'))
                return -1;
        }
        return -1;
    }

    private static FieldLayout Layout(FieldLayout firewall)
    {
        var names = firewall.Names
            .Where((_, i) => i is not 0 and not PanOsColumns.LogProfile + 1 and not PanOsColumns.Flags).ToList();
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
            [FieldRole.Sequence] = names.IndexOf("seqno"),
        };
        if (firewall.Ordinal == PanOsLayouts.Threat.Ordinal)
            (roles[FieldRole.ThreatName], roles[FieldRole.Direction]) = (Columns.ThreatName, Columns.Direction);
        return new FieldLayout(firewall.Name, firewall.Ordinal, names, roles);
    }
}

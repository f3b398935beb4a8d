using Assist.Flows;

namespace Assist.Inputs.Formats.Keyed;

/// <summary>firewall.fields: which key of a key=value log holds what.</summary>
public sealed record CustomFields
{
    public required string Source { get; init; }
    public required string Destination { get; init; }
    public required string SourcePort { get; init; }
    public required string DestinationPort { get; init; }
    public required string Protocol { get; init; }
    public required string Action { get; init; }
    public string? Time { get; init; }

    /// <summary>Without these two it is not known whether a session is translated, and none is bypassed.</summary>
    public string? NatSource { get; init; }
    public string? NatDestination { get; init; }

    /// <summary>The keys of what is only shown, asked by rules, or places a bypass.</summary>
    public IReadOnlyDictionary<FieldRole, string> Roles { get; init; } = new Dictionary<FieldRole, string>();

    /// <summary>More keys that rules may ask for.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Every key once, in the order of the log's fields.</summary>
    public IEnumerable<string> Keys => new[]
        {
            Source, Destination, SourcePort, DestinationPort, Protocol, Action, Time, NatSource, NatDestination,
        }
        .OfType<string>().Concat(Roles.Values).Concat(Others);

    public static bool IsKey(string text) =>
        text is { Length: > 0 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}

/// <summary>key=value logs whose keys the configuration names; values stand in quotes or reach to the next
/// key.</summary>
public sealed class CustomFormat : IMessageFormat
{
    private const int MaxElementName = 64;
    private static readonly LogStart s_begins = Begins, s_beginsElement = BeginsElement;

    private readonly KeyedLayout _layout;
    private readonly int _time;
    private readonly bool _translationKnown;

    public CustomFormat(CustomFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var roles = fields.Roles.Select(role => (role.Key, role.Value)).Append((FieldRole.Action, fields.Action));
        _layout = new KeyedLayout(Name, 0,
            string.Join(',', fields.Keys.Distinct(StringComparer.Ordinal)
                .Select(key => fields.Others.Contains(key) ? key : key + "!")),
            new SessionKeys
            {
                Source = fields.Source,
                Destination = fields.Destination,
                SourcePort = fields.SourcePort,
                DestinationPort = fields.DestinationPort,
                Protocol = fields.Protocol,
                NatSource = fields.NatSource,
                NatDestination = fields.NatDestination,
            },
            [.. roles]);
        _time = _layout.IndexOf(fields.Time);
        _translationKnown = fields.NatSource is not null && fields.NatDestination is not null;
        Layouts = [_layout.Fields];
    }

    public string Name => "custom";

    public IReadOnlyList<FieldLayout> Layouts { get; }

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        if (!TryFind(ref text, log, out var header, out var reader)) return ParseStatus.Malformed;
        if (KeyedSession.Fill(ref reader, _layout, log) is { } fault) return log.Malformed(fault);
        if (!log.Has(_layout.Source) && !log.Has(_layout.Destination))
            return log.NotSession("a log without the keys of the addresses");
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", _layout.KeyOf(5));
        if (KeyedSession.Read(log, _layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(_time < 0 ? HeaderTime.Read(text[header.Body..]) : LogTime.Read(log.Field(_time)));
        if (!_translationKnown || !log.Has(_layout.NatSource) || !log.Has(_layout.NatDestination))
            log.Obstacles |= BypassObstacles.Unknown;
        return ParseStatus.Session;
    }

    // Behind the header, or where no key stands there within its structured data, as Juniper's sd-syslog.
    private static bool TryFind(
        ref ReadOnlySpan<byte> text, SessionLog log, out SyslogHeader header, out PairReader reader)
    {
        reader = default;
        header = log.FindHeader(ref text, s_begins, "no key=value behind the header");
        if (header.IsFound) reader = new PairReader(text, header.End, PairStyle.Loose);
        if (header.IsFound) return true;
        header = log.FindHeader(ref text, s_beginsElement, "no key=value behind the header");
        if (!header.IsFound) return false;
        reader = new PairReader(text, header.End + text[header.End..].IndexOf((byte)' ') + 1, PairStyle.Quoted);
        return true;
    }

    private static bool Begins(ReadOnlySpan<byte> text, int at) =>
        PairReader.KeyLength(text[at..]) is var length and > 0 && text[at + length] == '=';

    // [id key="
    private static bool BeginsElement(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length || text[at] != '[') return false;
        var blank = text[at..Math.Min(text.Length, at + MaxElementName)].IndexOf((byte)' ');
        return blank > 0 && Begins(text, at + blank + 1) && HeaderShape.EndOfStructuredData(text, at) > 0;
    }
}

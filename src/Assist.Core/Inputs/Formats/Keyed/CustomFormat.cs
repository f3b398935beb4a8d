using Assist.Flows;
using Assist.Inputs.Formats.VArmour;

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
    public IEnumerable<string> Keys => new[] { Source, Destination, SourcePort, DestinationPort, Protocol, Action, Time, NatSource, NatDestination }
        .OfType<string>().Concat(Roles.Values).Concat(Others);

    public static bool IsKey(string text) =>
        text is { Length: > 0 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}

/// <summary>key=value logs whose keys the configuration names; values stand in quotes or reach to the next key.</summary>
public sealed class CustomFormat : IMessageFormat
{
    private readonly KeyedLayout _layout;
    private readonly int _time;
    private readonly bool _translationKnown;

    public CustomFormat(CustomFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var roles = fields.Roles.Select(role => (role.Key, role.Value)).Append((FieldRole.Action, fields.Action));
        _layout = new KeyedLayout(Name, 0,
            string.Join(',', fields.Keys.Distinct(StringComparer.Ordinal).Select(key => fields.Others.Contains(key) ? key : key + "!")),
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
        log.Reset(message, Name);
        var text = message.Span;
        var start = PairStart.Find(text);
        log.Header = start.Header;
        if (start.Fault is not null) return log.Malformed(start.Fault);
        var reader = new PairReader(text, start.At, PairStyle.Loose);
        if (KeyedSession.Fill(ref reader, text, PairStyle.Loose, _layout, log) is { } fault) return log.Malformed(fault);
        if (!log.Has(_layout.Source) && !log.Has(_layout.Destination)) return log.NotSession("a log without the keys of the addresses");
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", _layout.KeyOf(5));
        if (KeyedSession.Read(log, _layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(_time < 0 ? HeaderTime.Read(text[start.Body..]) : LogTime.Read(log.Field(_time)));
        if (!_translationKnown || !log.Has(_layout.NatSource) || !log.Has(_layout.NatDestination))
            log.Obstacles |= BypassObstacles.Undescribed;
        return ParseStatus.Session;
    }
}

using Assist.Flows;
using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.CheckPoint;

/// <summary>Check Point's <c>key="value"</c> of old releases, the <c>key:"value";</c> of Log Exporter in format
/// syslog, and
/// its CEF. The logs name no pair of interfaces.</summary>
public sealed class CheckPointFormat : IMessageFormat
{
    public string Name => "check-point";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [CheckPointLayouts.Pairs.Fields, CheckPointLayouts.Cef.Fields];

    private const int MaxElementName = 64;
    private const string NoKey = "neither key:\"value\"; nor Action=\"…\" behind the header";

    private static readonly LogStart s_begins = Begins;

    internal static bool Begins(ReadOnlySpan<byte> text, int at) => FirstKey(text, at) >= 0;

    // [action:"Accept"; or Action="accept" or, from a gateway, [Fields@1.3.6.1.4.1.2620 Action="accept".
    private static int FirstKey(ReadOnlySpan<byte> text, int at)
    {
        if (at < text.Length && text[at] == '[') at++;
        var id = text[at..Math.Min(text.Length, at + MaxElementName)].IndexOf((byte)' ');
        var isElement = id > 0 && text.Slice(at, id) is var name
            && (name.EndsWith("@1.3.6.1.4.1.2620"u8) || name.EndsWith("@2620"u8));
        if (isElement) at += id + 1;
        var length = PairReader.KeyLength(text[at..]);
        if (length == 0 || at + length + 1 >= text.Length || text[at + length + 1] != '"') return -1;
        var isAction = System.Text.Ascii.EqualsIgnoreCase(text.Slice(at, length), "action");
        return text[at + length] == ':' || (text[at + length] == '=' && (isElement || isAction)) ? at : -1;
    }

    internal static bool Recognises(ReadOnlySpan<byte> text, in CefStart start) =>
        text[start.Vendor].SequenceEqual("Check Point"u8);

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        if (CefStart.TryFind(ref text, log, out var cef)) return ParseCef(text, cef, log);
        var header = log.FindHeader(ref text, s_begins, NoKey);
        return header.IsFound ? ParsePairs(text, header, log) : ParseStatus.Malformed;
    }

    // … [action:"Accept"; flags:"411908"; … proto:"6"; s_port:"51000"; service:"443"; src:"192.0.2.1"; … ]
    // … Action="accept" UUid="{…}" rule="1" service_id="ssh_DFA" src="192.0.2.1" … product_family="Network"
    private static ParseStatus ParsePairs(ReadOnlySpan<byte> text, in SyslogHeader header, SessionLog log)
    {
        var reader = new PairReader(text, FirstKey(text, header.End), PairStyle.Quoted);
        if (KeyedSession.Fill(ref reader, CheckPointLayouts.Pairs, log) is { } fault)
            return log.Malformed(fault);
        // The end mark, or what old releases write last. The translated addresses stand right before it.
        if (!reader.IsClosed && !log.Has(CheckPointLayouts.Family)) log.IsCut = true;
        if (log.Field(FieldRole.Action).IsEmpty || !log.Has(CheckPointLayouts.Product))
            return log.NotSession("a log without an action of a product: an audit or system log");
        if (!log.IsCut && !log.Has(CheckPointLayouts.Pairs.Source) && !log.Has(CheckPointLayouts.Pairs.Destination))
            return log.NotSession("a log without addresses");
        if (KeyedSession.Read(log, CheckPointLayouts.Pairs) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(LogTime.Read(log.Field(CheckPointLayouts.Time)) ?? HeaderTime.Read(text[header.Body..]));
        if (log.Has(CheckPointLayouts.Proxied)) log.Obstacles |= BypassObstacles.Proxied;
        if (log.Has(CheckPointLayouts.Inspected)) log.Obstacles |= BypassObstacles.Decrypted;
        log.IsOutOfState = log.Has(CheckPointLayouts.OutOfState)
            || log.Field(CheckPointLayouts.Information).IndexOf("out of state"u8) >= 0;
        return ParseStatus.Session;
    }

    private static ParseStatus ParseCef(ReadOnlySpan<byte> text, in CefStart start, SessionLog log)
    {
        if (!Recognises(text, start)) return log.NotSession("CEF of another vendor than Check Point");
        var layout = CheckPointLayouts.Cef;
        if (CefMessage.Fill(text, start, layout, log) is { } fault) return log.Malformed(fault);
        if (log.Field(FieldRole.Action).IsEmpty) return log.NotSession("a log without an action");
        if (KeyedSession.Read(log, layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(LogTime.Read(log.Field(CheckPointLayouts.CefTime)) ?? HeaderTime.Read(text[start.Body..]));
        // Translated addresses have no fixed place in it.
        log.Obstacles |= BypassObstacles.Unknown;
        log.IsOutOfState = log.Has(CheckPointLayouts.CefOutOfState);
        return ParseStatus.Session;
    }
}

internal static class CheckPointLayouts
{
    // "Action", as the original's rules call it. Of "TCP packet out of state", as some releases write the key, the last
    // word is left.
    public static readonly KeyedLayout Pairs = new("check-point", 0,
        "Action|action!,UUid|loguid,rule|rule_number^,rule_uid,rule_name,service_id!,src!,dst!,proto!," +
        "product!,service!,s_port!," +
        "product_family!,origin,origin_sic_name,time!,ifname,ifdir,inzone,outzone,layer_name,layer_uuid," +
        "match_id,user," +
        "xlatesrc!,xlatedst!,xlatesport!,xlatedport!,appi_name,app_category,matched_category,resource,reason," +
        "severity," +
        "confidence_level,protection_name,protection_type,attack,attack_info,conn_direction,flags," +
        "sequencenum,session_id," +
        "proxy_src_ip!,https_inspection_action!,message_info,policy_name,mgmt,ICMP,icmp_type,icmp_code," +
        "tcp_packet_out_of_state|state",
        new SessionKeys
        {
            Source = "src",
            Destination = "dst",
            SourcePort = "s_port",
            DestinationPort = "service",
            Protocol = "proto",
            NatSource = "xlatesrc",
            NatDestination = "xlatedst",
            NatSourcePort = "xlatesport",
            NatDestinationPort = "xlatedport",
        },
        (FieldRole.Type, "product"), (FieldRole.Action, "Action"), (FieldRole.Application, "service_id"),
        (FieldRole.Rule, "rule_name"), (FieldRole.SourceZone, "inzone"), (FieldRole.DestinationZone, "outzone"),
        (FieldRole.SessionId, "UUid"), (FieldRole.Serial, "origin"), (FieldRole.ThreatName, "protection_name"),
        (FieldRole.User, "user"));

    public static readonly KeyedLayout Cef = new("check-point-cef", 1, CefMessage.Slots +
        "src!,dst!,spt!,dpt!,proto!,act!,rt^,product!,service_id!,*Rule,rule_uid,rule_action,layer_name," +
        "ifname,inzone,outzone," +
        "sourceTranslatedAddress!,destinationTranslatedAddress!,sourceTranslatedPort!," +
        "destinationTranslatedPort!,origin," +
        "loguid,reason,suser,request,tcp_packet_out_of_state,protection_name",
        CefMessage.Session,
        (FieldRole.Type, "product"), (FieldRole.Action, "act"), (FieldRole.Application, "service_id"),
        (FieldRole.Rule, "Rule"), (FieldRole.SourceZone, "inzone"), (FieldRole.DestinationZone, "outzone"),
        (FieldRole.SessionId, "loguid"), (FieldRole.Serial, "origin"), (FieldRole.User, "suser"),
        (FieldRole.ThreatName, "protection_name"));

    public static readonly int Product = Pairs.IndexOf("product"), Family = Pairs.IndexOf("product_family");
    public static readonly int Time = Pairs.IndexOf("time"), Proxied = Pairs.IndexOf("proxy_src_ip");
    public static readonly int OutOfState = Pairs.IndexOf("tcp_packet_out_of_state");
    public static readonly int Information = Pairs.IndexOf("message_info");
    public static readonly int CefOutOfState = Cef.IndexOf("tcp_packet_out_of_state");
    public static readonly int Inspected = Pairs.IndexOf("https_inspection_action"), CefTime = Cef.IndexOf("rt");
}

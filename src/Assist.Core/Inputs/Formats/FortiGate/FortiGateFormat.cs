using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.FortiGate;

/// <summary>FortiGate's key=value logs, in format default or csv, and its CEF. Traffic, utm and anomaly carry
/// sessions.</summary>
public sealed class FortiGateFormat : IMessageFormat
{
    private static readonly string[] s_firstKeys =
        ["date", "time", "devname", "devid", "eventtime", "timestamp", "itime", "logver", "logid", "tz", "type"];

    private const string FortiAnalyzer =
        "CEF of a FortiAnalyzer, which has other keys than FortiOS's; send it from the firewall, or in format default";

    private const string NoKey = "the first key behind the header is none of FortiGate's, such as date or devname";

    public string Name => "fortigate";

    public IReadOnlyList<FieldLayout> Layouts { get; } =
        [FortiGateLayouts.Action.Fields, FortiGateLayouts.Status.Fields, FortiGateLayouts.Cef.Fields];

    private static readonly LogStart s_begins = Begins;

    /// <summary>True where one of the keys stands that FortiOS writes first.</summary>
    internal static bool Begins(ReadOnlySpan<byte> text, int at)
    {
        var length = PairReader.KeyLength(text[at..]);
        return length > 0 && text[at + length] == '=' && Contains(s_firstKeys, text.Slice(at, length));
    }

    internal static bool Recognises(ReadOnlySpan<byte> text, in CefStart start) =>
        text[start.Vendor].SequenceEqual("Fortinet"u8);

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        if (CefStart.TryFind(ref text, log, out var cef)) return ParseCef(text, cef, log);
        var header = log.FindHeader(ref text, s_begins, NoKey);
        return header.IsFound ? ParsePairs(text, header, log) : ParseStatus.Malformed;
    }

    // date=2026-11-21 time=10:00:00 devname="fw" … type="traffic" … srcip=192.0.2.1 … action="deny" … proto=6 …
    private static ParseStatus ParsePairs(ReadOnlySpan<byte> text, in SyslogHeader header, SessionLog log)
    {
        var layout = FortiGateLayouts.Action;
        var style = IsCsv(text[header.End..]) ? PairStyle.Commas : PairStyle.Words;
        var reader = new PairReader(text, header.End, style);
        if (KeyedSession.Fill(ref reader, layout, log) is { } fault) return log.Malformed(fault);
        if (!log.Has(FortiGateLayouts.Type)) return log.Malformed("the key is missing", "type");
        var type = log.Field(FortiGateLayouts.Type);
        var traffic = type.SequenceEqual("traffic"u8);
        if (!IsSessionType(type)) return log.NotSession("a log of a type without sessions", "type");
        if (!log.Has(FortiGateLayouts.ActionKey)) layout = FortiGateLayouts.Status;
        else if (traffic && log.Has(FortiGateLayouts.StatusKey))
            return log.Malformed("beside action, which no FortiOS writes into one traffic log", "status");
        log.Layout = layout.Fields;
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "action");
        // An anomaly may come without ports; where attackid stands, what was before it is not cut.
        var mayLackPorts = !traffic && log.Has(FortiGateLayouts.AttackId);
        if (KeyedSession.Read(log, layout, mayLackPorts) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(ReadTime(log));
        log.Fields.Copy(
            log.Field(FortiGateLayouts.App).IsEmpty ? FortiGateLayouts.Service : FortiGateLayouts.App,
            FortiGateLayouts.Application);
        ReadObstacles(log, traffic);
        return ParseStatus.Session;
    }

    private static bool IsSessionType(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("traffic"u8) || type.SequenceEqual("utm"u8) || type.SequenceEqual("anomaly"u8);

    // The stamps that say what they mean come first: an offset, the epoch; then date and time of the firewall's clock.
    private static Stamp? ReadTime(SessionLog log)
    {
        var fields = log.Fields;
        var zone = fields.Field(FortiGateLayouts.Zone);
        var local = LogTime.Read(fields.Once(FortiGateLayouts.Date), fields.Once(FortiGateLayouts.Time), zone);
        if (!zone.IsEmpty && local is not null && !log.IsCutAt(FortiGateLayouts.Zone)) return local;
        var epoch = LogTime.Read(fields.Once(FortiGateLayouts.EventTime))
            ?? LogTime.Read(fields.Once(FortiGateLayouts.Timestamp));
        return epoch ?? (zone.IsEmpty ? local : null);
    }

    private static void ReadObstacles(SessionLog log, bool traffic)
    {
        var translation = log.Field(FortiGateLayouts.Translation);
        if (!traffic || translation.IsEmpty) log.Obstacles |= BypassObstacles.Unknown;
        else if (!translation.SequenceEqual("noop"u8)) log.Obstacles |= BypassObstacles.Nat;
        if (!log.Field(FortiGateLayouts.Vpn).IsEmpty) log.Obstacles |= BypassObstacles.Tunnelled;
        if (log.Field(FortiGateLayouts.PolicyType).IndexOf("proxy"u8) >= 0) log.Obstacles |= BypassObstacles.Proxied;
        ReadEnd(log, traffic, log.Field(FortiGateLayouts.LogId));
    }

    private static void ReadEnd(SessionLog log, bool traffic, ReadOnlySpan<byte> logId)
    {
        var action = log.Field(FieldRole.Action);
        log.End = SessionEnds.OfFortiGate(action);
        // FortiOS writes accept at the end of a session without FIN and RST; the message id says that it is one: 13,
        // 14 locally.
        if (traffic && log.Protocol != IpProtocol.Tcp && action.SequenceEqual("accept"u8)
            && (logId.EndsWith("00013"u8) || logId.EndsWith("00014"u8)))
            log.End = SessionEnd.AgedOut;
        if (traffic && log.End != SessionEnd.None) log.Obstacles |= BypassObstacles.Ended;
        // "no session matched" of log-invalid-packet.
        log.IsOutOfState = traffic && logId.EndsWith("000007"u8);
    }

    private static ParseStatus ParseCef(ReadOnlySpan<byte> text, in CefStart start, SessionLog log)
    {
        if (!Recognises(text, start)) return log.NotSession("CEF of another vendor than Fortinet");
        var layout = FortiGateLayouts.Cef;
        if (CefMessage.Fill(text, start, layout, log) is { } fault) return log.Malformed(fault);
        var category = log.Field(FieldRole.Type);
        if (IsSessionType(category)) return log.Malformed(FortiAnalyzer, "cat");
        var traffic = category.StartsWith("traffic:"u8);
        if (!traffic && !category.StartsWith("utm:"u8) && !category.StartsWith("anomaly:"u8))
            return category.IsEmpty
                ? log.Malformed("the key is missing", "cat")
                : log.NotSession("a log of a type without sessions", "cat");
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "act");
        if (KeyedSession.Read(log, layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(LogTime.Read(log.Field(FortiGateLayouts.CefEventTime)) ?? HeaderTime.Read(text[start.Body..]));
        var translation = log.Field(FortiGateLayouts.CefTranslation);
        if (!traffic || translation.IsEmpty) log.Obstacles |= BypassObstacles.Unknown;
        else if (!translation.SequenceEqual("noop"u8)) log.Obstacles |= BypassObstacles.Nat;
        ReadEnd(log, traffic, log.Field(FortiGateLayouts.CefLogId));
        return ParseStatus.Session;
    }

    // In csv the first value ends at a comma.
    private static bool IsCsv(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)',', (byte)' ');
        return end >= 0 && text[end] == ',';
    }

    private static bool Contains(string[] words, ReadOnlySpan<byte> word)
    {
        foreach (var one in words)
            if (System.Text.Ascii.Equals(word, one)) return true;
        return false;
    }
}

internal static class FortiGateLayouts
{
    private const string Keys =
        "date^,time^,tz^,eventtime^,timestamp^,devname,devid,logid,type!,subtype!,eventtype,level,vd!,logdesc," +
        "srcip!,srcport!,srcintf!,srcintfrole,srcname,srcuuid,srccountry,srcmac," +
        "dstip!,dstport!,dstintf!,dstintfrole,dstname,dstuuid,dstcountry,dstmac," +
        "sessionid,proto!,action!,status!,policyid^,policyname^,policytype!,poluuid,policymode,user,group,authserver," +
        "service^,app^,appid,appcat,apprisk,applist,utmaction,utmevent,duration,sentbyte,rcvdbyte,sentpkt,rcvdpkt," +
        "trandisp!,tranip!,tranport!,transip!,transport!,vpn!,vpntype,identifier,craction,crlevel,crscore," +
        "severity,attack,attackname,attackid,count,profile,direction^,hostname,url,ref,msg,cat,catdesc,reqtype," +
        "virus,virusid,filename,quarskip,dtype,botnetdomain,botnetip,qname,incidentserialno,unauthuser," +
        "comment,*application";

    private static readonly SessionKeys s_session = new()
    {
        Source = "srcip",
        Destination = "dstip",
        SourcePort = "srcport",
        DestinationPort = "dstport",
        Protocol = "proto",
        NatSource = "transip",
        NatDestination = "tranip",
        NatSourcePort = "transport",
        NatDestinationPort = "tranport",
    };

    /// <summary>FortiOS 5.2 and later.</summary>
    public static readonly KeyedLayout Action = Layout("fortigate", 0, "action");

    /// <summary>FortiOS 5.0, which has the verdict in status.</summary>
    public static readonly KeyedLayout Status = Layout("fortigate-5.0", 1, "status");

    public static readonly KeyedLayout Cef = new("fortigate-cef", 2, CefMessage.Slots +
        "src!,dst!,spt!,dpt!,proto!,act!,cat!,app^,sourceTranslatedAddress!,destinationTranslatedAddress!," +
        "sourceTranslatedPort!,destinationTranslatedPort!,deviceInboundInterface!,deviceOutboundInterface!," +
        "externalId," +
        "deviceExternalId,suser,duser,request,msg,FTNTFGTtrandisp!,FTNTFGTeventtime^,FTNTFGTlogid,FTNTFGTsubtype," +
        "FTNTFGTeventtype,FTNTFGTvd!,FTNTFGTpolicyid^,FTNTFGTutmaction,FTNTFGTattack,FTNTFGTattackid,FTNTFGTappcat," +
        "FTNTFGTapp,FTNTFGTlevel,FTNTFGTseverity,FTNTFGTdirection^",
        CefMessage.Session,
        (FieldRole.Type, "cat"), (FieldRole.Subtype, "FTNTFGTsubtype"), (FieldRole.Action, "act"),
        (FieldRole.Application, "app"), (FieldRole.Rule, "FTNTFGTpolicyid"),
        (FieldRole.InInterface, "deviceInboundInterface"), (FieldRole.OutInterface, "deviceOutboundInterface"),
        (FieldRole.SessionId, "externalId"), (FieldRole.Serial, "deviceExternalId"),
        (FieldRole.ThreatName, "FTNTFGTattack"), (FieldRole.User, "suser"), (FieldRole.Direction, "FTNTFGTdirection"));

    public static readonly int Type = Action.IndexOf("type"), ActionKey = Action.IndexOf("action");
    public static readonly int StatusKey = Action.IndexOf("status"), AttackId = Action.IndexOf("attackid");
    public static readonly int Date = Action.IndexOf("date"), Time = Action.IndexOf("time");
    public static readonly int Zone = Action.IndexOf("tz"), EventTime = Action.IndexOf("eventtime");
    public static readonly int Timestamp = Action.IndexOf("timestamp"), LogId = Action.IndexOf("logid");
    public static readonly int Translation = Action.IndexOf("trandisp"), Vpn = Action.IndexOf("vpn");
    // What application control found, or else the service that the port stands for.
    public static readonly int App = Action.IndexOf("app"), Service = Action.IndexOf("service");
    public static readonly int Application = Action.IndexOf("application");
    public static readonly int PolicyType = Action.IndexOf("policytype");
    public static readonly int CefTranslation = Cef.IndexOf("FTNTFGTtrandisp");
    public static readonly int CefLogId = Cef.IndexOf("FTNTFGTlogid");
    public static readonly int CefEventTime = Cef.IndexOf("FTNTFGTeventtime");

    private static KeyedLayout Layout(string name, int ordinal, string action) => new(name, ordinal, Keys, s_session,
        (FieldRole.Type, "type"), (FieldRole.Subtype, "subtype"), (FieldRole.Action, action),
        (FieldRole.Application, "application"), (FieldRole.Rule, "policyname"), (FieldRole.InInterface, "srcintf"),
        (FieldRole.OutInterface, "dstintf"), (FieldRole.SessionId, "sessionid"), (FieldRole.Serial, "devid"),
        (FieldRole.ThreatName, "attack"), (FieldRole.User, "user"), (FieldRole.Direction, "direction"));
}

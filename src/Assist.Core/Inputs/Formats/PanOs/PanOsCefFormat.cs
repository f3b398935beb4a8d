using Assist.Flows;
using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>CEF that a PAN-OS custom format or the cloud forwarder writes. Labels say what csN is.</summary>
public sealed class PanOsCefFormat : IMessageFormat
{
    private static readonly KeyedLayout s_layout = new("cef", 0, CefMessage.Slots +
        "src!,dst!,spt!,dpt!,proto!,act!,app^,cat,suser,duser,request,requestClientApplication,rt^,dtz^," +
        "start,externalId,cnt,reason|PanOSSessionEndReason," +
        "sourceTranslatedAddress!,destinationTranslatedAddress!,sourceTranslatedPort!,destinationTranslatedPort!," +
        "deviceInboundInterface!,deviceOutboundInterface!,deviceExternalId,dvchost,PanOSParentSessionID!," +
        "*type,*subtype,*Rule,*Source Zone|sz,*Destination Zone|dz,*LogProfile|lp,*SessionID|sid,*Flags," +
        "*URL Category," +
        "*Virtual System,*ThreatID,*Direction|PanOSDirectionOfAttack^",
        CefMessage.Session,
        (FieldRole.Type, "type"), (FieldRole.Subtype, "subtype"), (FieldRole.Action, "act"),
        (FieldRole.Application, "app"), (FieldRole.Rule, "Rule"), (FieldRole.LogProfile, "LogProfile"),
        (FieldRole.InInterface, "deviceInboundInterface"), (FieldRole.OutInterface, "deviceOutboundInterface"),
        (FieldRole.SourceZone, "Source Zone"), (FieldRole.DestinationZone, "Destination Zone"),
        (FieldRole.SessionId, "SessionID"), (FieldRole.Serial, "deviceExternalId"), (FieldRole.ThreatName, "cat"),
        (FieldRole.User, "suser"), (FieldRole.Direction, "Direction"), (FieldRole.Sequence, "externalId"));

    private static readonly int s_type = s_layout.IndexOf("type"), s_subtype = s_layout.IndexOf("subtype");
    private static readonly int s_flags = s_layout.IndexOf("Flags"), s_received = s_layout.IndexOf("rt");
    private static readonly int s_reason = s_layout.IndexOf("reason"), s_zone = s_layout.IndexOf("dtz");
    private static readonly int s_parent = s_layout.IndexOf("PanOSParentSessionID");

    public string Name => "cef";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_layout.Fields];

    internal static bool Recognises(ReadOnlySpan<byte> text, in CefStart start) =>
        text[start.Vendor].SequenceEqual("Palo Alto Networks"u8);

    // CEF:0|Palo Alto Networks|PAN-OS|10.1.0|end|TRAFFIC|1|rt=… src=… dst=… cs1Label=Rule cs1=… proto=tcp act=allow …
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        if (!CefStart.TryFind(ref text, log, out var start)) return ParseStatus.Malformed;
        if (!Recognises(text, start)) return log.NotSession("CEF of another vendor than Palo Alto Networks");
        // The firewall writes subtype|type, the cloud forwarder type|subtype.
        var typeFirst = PanOsKeyed.IsSessionType(text[start.Signature]);
        if (!typeFirst && !PanOsKeyed.IsSessionType(text[start.Name]))
            return log.NotSession("a log of another type than TRAFFIC and THREAT");
        if (CefMessage.Fill(text, start, s_layout, log) is { } fault) return log.Malformed(fault);
        log.Fields.Set(s_type, typeFirst ? start.Signature : start.Name);
        log.Fields.Set(s_subtype, typeFirst ? start.Name : start.Signature);
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "act");
        if (KeyedSession.Read(log, s_layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(LogTime.Read(log.Field(s_received), log.Field(s_zone)));
        PanOsKeyed.Finish(log, log.Field(s_flags), log.Field(s_parent), s_reason);
        return ParseStatus.Session;
    }
}

/// <summary>What the CEF and LEEF of PAN-OS share with its CSV.</summary>
internal static class PanOsKeyed
{
    public static bool IsSessionType(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("TRAFFIC"u8) || text.SequenceEqual("THREAT"u8);

    public static void Finish(SessionLog log, ReadOnlySpan<byte> flags, ReadOnlySpan<byte> parent, int reason)
    {
        log.Obstacles |= flags.IsEmpty ? BypassObstacles.Unknown : PanOsSession.ReadFlags(flags);
        if (parent.Trim(" 0"u8).Length > 0) log.Obstacles |= BypassObstacles.Tunnelled;
        if (log.Field(FieldRole.User).StartsWith("x-fwd-for:"u8)) log.Obstacles |= BypassObstacles.Proxied;
        if (!log.Field(FieldRole.Type).SequenceEqual("TRAFFIC"u8)) return;
        if (log.Field(FieldRole.Subtype).SequenceEqual("end"u8))
        {
            log.Obstacles |= BypassObstacles.Ended;
            log.End = log.IsCutAt(reason) ? SessionEnd.Unknown : SessionEnds.OfPanOs(log.Field(reason));
        }
        log.IsOutOfState = PanOsSession.IsOutOfState(log.Field(FieldRole.Application));
        (log.InVlan, log.OutVlan) =
            (PanOsSession.Vlan(log.Field(FieldRole.InInterface)), PanOsSession.Vlan(log.Field(FieldRole.OutInterface)));
    }
}

using System.Globalization;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>LEEF that a PAN-OS custom format writes, its attributes between bars, as in the vendor's recipe, or TABs,
/// as in the standard.</summary>
public sealed class PanOsLeefFormat : IMessageFormat
{
    private static readonly LogStart s_begins = Begins;

    private static readonly KeyedLayout s_layout = new("leef", 0,
        "cat!,Type!,Subtype!,ReceiveTime^,devTime^,SerialNumber,src!,dst!,srcPostNAT!,dstPostNAT!,RuleName^,usrName," +
        "SourceUser,DestinationUser,Application^,VirtualSystem,SourceZone^,DestinationZone^,IngressInterface!," +
        "EgressInterface!,LogForwardingProfile^,SessionID,RepeatCount,srcPort!,dstPort!,srcPostNATPort!," +
        "dstPostNATPort!," +
        "Flags!,proto!,action!,Miscellaneous,ThreatID,URLCategory,sev,Severity,Direction^," +
        "ParentSessionID!,totalBytes," +
        "ElapsedTime,SessionEndReason,DeviceName,ActionSource,sequence,identSrc",
        new SessionKeys
        {
            Source = "src",
            Destination = "dst",
            SourcePort = "srcPort",
            DestinationPort = "dstPort",
            Protocol = "proto",
            NatSource = "srcPostNAT",
            NatDestination = "dstPostNAT",
            NatSourcePort = "srcPostNATPort",
            NatDestinationPort = "dstPostNATPort",
        },
        (FieldRole.Type, "cat"), (FieldRole.Subtype, "Subtype"), (FieldRole.Action, "action"),
        (FieldRole.Application, "Application"), (FieldRole.Rule, "RuleName"),
        (FieldRole.LogProfile, "LogForwardingProfile"),
        (FieldRole.InInterface, "IngressInterface"), (FieldRole.OutInterface, "EgressInterface"),
        (FieldRole.SourceZone, "SourceZone"), (FieldRole.DestinationZone, "DestinationZone"),
        (FieldRole.SessionId, "SessionID"), (FieldRole.Serial, "SerialNumber"), (FieldRole.ThreatName, "ThreatID"),
        (FieldRole.User, "SourceUser"), (FieldRole.Direction, "Direction"), (FieldRole.Sequence, "sequence"));

    private static readonly int s_category = s_layout.IndexOf("cat"), s_type = s_layout.IndexOf("Type");
    private static readonly int s_device = s_layout.IndexOf("devTime"), s_received = s_layout.IndexOf("ReceiveTime");
    private static readonly int s_reason = s_layout.IndexOf("SessionEndReason");
    private static readonly int s_flags = s_layout.IndexOf("Flags"), s_parent = s_layout.IndexOf("ParentSessionID");

    public string Name => "leef";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_layout.Fields];

    internal static bool Begins(ReadOnlySpan<byte> text, int at) =>
        text[at..].StartsWith("LEEF:1.0|"u8) || text[at..].StartsWith("LEEF:2.0|"u8);

    // LEEF:1.0|Palo Alto Networks|PAN-OS Syslog
    // Integration|10.1.0|allow|cat=TRAFFIC|ReceiveTime=…|src=…|…|proto=tcp|action=allow|…
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        var header = log.FindHeader(ref text, s_begins, "no LEEF:1.0| or LEEF:2.0| behind the header");
        if (!header.IsFound) return ParseStatus.Malformed;
        var at = header.End;
        Span<int> bars = stackalloc int[5];
        for (var i = 0; i < bars.Length; i++)
        {
            var next = text[at..].IndexOf((byte)'|');
            if (next < 0) return log.Malformed("the LEEF header has fewer than five fields");
            bars[i] = at + next;
            at = bars[i] + 1;
        }
        if (!text[(bars[0] + 1)..bars[1]].SequenceEqual("Palo Alto Networks"u8))
            return log.NotSession("LEEF of another vendor than Palo Alto Networks");
        var delimiter = Delimiter(text, ref at);
        var reader = new PairReader(text, at, PairStyle.Delimited, delimiter);
        if (KeyedSession.Fill(ref reader, s_layout, log) is { } fault) return log.Malformed(fault);
        return ReadSession(log);
    }

    private static ParseStatus ReadSession(SessionLog log)
    {
        if (!PanOsKeyed.IsSessionType(log.Field(s_category)) && PanOsKeyed.IsSessionType(log.Field(s_type)))
            log.Fields.Copy(s_type, s_category);
        if (log.Field(s_category).IsEmpty) return log.Malformed("the key is missing", "cat");
        if (!PanOsKeyed.IsSessionType(log.Field(s_category)))
            return log.NotSession("a log of another type than TRAFFIC and THREAT", "cat");
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "action");
        if (KeyedSession.Read(log, s_layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(LogTime.Read(log.Field(s_device)) ?? LogTime.Read(log.Field(s_received)));
        PanOsKeyed.Finish(log, log.Field(s_flags), log.Field(s_parent), s_reason);
        return ParseStatus.Session;
    }

    /// <summary>The byte between attributes: named in a sixth header field (2.0), else what ends the first
    /// attribute.</summary>
    private static byte Delimiter(ReadOnlySpan<byte> text, ref int at)
    {
        var rest = text[at..];
        var bar = rest.IndexOf((byte)'|');
        if (bar == 1)
        {
            at += 2;
            return rest[0];
        }
        if (bar is 3 or 4 && rest[..bar].IndexOf((byte)'x') is 0 or 1
            && byte.TryParse(rest.Slice(bar - 2, 2), NumberStyles.AllowHexSpecifier, null, out var code))
        {
            at += bar + 1;
            return code;
        }
        var tab = rest.IndexOf((byte)'\t');
        return tab >= 0 && (bar < 0 || tab < bar) ? (byte)'\t' : (byte)'|';
    }
}

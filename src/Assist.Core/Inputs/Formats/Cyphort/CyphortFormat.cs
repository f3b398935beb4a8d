using Assist.Flows;
using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.Cyphort;

/// <summary>Incidents of Cyphort, since 2018 Juniper's ATP Appliance, in CEF. They name hosts, not sessions: there is
/// nothing to bypass, and only addresses to match.</summary>
public sealed class CyphortFormat : IMessageFormat
{
    private static readonly KeyedLayout s_layout = new("cyphort", 0, CefMessage.Slots +
        "src!,dst!,*type,*name,eventId,externalId,malwareSeverity,malwareCategory,cncServers,fileHash," +
        "fileName,fileType," +
        "description,url,reqReferer,lastActivityTime,startTime,submissionTime,port,protocol",
        new SessionKeys { Source = "src", Destination = "dst" },
        (FieldRole.Type, "type"), (FieldRole.ThreatName, "name"), (FieldRole.SessionId, "externalId"));

    private static readonly int s_type = s_layout.IndexOf("type"), s_name = s_layout.IndexOf("name");

    public string Name => "cyphort";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_layout.Fields];

    internal static bool Recognises(ReadOnlySpan<byte> text, in CefStart start) =>
        text[start.Vendor].SequenceEqual("Cyphort"u8) || text[start.Vendor].SequenceEqual("JATP"u8);

    // 2026-11-21 10:00:00.841+00 tap0 CEF:0|Cyphort|Cortex|3.2.1|cnc|TROJAN_X|7|… src=192.0.2.1 dst=198.51.100.7 …
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        if (!CefStart.TryFind(ref text, log, out var start)) return ParseStatus.Malformed;
        if (!Recognises(text, start)) return log.NotSession("CEF of another vendor than Cyphort");
        if (CefMessage.Fill(text, start, s_layout, log) is { } fault) return log.Malformed(fault);
        log.Fields.Set(s_type, start.Signature);
        log.Fields.Set(s_name, start.Name);
        if (!log.Has(s_layout.Source)) return log.NotSession("an incident without a source");
        if (KeyedSession.Read(log, s_layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(HeaderTime.Read(text[start.Body..]));
        log.Obstacles = BypassObstacles.Unknown;
        return ParseStatus.Session;
    }
}

using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.VArmour;

/// <summary>vArmour's session log, as the original DirectFlow Assist read it; no vendor's page of it was
/// found.</summary>
public sealed class VArmourFormat : IMessageFormat
{
    private static readonly KeyedLayout s_layout = new("varmour", 0,
        "sip!,sport!,dip!,dport!,proto!,c2s-pkts,s2c-pkts,sess-close-reason!,c2s-bytes,s2c-bytes,sintf^," +
        "dintf^,*application",
        new SessionKeys
        {
            Source = "sip",
            Destination = "dip",
            SourcePort = "sport",
            DestinationPort = "dport",
            Protocol = "proto",
        },
        (FieldRole.Action, "sess-close-reason"), (FieldRole.InInterface, "sintf"), (FieldRole.OutInterface, "dintf"),
        (FieldRole.Application, "application"));

    private static readonly int s_application = s_layout.IndexOf("application");

    public string Name => "varmour";

    public IReadOnlyList<FieldLayout> Layouts { get; } = [s_layout.Fields];

    private static ReadOnlySpan<byte> Marker => "vArmour va_syslog:"u8;

    private static readonly LogStart s_begins = Begins;

    internal static bool Begins(ReadOnlySpan<byte> text, int at) => text[at..].StartsWith(Marker);

    // Nov 21 10:00:00 000 vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sip=192.0.2.1 … dintf=xe-4/0/5
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        var header = log.FindHeader(ref text, s_begins, "no \"vArmour va_syslog:\" behind the header");
        if (!header.IsFound) return ParseStatus.Malformed;
        var close = text[header.End..].IndexOf("] "u8);
        if (close < 0) return log.Malformed("nothing behind the name of the device");
        var keys = header.End + close + 2;
        if (!text[..keys].EndsWith(":VA_APP_ANET_RTLOG] "u8))
            return log.NotSession("a log other than VA_APP_ANET_RTLOG");
        var reader = new PairReader(text, keys, PairStyle.Words);
        if (KeyedSession.Fill(ref reader, s_layout, log) is { } fault) return log.Malformed(fault);
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "sess-close-reason");
        if (KeyedSession.Read(log, s_layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(HeaderTime.Read(text[header.Body..]));
        if (PortNames.Of(log.Protocol, log.DestinationPort) is { Length: > 0 } name)
            log.Fields.SetText(s_application, name);
        return ParseStatus.Session;
    }
}

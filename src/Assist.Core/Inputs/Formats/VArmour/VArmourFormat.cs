using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.VArmour;

/// <summary>vArmour's session log, as the original DirectFlow Assist read it; no vendor's page of it was found.</summary>
public sealed class VArmourFormat : IMessageFormat
{
    private static readonly KeyedLayout s_layout = new("varmour", 0,
        "sip!,sport!,dip!,dport!,proto!,c2s-pkts,s2c-pkts,sess-close-reason!,c2s-bytes,s2c-bytes,sintf^,dintf^,*application",
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

    internal static bool Recognises(ReadOnlySpan<byte> text, in PairStart start) =>
        start.Fault is null && text[start.Body..start.At].IndexOf(Marker) is var at and >= 0
        && SyslogHeader.IsHeader(text.Slice(start.Body, at));

    // Nov 21 10:00:00 000 vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sip=192.0.2.1 … dintf=xe-4/0/5
    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        log.Reset(message, Name);
        var text = message.Span;
        var start = PairStart.Find(text);
        log.Header = start.Header;
        if (start.Fault is not null) return log.Malformed(start.Fault);
        if (!Recognises(text, start)) return log.Malformed("no \"vArmour va_syslog:\" before the first key");
        if (!text[..start.At].EndsWith(":VA_APP_ANET_RTLOG] "u8)) return log.NotSession("a log other than VA_APP_ANET_RTLOG");
        var reader = new PairReader(text, start.At, PairStyle.Words);
        if (KeyedSession.Fill(ref reader, text, PairStyle.Words, s_layout, log) is { } fault) return log.Malformed(fault);
        if (log.Field(FieldRole.Action).IsEmpty) return log.Malformed("the key is missing", "sess-close-reason");
        if (KeyedSession.Read(log, s_layout) is { } unreadable) return log.Malformed(unreadable);
        log.SetTime(HeaderTime.Read(text[start.Body..]));
        if (PortNames.Of(log.Protocol, log.DestinationPort) is { Length: > 0 } name) log.SetText(s_application, name);
        return ParseStatus.Session;
    }
}

/// <summary>The stamp a syslog header begins with, where the log itself has none.</summary>
internal static class HeaderTime
{
    /// <param name="body">The message behind its PRI.</param>
    public static Stamp? Read(ReadOnlySpan<byte> body)
    {
        if (SyslogHeader.IsRfc5424(body)) body = body[(body.IndexOf((byte)' ') + 1)..];
        return LogTime.ReadStart(body, out _);
    }
}

using System.Text;
using Assist.Inputs.Formats.Csv;

namespace Assist.Inputs.Formats.PanOs;

/// <summary>The default CSV of PAN-OS 4 to 12 behind any syslog header. It is found by its content, as senders and
/// relays write at least eleven kinds of header.</summary>
public sealed class PanOsFormat : IMessageFormat
{
    // A five-tuple stands in DECRYPTION, GTP, SCTP, START and END too, but no verdict that one may act on.
    private static readonly (string Type, string Reason)[] s_otherTypes =
    [
        .. from type in new[]
           {
               "SYSTEM", "CONFIG", "HIPMATCH", "HIP-MATCH", "CORRELATION", "USERID", "IPTAG", "GLOBALPROTECT",
               "DECRYPTION", "AUTHENTICATION", "AUTH", "GTP", "SCTP", "AUDIT", "START", "END",
           }
           select (type, $"a {type} log"),
    ];

    public string Name => "pan-os";

    public IReadOnlyList<FieldLayout> Layouts => PanOsLayouts.All;

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var text = log.Begin(message, Name);
        var memory = log.Memory<PanOsMemory>();
        if (!memory.Start.TryRecallBeginning(text, out var start))
        {
            start = PanOsStart.Find(ref text, log.Fields);
            if (start.Fault is null) memory.Start.Note(text[..start.End], start);
        }
        log.Header = start.Header;
        if (start.Fault is { } fault) return log.Malformed(fault);

        var type = text.Slice(start.TypeStart, start.TypeLength);
        var layout = LayoutOf(type);
        if (layout is null) return log.NotSession(new ParseFault(ReasonOf(type), PanOsColumns.Type + 1));
        if (start.HasIsoTime)
            return log.Malformed(
                PanOsColumns.ReceiveTime, "ISO 8601 time: the cloud forwarder's CSV, which has other columns");

        log.Layout = layout;
        if (!CsvFields.Split(text, start.Csv, PanOsColumns.Needed, PanOsColumns.Shortest, log))
            return ParseStatus.Malformed;
        return PanOsSession.Read(log);
    }

    private static FieldLayout? LayoutOf(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("TRAFFIC"u8)) return PanOsLayouts.Traffic;
        return type.SequenceEqual("THREAT"u8) ? PanOsLayouts.Threat : null;
    }

    private static string ReasonOf(ReadOnlySpan<byte> type)
    {
        foreach (var (name, reason) in s_otherTypes)
            if (Ascii.Equals(type, name)) return reason;
        return "a log of unknown type";
    }
}

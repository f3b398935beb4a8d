
namespace Assist.Inputs.Formats.PanOs;

/// <summary>Where the CSV of a message begins, and its type.</summary>
/// <param name="IsoTime">Its times are ISO 8601, as in the layouts of the cloud forwarder.</param>
/// <param name="Fault">Why there is none; null where there is one.</param>
internal readonly record struct PanOsStart(
    int Csv, int TypeStart, int TypeLength, string Header, bool IsoTime = false, string? Fault = null)
{
    // What precedes the CSV is a header: short, and without commas but for a strange host name. The limits keep a
    // text within some field, which an attacker may choose, from being taken for the beginning where the true one
    // was not understood.
    private const int MaxHeader = 1024;
    private const int MaxHeaderCommas = 4;
    private const int MaxTime = 40;
    private const int MaxWord = 64;

    /// <summary>Behind the comma that follows the type: nothing that comes later has a say in where the CSV begins.</summary>
    public int End => TypeStart + TypeLength + 1;

    /// <summary>Takes the first place where digit, time, serial and type follow each other after the start of the
    /// message, a blank or a colon: what comes later is text within a field.</summary>
    public static PanOsStart Find(ReadOnlySpan<byte> text)
    {
        if (!SyslogHeader.TrySkipPri(text, out var body, out var hasPri)) return None("the PRI is not <0> to <191>");
        var rfc5424 = SyslogHeader.IsRfc5424(text[body..]);
        int commas = 0, limit = body + MaxHeader;
        for (var at = body; at < text.Length && at < limit; at++)
        {
            var c = text[at];
            if (c == '\n') break;   // a second message in the datagram, or a text that pretends to be one
            if (c == '[' && rfc5424 && text[at - 1] == ' ')
            {
                var end = SyslogHeader.EndOfStructuredData(text, at);
                if (end < 0) return None("the structured data is not closed");
                limit += end - at;
                at = end;
            }
            else if (c == ',')
            {
                if (TryRead(text, body, at, hasPri) is { } start) return start;
                if (IsIsoTime(text[body..at])) return None(CloudForwarder);
                if (++commas > MaxHeaderCommas) break;
            }
            else if (c is (byte)'=' or (byte)'|' or (byte)'{' or (byte)'"')
            {
                return None(ForeignFormat(text[body..at], c));
            }
        }
        return None("no PAN-OS CSV: a digit, time, serial and type in the first columns");
    }

    private const string CloudForwarder =
        "the CSV of the cloud forwarder has other columns; forward from the firewall in the default format";

    private static PanOsStart None(string fault) => new(0, 0, 0, "none", Fault: fault);

    private static PanOsStart? TryRead(ReadOnlySpan<byte> text, int body, int comma, bool hasPri)
    {
        // The first column is a digit; some senders leave it empty.
        var csv = comma > body && char.IsAsciiDigit((char)text[comma - 1]) ? comma - 1 : comma;
        if (!IsBoundary(text[body..csv])) return null;
        var at = comma + 1;
        var time = Next(text, ref at, MaxTime);
        var isoTime = PanOsTime.IsIsoShape(time);
        if (!isoTime && !PanOsTime.IsLocalShape(time)) return null;
        if (at > text.Length || !IsWord(Next(text, ref at, MaxWord))) return null;
        var typeStart = at;
        if (at > text.Length) return null;
        var type = Next(text, ref at, MaxWord);
        if (at > text.Length || !IsWord(type)) return null;
        var header = text[body..csv];
        if (header.IndexOf("panwlogs"u8) >= 0) return None(CloudForwarder);
        return new PanOsStart(csv, typeStart, type.Length, SyslogHeader.Shape(header, hasPri), isoTime);
    }

    private static bool IsBoundary(ReadOnlySpan<byte> before) =>
        before.IsEmpty || before[^1] is (byte)' ' or (byte)'\t' or (byte)':' || before.EndsWith("\uFEFF"u8);

    /// <summary>The text up to the next comma, and <paramref name="at"/> behind it; behind the text where no comma
    /// comes within <paramref name="max"/> bytes.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, ref int at, int max)
    {
        var rest = text.Slice(at, Math.Min(max + 1, text.Length - at));
        var length = rest.IndexOf((byte)',');
        at = length < 0 ? text.Length + 1 : at + length + 1;
        return length < 0 ? default : rest[..length];
    }

    private static bool IsWord(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'.')) return false;
        return true;
    }

    private static bool IsIsoTime(ReadOnlySpan<byte> before) =>
        PanOsTime.IsIsoShape(before[(before.LastIndexOf((byte)' ') + 1)..]);

    private static string ForeignFormat(ReadOnlySpan<byte> before, byte at)
    {
        if (before.IndexOf("LEEF:"u8) >= 0) return "LEEF, not the default CSV; the format of such senders is leef";
        if (before.IndexOf("CEF:"u8) >= 0) return "CEF, not the default CSV; the format of such senders is cef";
        return at switch
        {
            (byte)'=' => "key=value text of a custom log format, not the default CSV",
            (byte)'{' => "JSON, not the default CSV",
            _ => "a custom log format, not the default CSV",
        };
    }
}


namespace Assist.Inputs.Formats.PanOs;

/// <summary>Where the CSV of a message begins, and its type.</summary>
/// <param name="HasIsoTime">Its times are ISO 8601, as in the layouts of the cloud forwarder.</param>
/// <param name="Fault">Why there is none; null where there is one.</param>
internal readonly record struct PanOsStart(
    int Csv, int TypeStart, int TypeLength, string Header, bool HasIsoTime = false, string? Fault = null)
{
    private const int MaxTime = 40;
    private const int MaxWord = 64;
    private const int MaxCommas = 4;
    private const int MaxHeader = 1024;

    private const string CloudForwarder =
        "the CSV of the cloud forwarder has other columns; forward from the firewall in the default format";

    private static readonly LogStart s_begins = Begins;

    /// <summary>Behind the comma that follows the type: nothing that comes later has a say in where the CSV
    /// begins.</summary>
    public int End => TypeStart + TypeLength + 1;

    /// <summary>Finds digit, time, serial and type behind the header.</summary>
    public static PanOsStart Find(ref ReadOnlySpan<byte> text, LogFields fields)
    {
        var header = SyslogHeader.Find(ref text, fields, s_begins);
        if (!header.IsFound) return None(header.Fault is { Length: > 0 } fault ? fault : ReasonOf(text[header.Body..]));
        if (text[header.Body..header.End].IndexOf("panwlogs"u8) >= 0) return None(CloudForwarder);
        return Read(text, header.End, header.Shape);
    }

    /// <summary>True where digit, time, serial and type follow each other; some senders leave the digit out.</summary>
    public static bool Begins(ReadOnlySpan<byte> text, int at) => Read(text, at, "").Fault is null;

    private static PanOsStart None(string fault) => new(0, 0, 0, "none", Fault: fault);

    private static PanOsStart Read(ReadOnlySpan<byte> text, int csv, string shape)
    {
        var at = csv < text.Length && char.IsAsciiDigit((char)text[csv]) ? csv + 1 : csv;
        if (at >= text.Length || text[at++] != ',') return None("no digit and comma");
        var time = Next(text, ref at, MaxTime);
        var isoTime = IsoTime.IsShape(time);
        if (at > text.Length || (!isoTime && !SlashTime.IsShape(time))) return None("no time");
        if (!IsWord(Next(text, ref at, MaxWord)) || at > text.Length) return None("no serial");
        var typeStart = at;
        var type = Next(text, ref at, MaxWord);
        if (at > text.Length || !IsWord(type)) return None("no type");
        return new PanOsStart(csv, typeStart, type.Length, shape, isoTime);
    }

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

    // For the operator: what the message looks like instead.
    private static string ReasonOf(ReadOnlySpan<byte> text)
    {
        var commas = 0;
        for (var at = 0; at < text.Length && at < MaxHeader && text[at] != '\n' && commas <= MaxCommas; at++)
        {
            var c = text[at];
            if (c is (byte)'=' or (byte)'|' or (byte)'{' or (byte)'"') return ForeignFormat(text[..at], c);
            if (c != ',') continue;
            var word = text[(text[..at].LastIndexOf((byte)' ') + 1)..at];
            if (IsoTime.IsShape(word)) return CloudForwarder;
            if (commas++ == 0 && SlashTime.IsShape(text[Math.Max(0, at - IsoTime.SecondsLength)..at]))
                return NoFirstColumn;
            if (Begins(text, Math.Max(0, at - 1))) return NotAtEnd;
        }
        return "not a PAN-OS CSV: expected 1,<time>,<serial>,<type>";
    }

    private const string NoFirstColumn =
        "not a PAN-OS CSV: the first column is missing, a digit or nothing and a comma";
    private const string NotAtEnd = "text of another program before the CSV, which is then none of the firewall's";

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

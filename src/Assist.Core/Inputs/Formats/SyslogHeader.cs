using Assist.Inputs.Formats.PanOs;

namespace Assist.Inputs.Formats;

/// <summary>What stands before the text of a message: byte order mark, octet count and PRI, which a frame may have
/// kept, and by name the shape of the rest, for the operator.</summary>
internal static class SyslogHeader
{
    // Time, host and tag of two relays.
    private const int MaxHeaderWords = 12;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Finds where the text after the PRI begins; false where something stands for a PRI that is none
    /// (RFC 5424 6.2.1: 0 to 191, no leading zero). None at all, one cut at its beginning (<c>14></c>) and a second
    /// one from a relay are passed over.</summary>
    public static bool TrySkipPri(ReadOnlySpan<byte> text, out int body, out bool hasPri)
    {
        hasPri = false;
        body = SkipBlanks(text, 0);
        body = SkipOctetCount(text, body);
        if (StartsCutPri(text[body..], out var length))
        {
            body += length;
            return true;
        }
        for (var i = 0; i < 2 && body < text.Length && text[body] == '<'; i++)
        {
            if (!TryReadPri(text[body..], out length)) return false;
            hasPri = true;
            body = SkipBlanks(text, body + length);
        }
        return body == text.Length || text[body] is not ((byte)'<' or (byte)'>');
    }

    /// <summary>True where a version and an ISO time stand: RFC 5424, perhaps without all of its fields.</summary>
    public static bool IsRfc5424(ReadOnlySpan<byte> body)
    {
        var blank = body.IndexOf((byte)' ');
        return blank is > 0 and <= 3 && AreDigits(body[..blank]) && PanOsTime.IsIsoShape(body[(blank + 1)..]);
    }

    /// <summary>The last index of the structured data that begins with '[' at <paramref name="at"/>, or -1 where it is
    /// not closed (RFC 5424 6.3). A comma is legal in a name there, but nobody's; here it means that the bracket
    /// belongs to something else and its end would lie in the middle of the CSV.</summary>
    public static int EndOfStructuredData(ReadOnlySpan<byte> text, int at)
    {
        var quoted = false;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quoted && c == '\\') at++;
            else if (c == '"') quoted = !quoted;
            else if (!quoted && c == ',') return -1;
            else if (!quoted && c == ']')
            {
                if (at + 1 == text.Length || text[at + 1] == ' ') return at;
                if (text[at + 1] != '[') return -1;
            }
        }
        return -1;
    }

    /// <summary>Where to look for the beginning of a log: behind RFC 5424's structured data, else at the body.</summary>
    public static int SkipStructuredData(ReadOnlySpan<byte> text, int body)
    {
        if (!IsRfc5424(text[body..])) return body;
        var at = body;
        for (var word = 0; word < 6; word++)   // version, time, host, application, process, message id
        {
            var blank = text[at..].IndexOf((byte)' ');
            if (blank < 0) return body;
            at += blank + 1;
        }
        if (at == text.Length || text[at] != '[') return body;
        var end = EndOfStructuredData(text, at);
        return end < 0 ? body : end + 1;
    }

    /// <summary>The same without a byte order mark at its end.</summary>
    public static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> header) =>
        header.EndsWith(ByteOrderMark) ? header[..^ByteOrderMark.Length] : header;

    /// <summary>True where nothing but a header stands: a few words, and no text of some program in which an attacker may
    /// have written the beginning of a log (sshd: invalid user CEF:0|…).</summary>
    public static bool IsHeader(ReadOnlySpan<byte> text)
    {
        var words = 0;
        var rfc5424 = IsRfc5424(text);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '[' && rfc5424 && text[at - 1] == ' ')
            {
                // An open one at the end is where Check Point's keys begin.
                var end = at == text.Length - 1 ? at : EndOfStructuredData(text, at);
                if (end < 0) return false;
                at = end;
            }
            else if (c == ' ' && (at == 0 || text[at - 1] != ' '))
            {
                if (++words > MaxHeaderWords) return false;
                // "sshd[7]: text" has a tag; "host : " ends in a colon.
                if (at > 0 && text[at - 1] == ':' && text[at..].TrimStart((byte)' ').Length > 0) return false;
            }
            else if (c is (byte)',' or (byte)'%' or (byte)'\'' or (byte)'(' or (byte)'[')
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The name of the shape, from the bytes between PRI and CSV.</summary>
    public static string Shape(ReadOnlySpan<byte> header, bool hasPri)
    {
        header = header.Trim(" \t"u8);
        if (header.EndsWith(ByteOrderMark)) header = header[..^3];
        if (header.IsEmpty || header.SequenceEqual(":"u8)) return hasPri ? "pri" : "none";
        if (IsRfc5424(header)) return hasPri ? "rfc5424" : "rfc5424-nopri";
        if (PanOsTime.IsIsoShape(header)) return hasPri ? "iso" : "iso-nopri";
        var stamp = BsdStamp(header);
        if (stamp == 0) return hasPri ? "other" : "other-nopri";
        var rest = header[stamp..].TrimStart((byte)' ');
        if (rest.IsEmpty) return hasPri ? "bsd-nohost" : "bsd-nohost-nopri";
        if (rest.EndsWith(":"u8)) return hasPri ? "bsd-host-colon" : "bsd-host-colon-nopri";
        if (rest.EndsWith(" -"u8)) return hasPri ? "bsd-host-dash" : "bsd-host-dash-nopri";
        var second = rest.IndexOf((byte)' ');
        if (second > 0 && BsdStamp(rest[(second + 1)..]) > 0) return hasPri ? "bsd-relayed" : "bsd-relayed-nopri";
        return hasPri ? "bsd" : "bsd-nopri";
    }

    /// <summary>Length of <c>Mmm dd hh:mm:ss</c> at the beginning, with or without a year; 0 where none is.</summary>
    private static int BsdStamp(ReadOnlySpan<byte> text)
    {
        if (text.Length < 14 || text[3] != ' ' || !char.IsAsciiLetterUpper((char)text[0])) return 0;
        var colon = text[..Math.Min(text.Length, 24)].IndexOf((byte)':');
        return colon >= 7 && text.Length >= colon + 6 && text[colon + 3] == ':' && AreDigits(text.Slice(colon + 4, 2))
            ? colon + 6
            : 0;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        if (text[at..].StartsWith(ByteOrderMark)) at += ByteOrderMark.Length;
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t') at++;
        return at;
    }

    // RFC 6587 3.4.1, left by a listener that does not take it off (UDP).
    private static int SkipOctetCount(ReadOnlySpan<byte> text, int at)
    {
        var blank = text.Slice(at, Math.Min(8, text.Length - at)).IndexOf((byte)' ');
        if (blank <= 0 || !AreDigits(text.Slice(at, blank))) return at;
        var next = SkipBlanks(text, at + blank);
        return next < text.Length && text[next] == '<' ? next : at;
    }

    private static bool StartsCutPri(ReadOnlySpan<byte> text, out int length)
    {
        length = text[..Math.Min(4, text.Length)].IndexOf((byte)'>') + 1;
        return length > 1 && AreDigits(text[..(length - 1)]);
    }

    private static bool TryReadPri(ReadOnlySpan<byte> text, out int length)
    {
        length = text[..Math.Min(5, text.Length)].IndexOf((byte)'>') + 1;
        if (length < 3 || !AreDigits(text[1..(length - 1)]) || (text[1] == '0' && length > 3)) return false;
        return length < 5 || text[1] == '1' && (text[2] - '0') * 10 + (text[3] - '0') <= 91;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}

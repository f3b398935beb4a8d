namespace Assist.Inputs.Formats;

/// <summary>The shapes of syslog headers, and of the stamps and words that they are made of.</summary>
internal static class HeaderShape
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>The name of the shape, from the bytes between PRI and CSV.</summary>
    public static string Name(ReadOnlySpan<byte> header, bool hasPri)
    {
        header = header.Trim(" \t"u8);
        if (header.EndsWith(ByteOrderMark)) header = header[..^3];
        if (header.IsEmpty || header.SequenceEqual(":"u8)) return hasPri ? "pri" : "none";
        if (IsRfc5424(header)) return hasPri ? "rfc5424" : "rfc5424-nopri";
        if (IsoTime.IsShape(header)) return hasPri ? "iso" : "iso-nopri";
        var stamp = BsdStamp(header);
        if (stamp == 0) return hasPri ? "other" : "other-nopri";
        var rest = header[stamp..].TrimStart((byte)' ');
        if (rest.IsEmpty) return hasPri ? "bsd-nohost" : "bsd-nohost-nopri";
        if (rest.EndsWith(":"u8)) return hasPri ? "bsd-host-colon" : "bsd-host-colon-nopri";
        if (rest.EndsWith(" -"u8)) return hasPri ? "bsd-host-dash" : "bsd-host-dash-nopri";
        var second = rest.IndexOf((byte)' ');
        if (second > 0 && BsdStamp(WithoutPri(rest[(second + 1)..])) > 0)
            return hasPri ? "bsd-relayed" : "bsd-relayed-nopri";
        return hasPri ? "bsd" : "bsd-nopri";
    }

    /// <summary>True where a version and an ISO time stand: RFC 5424, perhaps without all of its fields.</summary>
    public static bool IsRfc5424(ReadOnlySpan<byte> body)
    {
        var blank = body.IndexOf((byte)' ');
        return blank is > 0 and <= 3 && AreDigits(body[..blank]) && IsoTime.IsDateShape(body[(blank + 1)..]);
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

    /// <summary>Length of <c>Mmm dd hh:mm:ss</c> at the beginning, with or without a year; 0 where none is.</summary>
    public static int BsdStamp(ReadOnlySpan<byte> text)
    {
        if (text.Length < 14 || text[3] != ' ' || !char.IsAsciiLetterUpper((char)text[0])) return 0;
        var colon = text[..Math.Min(text.Length, 24)].IndexOf((byte)':');
        return colon >= 7 && text.Length >= colon + 6 && text[colon + 3] == ':' && AreDigits(text.Slice(colon + 4, 2))
            ? colon + 6
            : 0;
    }

    public static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static ReadOnlySpan<byte> WithoutPri(ReadOnlySpan<byte> text) =>
        text.Length > 0 && text[0] == '<' && SyslogPri.TryRead(text, out var length) ? text[length..] : text;
}

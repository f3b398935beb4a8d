namespace Assist.Inputs.Formats;

/// <summary>What a frame may have kept before the text of a message: byte order mark, octet count and PRI.</summary>
internal static class SyslogPri
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Finds where the text after the PRI begins; false where something stands for a PRI that is none
    /// (RFC 5424 6.2.1: 0 to 191, no leading zero). None at all, one cut at its beginning (<c>14></c>) and a second
    /// one from a relay are passed over.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> text, out int body, out bool hasPri)
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
            if (!TryRead(text[body..], out length)) return false;
            hasPri = true;
            body = SkipBlanks(text, body + length);
        }
        return body == text.Length || text[body] is not ((byte)'<' or (byte)'>');
    }

    /// <summary>Where the next byte stands that is neither a blank nor a TAB, behind any byte order mark.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> text, int at)
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

    /// <summary>True for a PRI from &lt;0&gt; to &lt;191&gt; without leading zeros; its length with the
    /// brackets.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out int length)
    {
        length = text[..Math.Min(5, text.Length)].IndexOf((byte)'>') + 1;
        if (length < 3 || !AreDigits(text[1..(length - 1)]) || (text[1] == '0' && length > 3)) return false;
        return length < 5 || text[1] == '1' && (text[2] - '0') * 10 + (text[3] - '0') <= 91;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}

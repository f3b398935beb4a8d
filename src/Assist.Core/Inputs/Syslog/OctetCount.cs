namespace Assist.Inputs.Syslog;

internal enum OctetCountKind { None, Undecided, Valid, Impossible }

/// <summary>The <c>MSG-LEN SP</c> in front of a counted message (RFC 6587 3.4.1).</summary>
internal static class OctetCount
{
    /// <summary>No firewall writes a message of more than a mebibyte; a larger count is a lie or a lost
    /// stream.</summary>
    public const int MaxValue = 1 << 20;

    private const int MaxDigits = 7;

    // Dates and epochs in front of a line have up to 19 digits; a longer run is neither a count nor a line.
    private const int LongestDigitRun = 20;

    /// <param name="text">Begins at the first byte of a frame, not empty.</param>
    /// <param name="length">Bytes up to and including the SP; the counted octets follow it.</param>
    public static OctetCountKind Read(ReadOnlySpan<byte> text, out int count, out int length)
    {
        count = length = 0;
        if (text[0] is < (byte)'1' or > (byte)'9') return OctetCountKind.None;
        var run = text[..Math.Min(text.Length, LongestDigitRun + 1)];
        var digits = run.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) return run.Length > LongestDigitRun ? OctetCountKind.Impossible : OctetCountKind.Undecided;
        var kind = ReadEnd(text[digits..]);
        if (kind is not OctetCountKind.Valid) return kind;
        // Not read as a line: what follows would be a sender's message body taken for messages of its own.
        if (digits > MaxDigits) return OctetCountKind.Impossible;
        foreach (var digit in text[..digits]) count = count * 10 + (digit - '0');
        length = digits + 1;
        return count > MaxValue ? OctetCountKind.Impossible : OctetCountKind.Valid;
    }

    // Digits alone prove nothing: "2026 Nov 21 ..." is a line. Only a PRI makes the number in front of it a count; some
    // senders write a blank in front of the PRI.
    private static OctetCountKind ReadEnd(ReadOnlySpan<byte> text)
    {
        if (text[0] != ' ') return OctetCountKind.None;
        var pri = text.Length > 1 && text[1] == ' ' ? 2 : 1;
        if (text.Length <= pri) return OctetCountKind.Undecided;
        return text[pri] == '<' ? OctetCountKind.Valid : OctetCountKind.None;
    }
}

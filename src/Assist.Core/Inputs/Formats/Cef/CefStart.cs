namespace Assist.Inputs.Formats.Cef;

/// <summary>The header of a CEF message: seven fields between bars, then the extension.</summary>
internal readonly record struct CefStart
{
    private const string NoCef = "no CEF:0| behind the header";
    private const string TooShort = "the CEF header has fewer than seven fields";

    private static readonly LogStart s_begins = Begins;

    public int Body { get; private init; }
    public Range Vendor { get; private init; }
    public Range Signature { get; private init; }
    public Range Name { get; private init; }
    public int Extension { get; private init; }

    /// <summary>Finds the beginning of a log; false, with the fault in the log, where there is none.</summary>
    public static bool TryFind(ref ReadOnlySpan<byte> text, SessionLog log, out CefStart start)
    {
        start = default;
        var header = log.FindHeader(ref text, s_begins, NoCef);
        if (!header.IsFound) return false;
        if (TryRead(text, header, out start)) return true;
        log.Fault = new ParseFault(TooShort);
        return false;
    }

    /// <summary>True where <c>CEF:0|</c> or <c>CEF: 0|</c> stands, or right behind the PRI <c>0|</c>, which a collector
    /// leaves.</summary>
    public static bool Begins(ReadOnlySpan<byte> text, int at)
    {
        var isNamed = text[at..].StartsWith("CEF:"u8);
        if (!isNamed && at > 0 && text[at - 1] != '>') return false;
        var version = isNamed ? at + 4 : at;
        while (isNamed && version < text.Length && text[version] == ' ') version++;
        return version + 1 < text.Length && char.IsAsciiDigit((char)text[version]) && text[version + 1] == '|';
    }

    private static bool TryRead(ReadOnlySpan<byte> text, SyslogHeader header, out CefStart start)
    {
        start = default;
        Span<int> bars = stackalloc int[7];
        var at = header.End;
        foreach (ref var bar in bars)
        {
            bar = NextBar(text, at);
            if (bar < 0) return false;
            at = bar + 1;
        }
        start = new CefStart
        {
            Body = header.Body,
            Vendor = (bars[0] + 1)..bars[1],
            Signature = (bars[3] + 1)..bars[4],
            Name = (bars[4] + 1)..bars[5],
            Extension = bars[6] + 1,
        };
        return true;
    }

    private static int NextBar(ReadOnlySpan<byte> text, int at)
    {
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '|') return at;
        }
        return -1;
    }
}


namespace Assist.Inputs.Formats.Keyed;

/// <summary>Where the keys of a message begin, behind any syslog header.</summary>
internal readonly ref struct PairStart
{
    // As in PAN-OS: a header is short, and what stands far behind is some field's text.
    private const int MaxHeader = 1024;
    private const int MaxKey = 64;

    public int At { get; private init; }

    /// <summary>Where the text after the PRI begins.</summary>
    public int Body { get; private init; }
    public ReadOnlySpan<byte> First { get; private init; }

    /// <summary>The first key's = follows, not :.</summary>
    public bool IsEquals { get; private init; }
    public string Header { get; private init; }
    public string? Fault { get; private init; }

    /// <summary>Takes the first word that = follows, or :" does, as the first key. RFC 5424's structured data is passed
    /// over, unless it is made of <c>key:"value"</c>.</summary>
    public static PairStart Find(ReadOnlySpan<byte> text)
    {
        if (!SyslogHeader.TrySkipPri(text, out var body, out var hasPri)) return None("the PRI is not <0> to <191>");
        var rfc5424 = SyslogHeader.IsRfc5424(text[body..]);
        var limit = Math.Min(text.Length, body + MaxHeader);
        for (var at = body; at < limit && text[at] != '\n'; at++)
        {
            var c = text[at];
            if (c == '[' && rfc5424 && text[at - 1] == ' ' && IsStructuredData(text[at..]))
            {
                var end = SyslogHeader.EndOfStructuredData(text, at);
                if (end < 0) return None("the structured data is not closed");
                limit = Math.Min(text.Length, limit + end - at);
                at = end;
            }
            else if (c == '=' || (c == ':' && at + 1 < text.Length && text[at + 1] == '"'))
            {
                var start = StartOfWord(text, body, at);
                return new PairStart
                {
                    At = start,
                    Body = body,
                    First = text[start..at],
                    IsEquals = c == '=',
                    Header = SyslogHeader.Shape(text[body..start], hasPri),
                };
            }
            else if (c is (byte)'|' or (byte)'{')
            {
                break;
            }
        }
        return None("no key=value in the message");
    }

    private static PairStart None(string fault) => new() { Header = "none", Fault = fault };

    // [id name="value"]: an = before any :" or ].
    private static bool IsStructuredData(ReadOnlySpan<byte> text)
    {
        var sign = text.IndexOfAny((byte)'=', (byte)'"', (byte)']');
        return sign > 0 && text[sign] != '"' && text[..sign].IndexOf((byte)' ') is var blank && (blank > 0 || text[sign] == ']');
    }

    private static int StartOfWord(ReadOnlySpan<byte> text, int body, int end)
    {
        var start = end;
        while (start > body && end - start < MaxKey
            && (char.IsAsciiLetterOrDigit((char)text[start - 1]) || text[start - 1] is (byte)'_' or (byte)'-' or (byte)'.')) start--;
        return start;
    }
}

namespace Assist.Inputs.Formats;

/// <summary>True where a log of a format begins at that byte of a message.</summary>
internal delegate bool LogStart(ReadOnlySpan<byte> text, int at);

/// <summary>What stands before a log, or why there is none.</summary>
/// <param name="Body">The byte behind the PRI.</param>
/// <param name="End">The byte where the log begins.</param>
/// <param name="Shape">How the message began, for the operator: "bsd", "rfc5424", "none".</param>
internal readonly record struct SyslogHeader(int Body, int End, string Shape, string? Fault = null)
{
    public const string BadPri = "the PRI is not <0> to <191>";
    public const string OpenStructuredData = "the structured data is not closed";

    // Headers of two relays before the sender's own.
    private const int MaxSections = 3;
    public const int MaxLength = 1024;

    // RFC 3164: host and tag. RFC 5424: host, application, process, message id and structured data.
    private const int MaxWords = 2;
    private const int MaxWords5424 = 5;

    public bool IsFound => Fault is null;

    /// <summary>Finds the log that begins where the header ends: behind the PRI, a stamp, the host, the tag or the
    /// structured data, and nowhere else, as what comes later is some program's text, in which a stranger may have
    /// written the beginning of a log (sshd[7]: invalid user 1,2026/...).</summary>
    /// <param name="text">Becomes the whole log where a relay has taken its first word for RFC 5424's APP-NAME.</param>
    /// <param name="fields">Holds that whole log.</param>
    public static SyslogHeader Find(ref ReadOnlySpan<byte> text, LogFields fields, LogStart begins)
    {
        if (!SyslogPri.TrySkip(text, out var body, out var hasPri)) return None(body, BadPri);
        var reader = new HeaderReader(text, body);
        for (var section = 0; section < MaxSections; section++)
        {
            if (section > 0) reader.SkipPri();
            if (begins(text, reader.At)) return Found(text, body, reader.At, hasPri);
            var is5424 = reader.SkipStamp(mayBeNil: section == 0);
            if (begins(text, reader.At)) return Found(text, body, reader.At, hasPri);
            for (var words = 0; words < (is5424 ? MaxWords5424 : MaxWords) && !reader.IsAtSection();)
            {
                if (!reader.TrySkipWord(is5424, begins, out var start)) return None(body, reader.Fault);
                if (start >= 0) return Found(text, body, start, hasPri);
                if (reader.At - body - reader.StructuredData > MaxLength) return None(body, reader.Fault);
                if (is5424 || !reader.IsBehindDash) words++;
                if (is5424 && words == 1 && TryJoin(ref text, fields, reader.At, begins))
                    return Found(text, body, reader.At, hasPri);
                if (begins(text, reader.At)) return Found(text, body, reader.At, hasPri);
                if (reader.IsBehindTag) break;
            }
            if (!reader.IsAtSection()) break;
        }
        return None(body, reader.Fault);
    }

    private static SyslogHeader Found(ReadOnlySpan<byte> text, int body, int at, bool hasPri) =>
        new(body, at, HeaderShape.Name(text[body..at], hasPri));

    private static SyslogHeader None(int body, string? fault) => new(body, body, "none", fault ?? "");

    // 1,2026/11/28 - - - 07:10:08,... or CEF - - [meta sequenceId="1"] 0|...: PROCID, MSGID and structured data stand
    // between the two halves of the log.
    private static bool TryJoin(ref ReadOnlySpan<byte> text, LogFields fields, int at, LogStart begins)
    {
        var blank = text[at..Math.Min(text.Length, at + MaxLength)].IndexOf((byte)' ');
        if (blank <= 0 || !IsFirstHalf(text.Slice(at, blank), out var separator)) return false;
        var end = at + blank;
        var next = end + 1;
        for (var word = 0; word < 2; word++)   // PROCID, MSGID
        {
            var length = text[next..].IndexOf((byte)' ');
            if (length <= 0 || text.Slice(next, length).IndexOfAny(",=\"|"u8) >= 0) return false;
            next += length + 1;
        }
        if (next >= text.Length) return false;
        if (text[next] == '[') next = HeaderShape.EndOfStructuredData(text, next);
        else if (text[next] != '-') return false;
        if (next < 0 || next + 2 >= text.Length || text[next + 1] != ' ') return false;
        var joined = fields.Join(text[..end], separator, text[(next + 2)..]);
        if (!begins(joined, at)) return false;
        text = joined;
        return true;
    }

    private static bool IsFirstHalf(ReadOnlySpan<byte> word, out ReadOnlySpan<byte> separator)
    {
        var isName = word.SequenceEqual("CEF"u8) || word.SequenceEqual("LEEF"u8);
        separator = isName ? ":"u8 : word[^1] == ':' ? default : " "u8;
        return isName || word.SequenceEqual("vArmour"u8) || word.IndexOfAny(",=|:"u8) >= 0;
    }
}

/// <summary>Goes through the header of a message, word by word.</summary>
internal ref struct HeaderReader(ReadOnlySpan<byte> text, int body)
{
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>Where the next word begins.</summary>
    public int At { get; private set; } = body;

    /// <summary>Bytes of structured data that were passed over.</summary>
    public int StructuredData { get; private set; }

    /// <summary>The last word ended in a colon: behind it stands a log, or a program's text.</summary>
    public bool IsBehindTag { get; private set; }

    /// <summary>The last word was a dash.</summary>
    public bool IsBehindDash { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>A PRI or a stamp begins another header.</summary>
    public readonly bool IsAtSection()
    {
        var rest = _text[At..];
        if (rest.IsEmpty) return false;
        return rest[0] == '<' ? SyslogPri.TryRead(rest, out _) : StampLength(rest, mayBeNil: false, out _) > 0;
    }

    public void SkipPri()
    {
        if (At < _text.Length && _text[At] == '<' && SyslogPri.TryRead(_text[At..], out var length)) Skip(At + length);
    }

    /// <summary>True for RFC 5424's version and stamp.</summary>
    /// <param name="mayBeNil">A dash may stand for the stamp; later in a header that is a message id and a
    /// dash.</param>
    public bool SkipStamp(bool mayBeNil)
    {
        IsBehindTag = false;
        if (StampLength(_text[At..], mayBeNil, out var is5424) is var length and > 0) Skip(At + length);
        return is5424;
    }

    /// <param name="start">Where a log begins right behind a colon within the word; negative where none does.</param>
    /// <returns>False where there is no word, or none that a header has.</returns>
    public bool TrySkipWord(bool is5424, LogStart begins, out int start)
    {
        start = -1;
        var at = At;
        if (at >= _text.Length) return false;
        if (is5424 && _text[at] == '[')
        {
            var end = HeaderShape.EndOfStructuredData(_text, at);
            if (end < 0) Fault = SyslogHeader.OpenStructuredData;
            if (end < 0) return false;
            StructuredData += end - at;
            Skip(end + 1);
            return true;
        }
        for (; at < _text.Length && _text[at] is not ((byte)' ' or (byte)'\t'); at++)
        {
            if (at - At > SyslogHeader.MaxLength) return false;
            if (_text[at] is (byte)'\n' or (byte)'=' or (byte)'"' or (byte)'|' or (byte)'{') return false;
            // name:1,2026/... and name[action:"...": a relay has left out the blank.
            var glued = _text[at] == ':' ? at + 1 : _text[at] == '[' ? at : -1;
            if (glued >= 0 && glued < _text.Length && begins(_text, glued)) start = glued;
            if (start >= 0) return true;
            if (_text[at] == '[') return false;
        }
        IsBehindTag = _text[at - 1] == ':';
        IsBehindDash = at - At == 1 && _text[At] == '-';
        Skip(at);
        return true;
    }

    // A byte order mark stands before the text, behind the blank.
    private void Skip(int at) => At = SyslogPri.SkipBlanks(_text, SyslogPri.SkipBlanks(_text, at));

    /// <summary>Bytes of a stamp of any shape, with RFC 5424's version before it; 0 where none is.</summary>
    private static int StampLength(ReadOnlySpan<byte> text, bool mayBeNil, out bool is5424)
    {
        is5424 = false;
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is > 0 and <= 3 && text[digits] == ' ')
        {
            var rest = text[(digits + 1)..];
            is5424 = IsoTime.IsDateShape(rest) || (mayBeNil && rest.StartsWith("- "u8));
            if (is5424) return digits + 1 + ToBlank(rest, rest[0] == '-' ? 1 : IsoTime.SecondsLength);
        }
        // A year, or a version and what else is RFC 3164.
        var stamp = digits is > 0 and <= 4 ? digits + text[digits..].IndexOfAnyExcept((byte)' ') : 0;
        if (stamp > 0 && HeaderShape.BsdStamp(text[stamp..]) is var behind and > 0)
            return ToBlank(text, stamp + behind);
        if (digits == 4 && IsoTime.IsDateShape(text)) return ToBlank(text, IsoTime.SecondsLength);
        return HeaderShape.BsdStamp(text) is var length and > 0 ? ToBlank(text, length) : 0;
    }

    // With the fraction and the offset.
    private static int ToBlank(ReadOnlySpan<byte> text, int at)
    {
        var blank = text[at..].IndexOf((byte)' ');
        return blank < 0 ? text.Length : at + blank;
    }
}


namespace Assist.Inputs.Formats.Keyed;

/// <summary>How a message separates its keys and values.</summary>
internal enum PairStyle
{
    /// <summary>Blanks separate; values stand in quotes or have no blank in them (FortiGate, vArmour).</summary>
    Words,

    /// <summary>Commas separate as well (FortiGate's csv).</summary>
    Commas,

    /// <summary>Values stand in quotes, behind = or :, and ; separates; ] ends the message (Check Point).</summary>
    Quoted,

    /// <summary>A value reaches to the next word that = follows; blanks, commas and ; separate (custom).</summary>
    Loose,

    /// <summary>A value reaches to the next word that = follows; a backslash stands before a = that is data
    /// (CEF).</summary>
    Escaped,

    /// <summary>One byte separates (LEEF).</summary>
    Delimited,
}

/// <summary>One key and its value.</summary>
/// <param name="HasEscapes">Backslashes in the value stand before bytes that would end it.</param>
/// <param name="IsWhole">What ends the value was seen: it is not cut. A line end is no such thing, as a relay puts one
/// behind what it has cut.</param>
internal readonly record struct Pair(
    int Key, int KeyLength, int Value, int ValueLength, bool HasEscapes = false, bool IsWhole = true);

/// <summary>Reads keys and values one after the other, in time linear in the text. Text within quotes never becomes a
/// key. Ends at the first line feed outside quotes.</summary>
internal ref struct PairReader(ReadOnlySpan<byte> text, int start, PairStyle style, byte delimiter = 0)
{
    private const int MaxKey = 64;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at = start;

    public readonly ReadOnlySpan<byte> Text => _text;

    public readonly PairStyle Style => style;

    /// <summary>What made the reader stop before the end; null where it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Where in the text that is.</summary>
    public int FaultAt { get; private set; }

    /// <summary>True where the text's own end mark was seen (Check Point's ]).</summary>
    public bool IsClosed { get; private set; }

    /// <summary>True where the text ends in a key that has no value: it was cut.</summary>
    public bool EndsInKey { get; private set; }

    private readonly bool IsAtEnd => _at >= _text.Length || _text[_at] == '\n';

    public bool TryRead(out Pair pair)
    {
        pair = default;
        while (true)
        {
            while (_at < _text.Length && IsSeparator(_text[_at])) _at++;
            if (IsEnd()) return false;
            var key = _at;
            while (_at < _text.Length && IsKey(_text[_at])) _at++;
            if (_at > key && IsAssignment(out var value))
            {
                pair = ReadValue(key, _at - key, value);
                if (pair.KeyLength <= MaxKey || Fault is not null) return Fault is null;
            }
            else if (_at > key && IsAtEnd)
            {
                EndsInKey = true;
                return false;
            }
            else if (!SkipWord())
            {
                return false;
            }
        }
    }

    private bool IsEnd()
    {
        if (IsAtEnd) return true;
        IsClosed = style == PairStyle.Quoted && _text[_at] == ']';
        return IsClosed;
    }

    private readonly bool IsAssignment(out int value)
    {
        value = _at + 1;
        if (_at >= _text.Length) return false;
        if (_text[_at] == '=') return true;
        return style == PairStyle.Quoted && _text[_at] == ':' && value < _text.Length && _text[value] == '"';
    }

    /// <summary>Passes over a word that is no key. A quote in it means that quotes are out of step.</summary>
    private bool SkipWord()
    {
        while (_at < _text.Length && !IsSeparator(_text[_at]) && _text[_at] != '\n')
        {
            if (_text[_at] == '"' && style is PairStyle.Words or PairStyle.Commas or PairStyle.Quoted)
            {
                Fail("a quote where a key was expected", _at);
                return false;
            }
            _at++;
        }
        return true;
    }

    private Pair ReadValue(int key, int keyLength, int value)
    {
        if (style != PairStyle.Escaped && value < _text.Length && _text[value] == '"')
            return ReadQuoted(key, keyLength, value + 1);
        return style switch
        {
            PairStyle.Loose or PairStyle.Escaped => ReadToNextKey(key, keyLength, value),
            _ => ReadBare(key, keyLength, value),
        };
    }

    private Pair ReadBare(int key, int keyLength, int value)
    {
        _at = value;
        while (_at < _text.Length && !EndsBare(_text[_at])) _at++;
        if (_at == value && style != PairStyle.Delimited)
        {
            // These firewalls write an empty value in quotes.
            if (IsAtEnd) EndsInKey = true;
            else if (style == PairStyle.Quoted) Fail("a key without a value", _at);
        }
        return new Pair(key, keyLength, value, Trimmed(value, _at) - value, IsWhole: !IsAtEnd);
    }

    private Pair ReadQuoted(int key, int keyLength, int value)
    {
        var escapes = false;
        _at = value;
        while (true)
        {
            var found = _text[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                Fail("the quoted value is not closed", value - 1);
                return new Pair(key, keyLength, value, 0);
            }
            _at += found;
            if (_text[_at] == '\\')
            {
                escapes = true;
                _at = Math.Min(_at + 2, _text.Length);
                continue;
            }
            var end = _at++;
            if (_at == _text.Length || EndsQuoted(_text[_at]))
                return new Pair(
                    key, keyLength, value, end - value, escapes, IsWhole: style != PairStyle.Delimited || !IsAtEnd);
            // LEEF has no escapes; only a delimiter behind it makes a quote the closing one.
            if (style == PairStyle.Delimited) continue;
            Fail("text follows the closing quote", _at);
            return new Pair(key, keyLength, value, 0);
        }
    }

    /// <summary>The value ends where a blank, a word of key characters and = follow each other.</summary>
    private Pair ReadToNextKey(int key, int keyLength, int value)
    {
        var escapes = false;
        var word = -1;      // where the present word began, if it may be a key
        _at = value;
        for (; _at < _text.Length && _text[_at] != '\n'; _at++)
        {
            var c = _text[_at];
            if (c == '\\' && style == PairStyle.Escaped)
            {
                escapes = true;
                word = -1;
                _at++;
            }
            else if (IsSeparator(c))
            {
                word = _at + 1;
            }
            else if (c == '=' && word >= 0 && _at > word && _at - word <= MaxKey)
            {
                var next = word;
                _at = next;
                return new Pair(key, keyLength, value, Trimmed(value, next) - value, escapes);
            }
            else if (!IsKey(c))
            {
                word = -1;
            }
        }
        _at = Math.Min(_at, _text.Length);
        return new Pair(key, keyLength, value, Trimmed(value, _at) - value, escapes, IsWhole: !IsAtEnd);
    }

    private void Fail(string fault, int at) => (Fault, FaultAt) = (fault, at);

    private readonly int Trimmed(int start, int end)
    {
        while (end > start && IsTrimmed(_text[end - 1])) end--;
        return end;
    }

    private readonly bool IsTrimmed(byte c) => c == '\r' || (style != PairStyle.Delimited && IsSeparator(c));

    private readonly bool EndsBare(byte c) => c == '\n' || style switch
    {
        PairStyle.Words => c is (byte)' ' or (byte)'\t',
        PairStyle.Quoted => c is (byte)' ' or (byte)'\t' or (byte)';' or (byte)']',
        PairStyle.Delimited => c == delimiter,
        _ => IsSeparator(c),
    };

    private readonly bool EndsQuoted(byte c) =>
        c is (byte)'\n' or (byte)'\r' or 0 || IsSeparator(c) || (style == PairStyle.Quoted && c == ']');

    private readonly bool IsSeparator(byte c) => style switch
    {
        PairStyle.Delimited => c == delimiter,
        PairStyle.Escaped or PairStyle.Words => c is (byte)' ' or (byte)'\t',
        PairStyle.Commas => c is (byte)' ' or (byte)'\t' or (byte)',',
        PairStyle.Quoted => c is (byte)' ' or (byte)'\t' or (byte)';',
        _ => c is (byte)' ' or (byte)'\t' or (byte)',' or (byte)';',
    };

    /// <summary>Bytes of the key that stands there; 0 where none does.</summary>
    public static int KeyLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && length <= MaxKey && IsKey(text[length])) length++;
        return length < text.Length && length <= MaxKey ? length : 0;
    }

    private static bool IsKey(byte c) =>
        char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'-' or (byte)'.';
}

using System.Globalization;
using System.Text;

namespace Assist.Import;

/// <summary>Backslash escapes of Python's string literals (Python 2 reference, 2.4.1).</summary>
internal static class PyEscapes
{
    /// <param name="unicode">True for u'...': only there does Python 2 read \u.</param>
    public static string Decode(string body, bool unicode)
    {
        if (!body.Contains('\\', StringComparison.Ordinal)) return body;
        var text = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\' || i + 1 == body.Length)
            {
                text.Append(body[i]);
                continue;
            }
            i += Escape(body.AsSpan(i + 1), unicode, text);
        }
        return text.ToString();
    }

    /// <summary>Appends what stands behind a backslash and says how many characters it took.</summary>
    private static int Escape(ReadOnlySpan<char> rest, bool unicode, StringBuilder text)
    {
        var simple = rest[0] switch
        {
            '\\' or '\'' or '"' => rest[0],
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => '\0',
        };
        if (simple != '\0')
        {
            text.Append(simple);
            return 1;
        }
        if (rest[0] == '\n') return 1;
        if (rest[0] == 'x' && TryHex(rest, 2, text)) return 3;
        if (rest[0] == 'u' && unicode && TryHex(rest, 4, text)) return 5;
        if (rest[0] is >= '0' and <= '7') return Octal(rest, text);
        // An escape that Python does not know stays as it is, which is why '\d' works in a pattern.
        text.Append('\\').Append(rest[0]);
        return 1;
    }

    private static bool TryHex(ReadOnlySpan<char> rest, int digits, StringBuilder text)
    {
        if (rest.Length <= digits) return false;
        if (!int.TryParse(
            rest.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return false;
        text.Append((char)code);
        return true;
    }

    private static int Octal(ReadOnlySpan<char> rest, StringBuilder text)
    {
        int length = 0, code = 0;
        while (length < 3 && length < rest.Length && rest[length] is >= '0' and <= '7')
            code = code * 8 + (rest[length++] - '0');
        text.Append((char)(code & 0xff));
        return length;
    }
}

using System.Globalization;
using System.Text;

namespace Assist.Import;

/// <summary>Writes values so that YAML reads back the same text, whatever is in it.</summary>
internal static class YamlText
{
    /// <summary>A text in quotes. Single quotes leave everything as it is; only control characters need the double
    /// ones.</summary>
    public static string Quote(string value)
    {
        var text = WellFormed(value);
        if (!text.Any(NeedsEscape)) return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (NeedsEscape(c)) quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Bare where that is safe, such as Ethernet1 or src_ip.</summary>
    public static string Word(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/' or '.')
        && !IsReserved(text)
            ? text
            : Quote(text);

    public static string Words(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Word))}]";

    public static string Quotes(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";

    /// <summary>For a comment: one line, whatever the text.</summary>
    public static string Line(string text) =>
        string.Concat(WellFormed(text).Select(c => NeedsEscape(c) ? ' ' : c));

    private static bool NeedsEscape(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\uffff' or '\ufffe';

    /// <summary>Half a surrogate pair, which an escape can make, has no place in a file.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    // What YAML 1.1 readers take for something else than a text.
    private static bool IsReserved(string text) =>
        text.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n";
}

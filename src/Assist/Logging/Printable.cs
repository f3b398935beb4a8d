using System.Globalization;

namespace Assist.Logging;

/// <summary>Text for a terminal or a log line, whatever it came from.</summary>
internal static class Printable
{
    public static string Of(string text)
    {
        using var output = new StringWriter();
        Write(output, text);
        return output.ToString();
    }

    /// <summary>Control characters and the invisible ones that reorder text are written as \xNN or \uNNNN.</summary>
    public static void Write(TextWriter output, string text)
    {
        foreach (var c in text)
        {
            if (!IsHidden(char.GetUnicodeCategory(c))) output.Write(c);
            else output.Write(c <= 0xff ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");
        }
    }

    private static bool IsHidden(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

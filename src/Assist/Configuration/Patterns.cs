using System.Text.RegularExpressions;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>Whether a rule's pattern can be used: matching takes time linear in the message, whatever the
/// pattern.</summary>
public static class Patterns
{
    // The text repeats at most this often in one match; more states than that are a mistake, and cost memory.
    private const int MaxLength = 1024;
    /// <summary>Null where it can be used, else what is wrong, in words to follow the pattern.</summary>
    public static string? Fault(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxLength) return $"is longer than {MaxLength} characters";
        try
        {
            _ = new FieldPattern(pattern);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"is not a regular expression: {Reason(e)} at character {e.Offset}";
        }
        catch (NotSupportedException)
        {
            return "uses a lookaround, a backreference or another construct whose time to match has no bound; "
                + "write it as several patterns or as a rule of its own";
        }
        catch (ArgumentException e)
        {
            return $"is not a regular expression: {e.Message}";
        }
    }

    // "Invalid pattern 'x(' at offset 2. Not enough )'s." The pattern and the place are said already.
    private static string Reason(RegexParseException e)
    {
        var mark = $" at offset {e.Offset}. ";
        var at = e.Message.IndexOf(mark, StringComparison.Ordinal);
        var text = at < 0 ? e.Message : e.Message[(at + mark.Length)..];
        return text.Length == 0 ? "unreadable" : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
    }
}

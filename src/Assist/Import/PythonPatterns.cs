using Assist.Configuration;

namespace Assist.Import;

/// <summary>Whether a pattern means here what it meant to Python's re.</summary>
internal static class PythonPatterns
{
    // Both sides compile these, and mean different things by them.
    private static readonly (string Text, string Instead)[] s_differences =
    [
        ("(?P", "Python's named groups; write plain parentheses"),
        ("\\Z", "\\Z, which is \\z here"),
        ("\\z", "\\z, which Python reads as the letter z"),
        ("\\G", "\\G, which Python reads as the letter G"),
        ("\\e", "\\e, which Python reads as the letter e"),
        ("\\c", "\\c, which Python reads as the letter c"),
        ("\\k", "\\k, which Python reads as the letter k"),
        ("\\p", "\\p, which Python reads as the letter p"),
        ("\\P", "\\P, which Python reads as the letter P"),
        ("{,", "{,n}, which Python reads as {0,n}"),
        ("-[", "-[ in a set, which subtracts here; put the - first"),
    ];

    /// <summary>Null where it does, else the reason, in words to follow the pattern.</summary>
    public static string? Fault(string pattern)
    {
        var bare = WithoutEscapedBackslashes(pattern);
        foreach (var (text, instead) in s_differences)
            if (bare.Contains(text, StringComparison.Ordinal) && (text != "-[" || IsInSet(bare)))
                return $"uses {instead}";
        return Patterns.Fault(pattern);
    }

    // So that the z of \\z is seen to be a letter.
    private static string WithoutEscapedBackslashes(string pattern) =>
        pattern.Replace("\\\\", "\0\0", StringComparison.Ordinal);

    private static bool IsInSet(string pattern)
    {
        var at = pattern.IndexOf("-[", StringComparison.Ordinal);
        var open = pattern.LastIndexOf('[', at);
        return open >= 0 && pattern.IndexOf(']', open, at - open) < 0;
    }
}

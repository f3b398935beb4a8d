namespace Assist.Configuration;

/// <summary>What the parser refuses, in words of somebody who writes a configuration and not a grammar.</summary>
internal static class ParserWords
{
    private const string Backslash =
        "a backslash in double quotes begins an escape; write it twice, or take single quotes";

    // A part of the parser's sentence, and what it means to an operator.
    private static readonly (string Part, string Means)[] s_meanings =
    [
        ("invalid mapping", "a second colon stands in this value; quote the value, or begin a line of its own"),
        ("expected ':'", "a colon is missing behind the key"),
        ("expected key", "a key with its colon is expected here; keys of one section begin in one column"),
        ("'-' indicator", "an entry of the list is expected here; begin it with \"- \", in the column of the others"),
        ("',' or '}'", "a comma or the closing brace is missing before this"),
        ("',' or ']'", "a comma or the closing bracket is missing before this"),
        ("quoted scalar, found unexpected end of stream", "the quote that is opened here is not closed"),
        ("wrong indentation", "this line is part of a quoted value and must be indented deeper than its key"),
        ("cannot start any token", "a value cannot begin with this character; quote the value"),
        ("unknown escape character", Backslash),
        ("hexadecimal number", Backslash),
        ("tab character", "a tab indents this line; YAML takes blanks only"),
        ("invalid tab", "a tab indents this line; YAML takes blanks only"),
        ("invalid comment", "a blank is missing before the #"),
        ("a comment between", "a comment stands within a value; end the value before it"),
        ("document", "the configuration is one document without --- and ... in it"),
    ];

    public static string Of(string message)
    {
        foreach (var (part, means) in s_meanings)
            if (message.Contains(part, StringComparison.Ordinal)) return means;
        var text = message.ReplaceLineEndings(" ").TrimEnd('.');
        // "While scanning what the grammar calls it, found this".
        var comma = text.IndexOf(", ", StringComparison.Ordinal);
        if (comma > 0 && text.StartsWith("While ", StringComparison.Ordinal)) text = text[(comma + 2)..].TrimStart();
        return text.Length == 0 ? "unreadable" : char.ToLowerInvariant(text[0]) + text[1..];
    }
}

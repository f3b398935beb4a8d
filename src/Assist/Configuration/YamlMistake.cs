namespace Assist.Configuration;

/// <summary>A mistake that a text has, and the cure.</summary>
/// <param name="Line">From 1, as the column.</param>
/// <param name="Mended">The text without it, for the search for more; null where only its writer can mend it.</param>
internal readonly record struct YamlFault(int Line, int Column, string Cure, string? Mended);

/// <summary>Finds the line that an operator has to mend, and the cure. The parser names the place where it could not
/// go on, which is often another line, and in words of its own grammar.</summary>
internal static class YamlMistake
{
    /// <param name="text">What the parser has refused.</param>
    /// <param name="stoppedAt">The line where it did, from 1.</param>
    /// <returns>Null where no common mistake is found.</returns>
    public static YamlFault? Find(string text, int stoppedAt)
    {
        var lines = text.Split('\n').Select((line, i) => new YamlLine(line.TrimEnd('\r'), i + 1)).ToList();
        if (Tab(lines) is { } tab) return tab;
        var bracket = YamlBrackets.Find(text);
        var brackets = 0;
        List<YamlLine> before = [];
        foreach (var line in lines.Where(line => !line.IsEmpty && line.Number <= stoppedAt + 1))
        {
            if (bracket is { } open && open.Line <= line.Number) return open;
            if (brackets == 0 && Fault(line, before, lines) is { } fault) return fault;
            brackets += line.Brackets;
            before.Add(line);
        }
        return bracket;
    }

    // Within brackets a tab is as good as a blank.
    private static YamlFault? Tab(List<YamlLine> lines)
    {
        var brackets = 0;
        foreach (var line in lines.Where(line => !line.IsEmpty))
        {
            if (brackets == 0 && line.TabAt >= 0)
                return new YamlFault(
                    line.Number, line.TabAt + 1, "a tab indents this line; YAML takes blanks only",
                    string.Join('\n', lines.Select(each => each.WithoutTabs)));
            brackets += line.Brackets;
        }
        return null;
    }

    private static YamlFault? Fault(YamlLine line, List<YamlLine> before, List<YamlLine> lines)
    {
        var next = lines.Find(each => !each.IsEmpty && each.Number > line.Number);
        if (line.FaultOfKey(next) is var (cure, mended))
            return new YamlFault(
                line.Number, line.Indent + 1, cure,
                string.Join('\n', lines.Select(each => each == line ? mended : each.Text)));
        return before.Count > 0 && line.Key is not null && FaultOfIndent(line, before) is { } fault
            ? new YamlFault(line.Number, line.Indent + 1, fault, null) : null;
    }

    private static string? FaultOfIndent(YamlLine line, List<YamlLine> before)
    {
        var last = before[^1];
        if (line.Indent > last.KeyIndent && last.HasValue)
            return $"this line is indented deeper than line {last.Number}, which has a value already; keys of one "
                + "section begin in one column";
        if (line.Indent == last.Indent && last.IsItem && !line.IsItem && last.Indent > 0)
            return $"this line belongs to the entry that begins in line {last.Number}: indent it by 2 more, as the key "
                + "there";
        return line.Indent < last.KeyIndent && !line.IsItem
            && before.TrueForAll(each => each.KeyIndent != line.Indent && each.Indent != line.Indent)
            ? "this line is indented like none above it; keys of one section begin in one column"
            : null;
    }
}

/// <summary>One line of YAML, as far as one line shows it.</summary>
internal sealed class YamlLine
{
    private readonly string _content;
    private readonly int _colon;

    public YamlLine(string text, int number)
    {
        (Number, Text) = (number, text);
        var trimmed = text.TrimStart();
        Indent = text.Length - trimmed.Length;
        TabAt = text.AsSpan(0, Indent).IndexOf('\t');
        IsItem = trimmed.StartsWith("- ", StringComparison.Ordinal);
        _content = IsItem ? trimmed[2..].TrimStart() : trimmed;
        KeyIndent = text.Length - _content.Length;
        IsEmpty = trimmed.Length == 0 || trimmed[0] == '#';
        _colon = ColonAt(_content);
    }

    /// <summary>From 1.</summary>
    public int Number { get; }
    public string Text { get; }

    /// <summary>With two blanks for each tab that indents it.</summary>
    public string WithoutTabs => Text[..Indent].Replace("\t", "  ", StringComparison.Ordinal) + Text[Indent..];

    /// <summary>Blanks before it, and before its key where it begins an entry of a list.</summary>
    public int Indent { get; }
    public int KeyIndent { get; }
    public int TabAt { get; }
    public bool IsItem { get; }
    public bool IsEmpty { get; }

    public string? Key => _colon > 0 ? _content[.._colon] : null;

    public bool HasValue => _content is ['{' or '[', ..]
        || (_colon > 0 && _content[(_colon + 1)..].TrimStart() is { Length: > 0 } value
            && value[0] is not ('#' or '|' or '>'));

    /// <summary>Brackets and braces that it opens and leaves open.</summary>
    public int Brackets => _content.Count(c => c is '[' or '{') - _content.Count(c => c is ']' or '}');

    /// <summary>What is wrong with a line that should begin with a key and does not, and the line without it.</summary>
    /// <param name="next">The line after it that is not empty.</param>
    public (string Cure, string Mended)? FaultOfKey(YamlLine? next)
    {
        if (!IsItem && _colon > 0 && _content[0] == '-' && char.IsAsciiLetter(_content[1]))
            return Mended("a blank is missing behind the dash", $"- {_content[1..]}");
        var length = _content.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_').Count();
        if (_colon > 0 || IsItem || length == 0) return null;
        var (key, rest) = (_content[..length], _content[length..].TrimEnd());
        if (rest.Length == 0)
            return next is { Key: not null } && next.Indent > Indent
                ? Mended("a colon is missing behind the key", $"{key}:") : null;
        if (rest[0] == ':' && rest.Length > 1 && rest[1] != '/')
            return Mended("a blank is missing behind the colon", $"{key}: {rest[1..].TrimStart()}");
        return rest[0] == ' ' && rest.TrimStart() is { Length: > 0 } value && value[0] != '#'
            ? Mended("a colon is missing behind the key", $"{key}: {value}")
            : null;
    }

    private (string Cure, string Mended) Mended(string fault, string content) =>
        ($"{fault}; write {content}", Text[..Indent] + content);

    private static int ColonAt(string content)
    {
        var quote = '\0';
        for (var i = 0; i < content.Length; i++)
        {
            if (quote != '\0') quote = content[i] == quote ? '\0' : quote;
            else if (content[i] is '"' or '\'') quote = content[i];
            // What comes after a bracket is no key of a line.
            else if (content[i] is '{' or '[') return -1;
            else if (content[i] == ':' && (i + 1 == content.Length || content[i + 1] is ' ' or '\t')) return i;
        }
        return -1;
    }
}

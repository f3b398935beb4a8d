namespace Assist.Configuration;

/// <summary>Finds the bracket, brace or quote that is not closed. The parser tells the place where it could not go on,
/// which is often many lines below.</summary>
internal sealed class YamlBrackets
{
    private readonly List<(char Open, int Line, int Column)> _open = [];
    private (char Quote, int Line, int Column)? _quote;
    private int _line = 1;
    private int _column;

    // What stands before a character decides whether it is one of YAML's own or one of a text.
    private char _last = '\n';
    private bool _isAfterBlank = true;

    /// <summary>Null where all are closed, or where a block of text (| or &gt;) may hold what looks like one.</summary>
    public static YamlFault? Find(string text)
    {
        if (text.Contains(": |", StringComparison.Ordinal) || text.Contains(": >", StringComparison.Ordinal))
            return null;
        return new YamlBrackets().Scan(text);
    }

    private YamlFault? Scan(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _column++;
            if (_quote is { } quote) Quoted(quote.Quote, text, ref i);
            else if (c == '#' && _isAfterBlank) i = EndOfLine(text, i) - 1;
            else if (Take(c) is { } fault) return fault;
            if (c == '\n') EndLine();
        }
        if (_quote is { } left) return new YamlFault(left.Line, left.Column, "this quote is not closed", null);
        return _open is [.., var (open, line, column)]
            ? new YamlFault(line, column, $"this {open} is not closed; write {Closing(open)} where it ends", null)
            : null;
    }

    private void EndLine()
    {
        (_line, _column, _isAfterBlank) = (_line + 1, 0, true);
        if (_open.Count == 0) _last = '\n';
    }

    private void Quoted(char quote, string text, ref int at)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        // A doubled single quote, or an escaped double one, stands for itself.
        if ((quote == '\'' && text[at] == quote && next == quote) || (quote == '"' && text[at] == '\\' && next != '\n'))
        {
            at++;
            _column++;
        }
        else if (text[at] == quote) (_quote, _last, _isAfterBlank) = (null, quote, false);
    }

    private YamlFault? Take(char c)
    {
        var isBegin = IsBegin;
        if (!char.IsWhiteSpace(c)) (_last, _isAfterBlank) = (c, false);
        else _isAfterBlank = true;
        if (c is '"' or '\'' && isBegin) _quote = (c, _line, _column);
        else if (c is '[' or '{' && (isBegin || _open.Count > 0)) _open.Add((c, _line, _column));
        else if (c is ']' or '}' && _open.Count > 0) return Close(c);
        return null;
    }

    private YamlFault? Close(char c)
    {
        var (open, line, column) = _open[^1];
        if (Closing(open) != c)
            return new YamlFault(
                _line, _column, $"{Closing(open)} is missing here: the {open} of {line}:{column} is not closed", null);
        _open.RemoveAt(_open.Count - 1);
        return null;
    }

    // A value begins behind a blank that follows one of these, and within brackets right behind them too.
    private bool IsBegin => _isAfterBlank ? _last is '\n' or ':' or '-' or ',' or '[' or '{' or '?'
        : _open.Count > 0 && _last is ',' or '[' or '{' or ':';

    private static char Closing(char open) => open == '[' ? ']' : '}';

    private static int EndOfLine(string text, int from) =>
        text.IndexOf('\n', from) is var end and >= 0 ? end : text.Length;
}

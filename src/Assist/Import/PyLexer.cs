using System.Text;

namespace Assist.Import;

internal enum PyTokenKind
{
    Name,
    Number,
    Text,

    /// <summary>An f-string: its value depends on code.</summary>
    FormattedText,
    Operator,
    NewLine,
    End,
}

internal readonly record struct PyToken(PyTokenKind Kind, string Text, int Line, int Column)
{
    public bool Is(string text) => Kind is PyTokenKind.Operator or PyTokenKind.Name && Text == text;
}

/// <summary>Splits Python source into tokens (Python reference, 2 "Lexical analysis"). Blocks are told by the column of
/// a line's first token, so that no indentation tokens are needed.</summary>
internal sealed class PyLexer(string text)
{
    private static readonly string[] s_operators =
    [
        "**=", "//=", ">>=", "<<=", "...", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "==", "!=", "<=", ">=",
        "<>", "->", ":=", "**", "//", ">>", "<<",
    ];

    private readonly List<PyToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _depth;

    /// <summary>What stopped the splitting; the text before it has been split.</summary>
    public (string Message, int Line, int Column)? Fault { get; private set; }

    public IReadOnlyList<PyToken> Split()
    {
        if (text.StartsWith('\uFEFF')) _lineStart = _at = 1;
        while (_at < text.Length && Fault is null) Next();
        Add(PyTokenKind.NewLine, "");
        Add(PyTokenKind.End, "");
        return _tokens;
    }

    private void Next()
    {
        var c = text[_at];
        if (c is '\n' or '\r') EndLine();
        else if (c is ' ' or '\t' or '\f') _at++;
        else if (c == '#') while (_at < text.Length && text[_at] is not ('\n' or '\r')) _at++;
        else if (c == '\\' && _at + 1 < text.Length && text[_at + 1] is '\n' or '\r') Continue();
        else if (StringPrefix() is { } prefix) String(prefix);
        else if (char.IsAsciiLetter(c) || c == '_') Add(PyTokenKind.Name, Run(IsWord));
        else if (char.IsAsciiDigit(c)) Add(PyTokenKind.Number, Run(ch => IsWord(ch) || ch == '.'));
        else Operator();
    }

    private void EndLine()
    {
        if (_depth == 0 && _tokens.Count > 0 && _tokens[^1].Kind != PyTokenKind.NewLine) Add(PyTokenKind.NewLine, "");
        StepLine();
    }

    private void Continue()
    {
        _at++;
        StepLine();
    }

    private void StepLine()
    {
        if (text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n') _at++;
        _at++;
        _line++;
        _lineStart = _at;
    }

    private void Operator()
    {
        var at = _at;
        var found = Array.Find(s_operators, o => string.CompareOrdinal(text, at, o, 0, o.Length) == 0)
            ?? text[at].ToString();
        if (found is "(" or "[" or "{") _depth++;
        if (found is ")" or "]" or "}") _depth = Math.Max(0, _depth - 1);
        Add(PyTokenKind.Operator, found);
        _at += found.Length;
    }

    private void Add(PyTokenKind kind, string value)
    {
        var begin = kind is PyTokenKind.Name or PyTokenKind.Number ? _at - value.Length : _at;
        _tokens.Add(new PyToken(kind, value, _line, begin - _lineStart + 1));
    }

    private string Run(Func<char, bool> belongs)
    {
        var begin = _at;
        while (_at < text.Length && belongs(text[_at])) _at++;
        return text[begin.._at];
    }

    /// <summary>The letters before a quote, or null where no string begins here.</summary>
    private string? StringPrefix()
    {
        var end = _at;
        while (end < text.Length && end - _at < 3 && char.IsAsciiLetter(text[end])) end++;
        if (end == text.Length || text[end] is not ('\'' or '"')) return null;
        var prefix = text[_at..end].ToLowerInvariant();
        return prefix is "" or "r" or "u" or "b" or "f" or "ur" or "br" or "rb" or "fr" or "rf" ? prefix : null;
    }

    private void String(string prefix)
    {
        var (line, column, quote) = (_line, _at - _lineStart + 1, text[_at + prefix.Length]);
        _at += prefix.Length;
        var triple = string.CompareOrdinal(text, _at, new string(quote, 3), 0, 3) == 0;
        _at += triple ? 3 : 1;
        var body = new StringBuilder();
        while (!Closes(quote, triple))
        {
            if (_at >= text.Length || (!triple && text[_at] is '\n' or '\r'))
            {
                Fault = ("this text is not closed; its quote is missing", line, column);
                return;
            }
            Character(body);
        }
        _at += triple ? 3 : 1;
        var raw = prefix.Contains('r', StringComparison.Ordinal);
        var value = raw ? body.ToString()
            : PyEscapes.Decode(body.ToString(), prefix.Contains('u', StringComparison.Ordinal));
        var kind = prefix.Contains('f', StringComparison.Ordinal) ? PyTokenKind.FormattedText : PyTokenKind.Text;
        _tokens.Add(new PyToken(kind, value, line, column));
    }

    private bool Closes(char quote, bool triple) =>
        _at < text.Length && text[_at] == quote
        && (!triple || string.CompareOrdinal(text, _at, new string(quote, 3), 0, 3) == 0);

    // An escaped character is kept with its backslash, so that an escaped quote does not close the text.
    private void Character(StringBuilder body)
    {
        var escaped = text[_at] == '\\' && _at + 1 < text.Length;
        if (escaped) body.Append(text[_at++]);
        if (text[_at] is '\n' or '\r')
        {
            body.Append('\n');
            StepLine();
            return;
        }
        body.Append(text[_at++]);
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}

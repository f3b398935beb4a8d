namespace Assist.Import;

/// <summary>Reads a config.py without running it: assignments are evaluated, imports and functions are passed over, and
/// everything else is refused, since guessing at it could change what the switch drops.</summary>
public sealed class ConfigPyReader
{
    private readonly HashSet<string> _imported = new(StringComparer.Ordinal);
    private readonly PyModule _common;
    private readonly PyModule _module;
    private readonly PyExpressions _source;
    private bool _behindSemicolon;

    private bool AtLineEnd => _source.Peek.Kind is PyTokenKind.NewLine or PyTokenKind.End;

    private ConfigPyReader(IReadOnlyList<PyToken> tokens, string path, PyModule common)
    {
        (_module, _common) = (new PyModule(path), common);
        _source = new PyExpressions(tokens, _module, common, _imported);
    }

    /// <param name="common">What `from config_common import *` brings; null takes the original's own values.</param>
    public static PyReading Read(string text, string path, PyModule? common = null)
    {
        var lexer = new PyLexer(text);
        var tokens = lexer.Split();
        if (lexer.Fault is { } fault)
            return new PyReading(null, new PyError(new PyPosition(path, fault.Line, fault.Column), fault.Message));
        var reader = new ConfigPyReader(tokens, path, common ?? OriginalDefaults.Common);
        while (reader._source.Peek.Kind != PyTokenKind.End)
            if (!reader.Statement()) return new PyReading(null, reader._source.Error);
        return new PyReading(reader._module, null);
    }

    private bool Statement()
    {
        var first = _source.Peek;
        if (first.Kind == PyTokenKind.NewLine || first.Is(";"))
        {
            _behindSemicolon = _source.Take().Is(";");
            return true;
        }
        if (first.Column > 1 && !_behindSemicolon)
            return Refuse(first, "this line is indented; begin it in the first column");
        if (first.Kind == PyTokenKind.Text) return Description();
        if (first.Is("@")) return SkipLine();
        if (first.Kind != PyTokenKind.Name)
            return Refuse(first, $"\"{first.Text}\" begins no assignment; remove the line");
        return first.Text switch
        {
            "import" => Import(),
            "from" => FromImport(),
            "pass" => SkipLine(),
            "def" or "class" or "async" => SkipBlock(),
            "if" when _source.PeekSecond.Is("__name__") => SkipBlock(),
            "if" or "elif" or "else" or "for" or "while" or "try" or "except" or "finally" or "with" =>
                Refuse(first, $"\"{first.Text}\" needs a running Python; leave only the assignments that apply to you"),
            "print" or "del" or "exec" or "global" or "assert" or "raise" or "return" =>
                Refuse(first, $"\"{first.Text}\" is not part of a configuration; remove the line"),
            _ => Assignment(),
        };
    }

    private bool Assignment()
    {
        var targets = new List<PyToken> { _source.Take() };
        var unpacks = false;
        while (_source.Peek.Is(",") && _source.PeekSecond.Kind == PyTokenKind.Name)
        {
            unpacks = true;
            _source.Take();
            targets.Add(_source.Take());
        }
        if (!_source.TryTake("=")) return RefuseTarget(targets[^1], _source.Peek);
        while (!unpacks && _source.Peek.Kind == PyTokenKind.Name && _source.PeekSecond.Is("="))
        {
            targets.Add(_source.Take());
            _source.Take();
        }
        if (_source.Tuple() is not { } value) return false;
        if (!unpacks) targets.ForEach(target => _module.Assign(target.Text, value));
        else if (value is PyList list && list.Items.Count == targets.Count)
            for (var i = 0; i < targets.Count; i++) _module.Assign(targets[i].Text, list.Items[i]);
        else return Refuse(
            targets[0], $"{targets.Count} names need a tuple of {targets.Count} values; assign them one by one");
        return EndOfStatement();
    }

    private bool RefuseTarget(PyToken name, PyToken next) => Refuse(next, next.Text switch
    {
        "(" => $"a call of {name.Text} needs a running Python; write its result instead, or remove the line",
        "[" or "." => $"part of {name.Text} is changed here; write the whole value in one assignment instead",
        ":" => $"remove the type of {name.Text} and write {name.Text} = value",
        ['+' or '-' or '*' or '/' or '%' or '|' or '&', .., '='] =>
            $"\"{next.Text}\" changes an earlier value; write the whole value in one assignment instead",
        _ => $"\"=\" is missing behind {name.Text}; only assignments are read",
    });

    private bool EndOfStatement()
    {
        var next = _source.Peek;
        if (next.Kind is PyTokenKind.NewLine or PyTokenKind.End || next.Is(";")) return true;
        if (next.Is("if") || next.Is("or") || next.Is("and") || next.Is("for"))
            return Refuse(next, $"\"{next.Text}\" needs a running Python; write the resulting value instead");
        return Refuse(next, $"\"{next.Text}\" cannot be read here; an assignment ends before it");
    }

    /// <summary>A text that stands alone describes the file.</summary>
    private bool Description()
    {
        while (_source.Peek.Kind == PyTokenKind.Text) _source.Take();
        return EndOfStatement();
    }

    private bool Import()
    {
        while (!AtLineEnd)
            if (_source.Take() is { Kind: PyTokenKind.Name } token) _imported.Add(token.Text);
        return true;
    }

    private bool FromImport()
    {
        var from = _source.Take();
        var name = "";
        while (!_source.Peek.Is("import") && _source.Peek.Kind is PyTokenKind.Name or PyTokenKind.Operator)
            name = _source.Take().Text;
        if (!_source.TryTake("import")) return Refuse(from, "\"import\" is missing in this line");
        var isCommon = name == "config_common";
        if (!_source.Peek.Is("*")) return FromImportNames(isCommon);
        if (!isCommon)
            return Refuse(
                from, $"{name} is not known, so neither are the values it brings; write those you need in this file");
        _module.Include(_common);
        return SkipLine();
    }

    private bool FromImportNames(bool isCommon)
    {
        while (!AtLineEnd)
        {
            if (_source.Take() is not { Kind: PyTokenKind.Name } token) continue;
            _imported.Add(token.Text);
            if (isCommon && _common.Find(token.Text) is { } value) _module.Assign(token.Text, value);
        }
        return true;
    }

    private bool SkipLine()
    {
        while (!AtLineEnd) _source.Take();
        return true;
    }

    /// <summary>The line and all indented ones below it: nothing in a function changes a value before it is
    /// called.</summary>
    private bool SkipBlock()
    {
        do
        {
            SkipLine();
            if (_source.Peek.Kind == PyTokenKind.NewLine) _source.Take();
        }
        while (_source.Peek.Kind != PyTokenKind.End && _source.Peek.Column > 1);
        return true;
    }

    private bool Refuse(PyToken token, string message)
    {
        _source.Refuse(token, message);
        return false;
    }
}

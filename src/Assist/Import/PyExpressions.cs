using System.Globalization;

namespace Assist.Import;

/// <summary>Reads the expressions a configuration is made of: literals, names, lists, dictionaries, +, - and *, and %
/// on texts. Whatever needs a running Python is refused at its place.</summary>
internal sealed class PyExpressions(
    IReadOnlyList<PyToken> tokens, PyModule module, PyModule common, HashSet<string> imported)
{
    private const int MaxDepth = 40;

    // Values are shared, so only what + and % make anew can outgrow the file; this bounds it.
    private int _budget = 1 << 22;
    private int _at;
    private int _depth;

    public PyError? Error { get; private set; }
    public PyToken Peek => tokens[_at];
    public PyToken PeekSecond => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public PyToken Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    public bool TryTake(string text)
    {
        if (!Peek.Is(text)) return false;
        _at++;
        return true;
    }

    public PyPosition Where(PyToken token) => new(module.File, token.Line, token.Column);

    public PyValue? Refuse(PyToken token, string message)
    {
        Error ??= new PyError(Where(token), message);
        return null;
    }

    /// <summary>One expression, or several with commas between them, which make a tuple.</summary>
    public PyValue? Tuple()
    {
        var begin = Peek;
        if (Sum() is not { } first) return null;
        if (!Peek.Is(",")) return first;
        var items = new List<PyValue> { first };
        while (TryTake(",") && Peek.Kind != PyTokenKind.NewLine)
        {
            if (Sum() is not { } item) return null;
            items.Add(item);
        }
        return new PyList(Where(begin), items);
    }

    private PyValue? Sum()
    {
        if (++_depth > MaxDepth) return Refuse(Peek, "nested too deep to be a configuration");
        var value = Product();
        while (value is not null && (Peek.Is("+") || Peek.Is("-")))
        {
            var op = Take();
            value = Product() is { } right ? PyOperations.Add(value, right, op.Is("-")) ?? Cannot(op) : null;
            if (value is not null && !Spend(value))
                return Refuse(op, "the values grow too large to be a configuration");
        }
        _depth--;
        return value;
    }

    private PyValue? Product()
    {
        var value = Unary();
        while (value is not null && (Peek.Is("*") || Peek.Is("%") || Peek.Is("/") || Peek.Is("//")))
        {
            var op = Take();
            if (Unary() is not { } right) return null;
            value = (op.Text, value) switch
            {
                ("*", PyNumber a) when right is PyNumber b => PyOperations.Multiply(a, b),
                ("%", PyText format) => PyOperations.Format(format, right),
                _ => null,
            } ?? Cannot(op);
            if (value is not null && !Spend(value))
                return Refuse(op, "the values grow too large to be a configuration");
        }
        return value;
    }

    private PyValue? Unary()
    {
        var sign = Peek;
        var negative = false;
        while (Peek.Is("-") || Peek.Is("+")) negative ^= Take().Is("-");
        var value = Atom();
        if (value is not null && Peek.Is("(")) return RefuseCall();
        if (value is not null && Peek.Is("["))
            return Refuse(Peek, "an index needs a running Python; write the value instead");
        if (!negative || value is null) return value;
        return value is PyNumber { Value: not long.MinValue } number ? number with { Value = -number.Value }
            : Cannot(sign);
    }

    private PyValue? Atom()
    {
        var token = Take();
        return token.Kind switch
        {
            PyTokenKind.Text => Texts(token),
            PyTokenKind.Number => Number(token),
            PyTokenKind.Name => Name(token),
            PyTokenKind.FormattedText => Refuse(token, "an f-string needs a running Python; write its result instead"),
            PyTokenKind.NewLine or PyTokenKind.End => Refuse(token, "a value is missing here"),
            _ => token.Text switch
            {
                "(" => Parentheses(token),
                "[" => Items(token, "]"),
                "{" => Dictionary(token),
                _ => Refuse(token, $"\"{token.Text}\" cannot be read here; write a plain value"),
            },
        };
    }

    // Neighbouring literals are one text.
    private PyText? Texts(PyToken first)
    {
        var text = first.Text;
        while (Peek.Kind == PyTokenKind.Text)
        {
            text += Take().Text;
            if ((_budget -= text.Length) >= 0) continue;
            Refuse(first, "the values grow too large to be a configuration");
            return null;
        }
        return new PyText(Where(first), text);
    }

    private PyValue? Number(PyToken token)
    {
        var text = token.Text.TrimEnd('l', 'L');
        var (digits, style) = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? (text[2..], NumberStyles.AllowHexSpecifier)
            : (text, NumberStyles.None);
        // Python 2 reads 010 as octal, Python 3 refuses it.
        if (text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]))
            return Refuse(token, $"{token.Text} is an octal number in Python 2; write it in decimal");
        if (long.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) && value >= 0)
            return new PyNumber(Where(token), value);
        if (text.Length < 20
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            return new PyDecimal(Where(token), text);
        return Refuse(token, $"{token.Text} is no number this can read; write it in decimal");
    }

    private PyValue? Name(PyToken token)
    {
        switch (token.Text)
        {
            case "True" or "False": return new PyFlag(Where(token), token.Text == "True");
            case "None": return new PyNone(Where(token));
            case "lambda" or "not" or "if" or "for" or "yield" or "await":
                return Refuse(token, $"\"{token.Text}\" needs a running Python; write the resulting value instead");
        }
        if (module.Read(token.Text) is { } value) return value with { At = Where(token), Via = token.Text };
        if (!imported.Contains(token.Text))
            return Peek.Is("(") ? RefuseCall()
                : Refuse(token, $"{token.Text} is not set above this line; set it first, or write its value instead");
        var name = Attribute(token.Text);
        var last = name[(name.LastIndexOf('.') + 1)..];
        if (token.Text == "config_common" && common.Find(last) is { } shared)
            return shared with { At = Where(token), Via = last };
        return new PySymbol(Where(token), name);
    }

    private PyValue? RefuseCall() => Refuse(Peek, "a call needs a running Python; write its result instead");

    private string Attribute(string name)
    {
        while (Peek.Is(".") && PeekSecond.Kind == PyTokenKind.Name)
        {
            Take();
            name += "." + Take().Text;
        }
        return name;
    }

    private PyValue? Parentheses(PyToken open)
    {
        if (Items(open, ")") is not PyList list) return null;
        // (x) is x; (x,) and () are tuples.
        return list.Items.Count == 1 && !tokens[_at - 2].Is(",") ? list.Items[0] : list;
    }

    private PyList? Items(PyToken open, string close)
    {
        var items = new List<PyValue>();
        while (!TryTake(close))
        {
            if (items.Count > 0 && !TryTake(",")) return Expected(open, close) as PyList;
            if (TryTake(close)) break;
            if (Sum() is not { } item) return null;
            items.Add(item);
        }
        return new PyList(Where(open), items);
    }

    private PyDict? Dictionary(PyToken open)
    {
        var entries = new List<KeyValuePair<PyText, PyValue>>();
        while (!TryTake("}"))
        {
            if (entries.Count > 0 && !TryTake(",")) return Expected(open, "}") as PyDict;
            if (TryTake("}")) break;
            var at = Peek;
            if (Sum() is not { } key) return null;
            if (key is not PyText text) return Refuse(at, $"a key must be a text, not {key.Kind}") as PyDict;
            if (!TryTake(":")) return Refuse(Peek, "\":\" is missing behind this key; sets are not read") as PyDict;
            if (Sum() is not { } value) return null;
            entries.Add(new(text, value));
        }
        return new PyDict(Where(open), entries);
    }

    private PyValue? Expected(PyToken open, string close)
    {
        if (Peek.Kind == PyTokenKind.End || (Peek.Kind == PyTokenKind.NewLine && PeekSecond.Kind == PyTokenKind.End))
            return Refuse(open, $"this \"{open.Text}\" is not closed");
        return Refuse(Peek, Peek.Is("for") || Peek.Is("if")
            ? $"\"{Peek.Text}\" needs a running Python; write the resulting list instead"
            : $"\",\" or \"{close}\" is missing before \"{Peek.Text}\"");
    }

    private PyValue? Cannot(PyToken op) =>
        Refuse(op, $"\"{op.Text}\" cannot be worked out here; write the result instead");

    private bool Spend(PyValue made)
    {
        _budget -= made switch { PyText text => text.Value.Length, PyList list => list.Items.Count, _ => 1 };
        return _budget >= 0;
    }
}

namespace Assist.Import;

/// <summary>A place in a config.py, counted from 1.</summary>
public readonly record struct PyPosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>Why a file cannot be imported, and the way out.</summary>
public sealed record PyError(PyPosition At, string Message)
{
    public override string ToString() => At.Line == 0 ? $"{At.File}: {Message}" : $"{At}: {Message}";
}

/// <summary>A value as the file leaves it, with its place and the variable it was last read through.</summary>
public abstract record PyValue(PyPosition At)
{
    public string? Via { get; init; }

    /// <summary>What it is, for an error.</summary>
    public abstract string Kind { get; }
}

public sealed record PyText(PyPosition At, string Value) : PyValue(At)
{
    public override string Kind => "a text";
}

public sealed record PyNumber(PyPosition At, long Value) : PyValue(At)
{
    public override string Kind => "a number";
}

/// <summary>A number with a fraction, as written.</summary>
public sealed record PyDecimal(PyPosition At, string Text) : PyValue(At)
{
    public override string Kind => "a number with a fraction";
}

public sealed record PyFlag(PyPosition At, bool Value) : PyValue(At)
{
    public override string Kind => Value ? "True" : "False";
}

public sealed record PyNone(PyPosition At) : PyValue(At)
{
    public override string Kind => "None";
}

/// <summary>A list or a tuple.</summary>
public sealed record PyList(PyPosition At, IReadOnlyList<PyValue> Items) : PyValue(At)
{
    public override string Kind => "a list";
}

public sealed record PyDict(PyPosition At, IReadOnlyList<KeyValuePair<PyText, PyValue>> Entries) : PyValue(At)
{
    public override string Kind => "a dictionary";

    /// <summary>As in Python, the last of equal keys counts.</summary>
    public PyValue? Find(string key)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
            if (Entries[i].Key.Value == key) return Entries[i].Value;
        return null;
    }
}

/// <summary>A name of an imported module, such as logging.DEBUG: known to be there, its value is not.</summary>
public sealed record PySymbol(PyPosition At, string Name) : PyValue(At)
{
    public override string Kind => $"{Name}, whose value is not in the file";
}

/// <summary>The variables of a file, after its last line.</summary>
public sealed class PyModule(string file)
{
    private readonly Dictionary<string, PyValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string File { get; } = file;
    public IReadOnlyDictionary<string, PyValue> Values => _values;

    /// <summary>Variables that this file itself assigns, whether or not anything reads them.</summary>
    public IEnumerable<string> Own => _own;

    /// <summary>Variables that another line of the file reads.</summary>
    public bool IsRead(string name) => _read.Contains(name);

    public PyValue? Find(string name) => _values.GetValueOrDefault(name);

    internal void Assign(string name, PyValue value)
    {
        _values[name] = value;
        _own.Add(name);
    }

    internal PyValue? Read(string name)
    {
        _read.Add(name);
        return Find(name);
    }

    internal void Include(PyModule other)
    {
        foreach (var (name, value) in other._values) _values[name] = value;
    }
}

/// <summary>The file's variables, or why it cannot be read.</summary>
public sealed record PyReading(PyModule? Module, PyError? Error);

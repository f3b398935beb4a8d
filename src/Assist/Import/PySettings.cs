using System.Globalization;
using Assist.Configuration;

namespace Assist.Import;

/// <summary>The options of a config.py by type, the original's defaults where it says nothing. The first value of a
/// wrong type is remembered as the error; notes gather what the reader of the result should know.</summary>
internal sealed class PySettings(PyModule module)
{
    public List<string> Notes { get; } = [];
    public PyError? Error { get; private set; }
    public PyModule Module { get; } = module;

    public void Note(string text) => Notes.Add(text);

    public void Fail(PyValue at, string message) => Error ??= new PyError(at.At, message);

    public PyValue? Find(string name) => Module.Find(name) ?? OriginalDefaults.Common.Find(name);

    /// <summary>The released spelling, or else the one of an article about the original.</summary>
    public PyValue? Find(string name, string otherName)
    {
        if (Module.Find(otherName) is not { } other) return Find(name);
        if (Module.Find(name) is { } value)
        {
            Note($"{otherName} was left out: {name} is set as well, and is the one the original read");
            return value;
        }
        Note($"{otherName} was taken for {name}, its name in the released version");
        return other;
    }

    public string Text(string name) => Text(Find(name), name);

    public string Text(PyValue? value, string name)
    {
        switch (value)
        {
            case PyText text: return text.Value;
            case null or PyNone: return "";
            default:
                Fail(value, $"{name} must be a text, not {value.Kind}");
                return "";
        }
    }

    public long Number(string name)
    {
        switch (Find(name))
        {
            case PyNumber number: return number.Value;
            case PyText text when long.TryParse(
                text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed):
                return parsed;
            case { } value:
                Fail(value, $"{name} must be a whole number, not {value.Kind}");
                return 0;
            default: return 0;
        }
    }

    public bool Flag(string name)
    {
        switch (Find(name))
        {
            case PyFlag flag: return flag.Value;
            case PyNumber number: return number.Value != 0;
            case { } value:
                Fail(value, $"{name} must be True or False, not {value.Kind}");
                return false;
            default: return false;
        }
    }

    /// <summary>A list of texts; a lone text is a list of one, as an article spells some options.</summary>
    public IReadOnlyList<PyText> Texts(PyValue? value, string name)
    {
        switch (value)
        {
            case null or PyNone or PyText { Value: "" }: return [];
            case PyText text: return [text];
            case PyList list:
                foreach (var item in list.Items)
                    if (item is not PyText) Fail(item, $"{name} must be a list of texts, but has {item.Kind}");
                return [.. list.Items.OfType<PyText>()];
            default:
                Fail(value, $"{name} must be a list of texts, not {value.Kind}");
                return [];
        }
    }

    /// <summary>An option in minutes as a duration, moved into the range that is allowed here.</summary>
    public TimeSpan Minutes(string name, TimeSpan min, TimeSpan max)
    {
        var minutes = Number(name);
        var wanted = TimeSpan.FromMinutes(Math.Clamp(minutes, 0, 1_000_000));
        var duration = wanted < min ? min : wanted > max ? max : wanted;
        if (duration != wanted || minutes < 0)
            Note($"{name} = {minutes} minutes became {Units.Write(duration)}: "
                + $"allowed is {Units.Write(min)} to {Units.Write(max)}");
        return duration;
    }

    public bool IsChanged(string name) =>
        Module.Find(name) is { } value && OriginalDefaults.Common.Find(name) is { } shipped && !Same(value, shipped);

    private static bool Same(PyValue a, PyValue b) => (a, b) switch
    {
        (PyText x, PyText y) => x.Value == y.Value,
        (PyNumber x, PyNumber y) => x.Value == y.Value,
        (PyFlag x, PyFlag y) => x.Value == y.Value,
        (PyList x, PyList y) =>
            x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Same(p.First, p.Second)),
        _ => false,
    };
}

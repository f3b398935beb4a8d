using System.Globalization;

namespace Assist.Configuration;

/// <summary>One section of the file. Each key that is asked for is a valid one; <see cref="Done"/> reports the
/// others.</summary>
internal sealed class Section(ConfigNode? node, Position at, string path, Diagnostics faults)
{
    private readonly List<string> _known = [];

    /// <summary>Where to report what is missing here.</summary>
    public Position At { get; } = at;
    public IReadOnlyList<ConfigEntry> Entries { get; } = node?.Entries ?? [];

    /// <summary>Such as <c>zones.a</c>; empty for the file itself.</summary>
    public string Path => path;

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public ConfigEntry? Find(string key)
    {
        _known.Add(key);
        foreach (var entry in Entries)
            if (entry.Key == key) return entry;
        return null;
    }

    /// <summary>True where there is no such section, or nothing in it.</summary>
    public bool IsEmpty => Entries.Count == 0;

    public void Done()
    {
        var free = _known.Where(key => Entries.All(entry => entry.Key != key)).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in Entries)
        {
            if (_known.Contains(entry.Key)) continue;
            if (Glued(entry.Key) is var (key, value))
                faults.Unknown(
                    entry.At, $"a blank is missing behind the colon; write {key}: {value}: ...", PathOf(key));
            else if (IsSecret(entry.Key))
                faults.Unknown(entry.At, "a secret does not belong into this file; write it into a file and name that "
                    + $"in {PathOf("password_file")}", PathOf("password_file"));
            else if (Nearest.Find(entry.Key, free) is { } near)
                Misspelt(entry, near, free);
            else Unknown(entry);
        }
    }

    // "a:{network: Ethernet1}" is YAML, and its key is "a:{network".
    private static (string Key, string Value)? Glued(string key) =>
        key.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && key[(colon + 1)..] is ['{' or '[', ..]
            ? (key[..colon], key[(colon + 1)..]) : null;

    private void Misspelt(ConfigEntry entry, string near, HashSet<string> free)
    {
        free.Remove(near);
        faults.Misspelt(entry, $"unknown key \"{entry.Key}\"{Where}; did you mean \"{near}\"?", PathOf(""), near);
    }

    private void Unknown(ConfigEntry entry)
    {
        var home = KeyHomes.Of(entry.Key);
        var hint = home is null || home == path ? ""
            : home.Length == 0 ? "; it is no part of a section: write it at the beginning of a line"
            : $"; it belongs under {home}: indent it there";
        var meant = home is { Length: > 0 } ? $"{home}.{entry.Key}" : home is null ? null : entry.Key;
        faults.Unknown(entry.At, $"unknown key \"{entry.Key}\"{Where}{hint}", meant);
    }

    private string Where => path.Length == 0 ? "" : $" in {path}";

    public Section Sub(string key)
    {
        var entry = Find(key);
        return entry is null ? new Section(null, At, PathOf(key), faults)
            : Of(entry.Value, entry.At, PathOf(key), faults);
    }

    public static Section Of(ConfigNode value, Position at, string path, Diagnostics faults)
    {
        if (value.Kind == NodeKind.Map) return new Section(value, at, path, faults);
        if (value.Kind != NodeKind.Broken && !value.IsEmpty)
        {
            faults.Error(value.At, $"{path} must be a section of keys, not {value.Describe}");
            faults.Explain(path);
        }
        return new Section(null, at, path, faults);
    }

    /// <summary>The sections of a list; null where the key is absent.</summary>
    public IReadOnlyList<Section>? Subs(string key)
    {
        if (Find(key) is not { } entry) return null;
        if (entry.Value.Kind == NodeKind.List)
            return [.. entry.Value.Items.Select((item, i) => Of(item, item.At, $"{PathOf(key)}.{i}", faults))];
        if (entry.Value.Kind != NodeKind.Broken && !entry.Value.IsEmpty)
        {
            faults.Error(entry.Value.At, $"{PathOf(key)} must be a list; begin each entry with \"- \"");
            faults.Explain(PathOf(key));
        }
        return [];
    }

    /// <summary>A single value, or null where it is absent or reported.</summary>
    public ConfigNode? Scalar(string key)
    {
        if (Find(key)?.Value is not { } value || value.Kind == NodeKind.Broken) return null;
        return Check(value, PathOf(key)) ? value : null;
    }

    /// <summary>The values of a list, or a lone value as a list of one.</summary>
    public IReadOnlyList<ConfigNode> Scalars(string key)
    {
        if (Find(key)?.Value is not { } value || value.IsEmpty || value.Kind == NodeKind.Broken) return [];
        var items = value.Kind == NodeKind.List ? value.Items : [value];
        return [.. items.Where(item => item.Kind != NodeKind.Broken && Check(item, PathOf(key)))];
    }

    public string? Text(string key) => Scalar(key)?.Text;

    public bool Flag(string key, bool fallback) => Flag(key) ?? fallback;

    public bool? Flag(string key)
    {
        if (Scalar(key) is not { } value) return null;
        if (value.Text is "true" or "false") return value.Text == "true";
        var meant = value.Text.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => "; write true",
            "false" or "no" or "off" or "0" => "; write false",
            _ => "",
        };
        faults.Error(value.At, $"{PathOf(key)}: \"{value.Text}\" is neither true nor false{meant}");
        return null;
    }

    public int Integer(string key, int fallback, int min, int max) => Integer(key, min, max) ?? fallback;

    public int? Integer(string key, int min, int max)
    {
        if (Scalar(key) is not { } value) return null;
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max) return number;
        faults.Error(value.At, $"{PathOf(key)}: \"{value.Text}\" is not a whole number from {min} to {max}");
        return null;
    }

    public long Size(string key, long fallback, long min, long max)
    {
        if (Scalar(key) is not { } value) return fallback;
        if (Units.TrySize(value.Text, out var bytes) && bytes >= min && bytes <= max) return bytes;
        faults.Error(value.At, $"{PathOf(key)}: \"{value.Text}\" is not a size from {min} to {max} bytes; "
            + "write a number, or one with K, M or G such as 32M");
        return fallback;
    }

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan min, TimeSpan max) =>
        Duration(key, min, max) ?? fallback;

    public TimeSpan? Duration(string key, TimeSpan min, TimeSpan max) =>
        Scalar(key) is { } value ? Duration(value, key, min, max) : null;

    /// <summary>Each with its place; those that are reported are left out.</summary>
    public IReadOnlyList<(Position At, TimeSpan Value)> Durations(string key, TimeSpan min, TimeSpan max) =>
    [
        .. Scalars(key).Select(value => (value.At, Value: Duration(value, key, min, max)))
            .Where(read => read.Value is not null).Select(read => (read.At, read.Value!.Value)),
    ];

    /// <summary>The value of a word; of one that is nearly right the value that was probably meant, so that what goes
    /// with it is judged by that.</summary>
    public T Choice<T>(string key, T fallback, params (string Word, T Value)[] choices)
    {
        if (Scalar(key) is not { } value) return fallback;
        foreach (var choice in choices)
            if (choice.Word == value.Text) return choice.Value;
        var words = choices.Select(c => c.Word).ToArray();
        faults.Error(value.At, $"{PathOf(key)}: \"{value.Text}\" is not one of {string.Join(", ", words)}"
            + Nearest.Hint(value.Text, words));
        var near = Nearest.Find(value.Text, words);
        return near is null ? fallback : Array.Find(choices, choice => choice.Word == near).Value;
    }

    private TimeSpan? Duration(ConfigNode value, string key, TimeSpan min, TimeSpan max)
    {
        if (!Units.TryDuration(value.Text, out var duration))
            faults.Error(
                value.At, $"{PathOf(key)}: \"{value.Text}\" is not a duration; write it as 30s, 5m, 2h, 1d or 0");
        else if (duration < min || duration > max)
            faults.Error(value.At, $"{PathOf(key)}: {value.Text} is outside {Units.Write(min)} to {Units.Write(max)}");
        else
            return duration;
        return null;
    }

    private bool Check(ConfigNode value, string name)
    {
        if (value.Kind != NodeKind.Scalar)
            faults.Error(value.At, $"{name} must be a single value, not {value.Describe}");
        else if (value.IsEmpty)
            faults.Error(value.At, $"{name} has no value; write one or remove the key");
        else if (value.Text.Any(char.IsControl))
            faults.Error(value.At, $"{name} has a control character in it");
        else
            return true;
        return false;
    }

    private static bool IsSecret(string key) => key is "password" or "passwd" or "secret" or "token";
}

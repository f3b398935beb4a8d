namespace Assist.Configuration;

/// <summary>What is wrong and where. Line 0 stands for no line: the fault is in an option or in the file as a whole,
/// and <paramref name="File"/> names it.</summary>
public sealed record ConfigurationError(string File, int Line, int Column, string Message)
{
    /// <summary>The key that was probably meant; null where none comes near.</summary>
    public string? Nearest { get; init; }

    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>What is allowed but probably not meant.</summary>
public sealed record ConfigurationWarning(string File, int Line, int Column, string Message)
{
    public override string ToString() =>
        Line == 0 ? $"{File}: warning: {Message}" : $"{File}:{Line}:{Column}: warning: {Message}";
}

/// <summary>The configuration, or every error at once; warnings come with either.</summary>
public sealed record ConfigurationResult(
    AssistConfig? Config, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationWarning> Warnings)
{
    /// <summary>What was read beside the errors, with defaults in their place; null where the file cannot be read. For
    /// commands that must work whatever is wrong with it.</summary>
    public AssistConfig? Readable { get; init; }
}

/// <summary>Where a key or value was written: a file with line and column, or an option without.</summary>
internal readonly record struct Position(string Source, int Line, int Column);

/// <summary>Collects faults while reading goes on.</summary>
internal sealed class Diagnostics
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];

    // Keys that are missing, and the paths of which an error says already why nothing is read there.
    private readonly List<(string Key, ConfigurationError Error)> _missing = [];
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);

    // Of a reading before this one, whose misspelt keys have the names now that were meant.
    private readonly List<ConfigurationError> _settled = [];
    private readonly List<(ConfigEntry Entry, ConfigurationError Error)> _misspelt = [];

    public bool HasErrors => Count > 0;

    /// <summary>Of errors so far; tells whether a part of the file has any.</summary>
    public int Count => _settled.Count + _errors.Count + _missing.Count;

    /// <summary>True where the text had to be mended to be read on: what was read shows faults and nothing
    /// else.</summary>
    public bool IsMended { get; set; }

    /// <summary>In the order of the file, options first. One line for a cause: what is missing because a section is
    /// misspelt, misplaced or no section is not told.</summary>
    public IReadOnlyList<ConfigurationError> Errors =>
    [
        .. _settled.Concat(_errors).Concat(_missing.Where(each => !IsExplained(each.Key)).Select(each => each.Error))
            .OrderBy(e => e.Line).ThenBy(e => e.Column).ThenBy(e => e.File, StringComparer.Ordinal),
    ];

    public IReadOnlyList<ConfigurationWarning> Warnings =>
        [.. _warnings.OrderBy(w => w.Line).ThenBy(w => w.Column)];

    public void Error(Position at, string message) => _errors.Add(At(at, message));

    /// <param name="key">As a path, such as <c>firewall.senders</c>.</param>
    public void Missing(string key, Position at, string message) => _missing.Add((key, At(at, message)));

    /// <param name="meant">The path of the key that was probably meant.</param>
    public void Unknown(Position at, string message, string? meant)
    {
        Error(at, message);
        if (meant is not null) Explain(meant);
    }

    /// <param name="path">Of the section it stands in, with a dot, or empty.</param>
    public void Misspelt(ConfigEntry entry, string message, string path, string near)
    {
        _misspelt.Add((entry, At(entry.At, message) with { Nearest = near }));
        _errors.Add(_misspelt[^1].Error);
        Explain(path + near);
    }

    /// <summary>An error says why nothing is read at this path.</summary>
    public void Explain(string path) => _explained.Add(path);

    public void Warn(Position at, string message) =>
        _warnings.Add(new ConfigurationWarning(at.Source, at.Line, at.Column, message));

    /// <summary>Keeps the errors so far: those of the text, before its keys are read.</summary>
    public void Settle()
    {
        _settled.AddRange(_errors);
        _errors.Clear();
    }

    /// <summary>Gives misspelt keys the names that were meant, so that another reading judges what stands behind them
    /// too; false where there are none.</summary>
    public bool Mend()
    {
        if (_misspelt.Count == 0) return false;
        foreach (var (entry, error) in _misspelt) entry.Key = error.Nearest!;
        _settled.AddRange(_misspelt.Select(each => each.Error));
        _misspelt.Clear();
        _errors.Clear();
        _missing.Clear();
        _warnings.Clear();
        _explained.Clear();
        return true;
    }

    private bool IsExplained(string key) =>
        _explained.Any(path => path == key || IsWithin(key, path) || IsWithin(path, key));

    private static bool IsWithin(string key, string section) =>
        key.Length > section.Length && key[section.Length] == '.' && key.StartsWith(section, StringComparison.Ordinal);

    private static ConfigurationError At(Position at, string message) => new(at.Source, at.Line, at.Column, message);
}

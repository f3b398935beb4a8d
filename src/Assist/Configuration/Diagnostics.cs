namespace Assist.Configuration;

/// <summary>What is wrong and where. Line 0 stands for no line: the fault is in an option or in the file as a whole,
/// and <paramref name="File"/> names it.</summary>
public sealed record ConfigurationError(string File, int Line, int Column, string Message)
{
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

    // Keys that are missing, and keys that stand under another name or in another section.
    private readonly List<(string Key, ConfigurationError Error)> _missing = [];
    private readonly HashSet<string> _meant = new(StringComparer.Ordinal);

    public bool HasErrors => _errors.Count > 0 || _missing.Count > 0;

    /// <summary>In the order of the file, options first. A key that is only misspelt or misplaced is not missing
    /// too.</summary>
    public IReadOnlyList<ConfigurationError> Errors =>
    [
        .. _errors.Concat(_missing.Where(each => !_meant.Contains(each.Key)).Select(each => each.Error))
            .OrderBy(e => e.Line).ThenBy(e => e.Column).ThenBy(e => e.File, StringComparer.Ordinal),
    ];

    public IReadOnlyList<ConfigurationWarning> Warnings =>
        [.. _warnings.OrderBy(w => w.Line).ThenBy(w => w.Column)];

    public void Error(Position at, string message) =>
        _errors.Add(new ConfigurationError(at.Source, at.Line, at.Column, message));

    /// <param name="key">As a path, such as <c>firewall.senders</c>.</param>
    public void Missing(string key, Position at, string message) =>
        _missing.Add((key, new ConfigurationError(at.Source, at.Line, at.Column, message)));

    /// <param name="meant">The path of the key that was probably meant.</param>
    public void Unknown(Position at, string message, string? meant)
    {
        Error(at, message);
        if (meant is not null) _meant.Add(meant);
    }

    public void Warn(Position at, string message) =>
        _warnings.Add(new ConfigurationWarning(at.Source, at.Line, at.Column, message));
}

using System.Text.Json.Serialization;

namespace Assist.Control;

/// <summary>What became of a configuration that was read again. With errors nothing has changed.</summary>
internal sealed record ReloadReport
{
    public IReadOnlyList<string> Errors { get; init; } = [];
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True where it was only asked what would change.</summary>
    public bool DryRun { get; init; }

    /// <summary>Every value that changed, whatever becomes of it.</summary>
    public IReadOnlyList<ChangedValue> Changes { get; init; } = [];

    /// <summary>Keys that changed and are in force.</summary>
    public IReadOnlyList<string> Applied { get; init; } = [];

    /// <summary>Keys that take effect at the next start.</summary>
    public IReadOnlyList<string> NeedRestart { get; init; } = [];

    /// <summary>Keys that changed and that only `assist setup` uses.</summary>
    public IReadOnlyList<string> NeedSetup { get; init; } = [];

    /// <summary>Flows that were removed because the new configuration does not allow them or ask for them.</summary>
    public int Revoked { get; init; }

    /// <summary>Names of the first of them.</summary>
    public IReadOnlyList<string> RevokedNames { get; init; } = [];

    /// <summary>What is not done yet, and why.</summary>
    public string? Problem { get; init; }

    [JsonIgnore]
    public bool HasChanges =>
        Changes.Count + Applied.Count + NeedRestart.Count + NeedSetup.Count + Revoked > 0;
}

/// <summary>A value of the configuration before and after.</summary>
/// <param name="Key">Such as <c>log.level</c>; of a rule by its name, such as <c>rules.denied.action</c>.</param>
/// <param name="Before">Null where there was none.</param>
/// <param name="After">Null where there is none any more.</param>
internal sealed record ChangedValue(string Key, string? Before, string? After)
{
    // A whole list of addresses may stand behind one key.
    private const int MostCharacters = 200;

    /// <summary>Such as "log.level: info -> debug".</summary>
    public override string ToString() => $"{Key}: {Shown(Before)} -> {Shown(After)}";

    private static string Shown(string? value) =>
        value is null ? "(not set)" : value.Length > MostCharacters ? value[..MostCharacters] + "..." : value;
}

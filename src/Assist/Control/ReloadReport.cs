using System.Text.Json.Serialization;

namespace Assist.Control;

/// <summary>What became of a configuration that was read again. With errors nothing has changed.</summary>
internal sealed record ReloadReport
{
    public IReadOnlyList<string> Errors { get; init; } = [];
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Keys that changed and are in force.</summary>
    public IReadOnlyList<string> Applied { get; init; } = [];

    /// <summary>Keys that take effect at the next start.</summary>
    public IReadOnlyList<string> NeedRestart { get; init; } = [];

    /// <summary>Keys that changed and that only `assist setup` uses.</summary>
    public IReadOnlyList<string> NeedSetup { get; init; } = [];

    /// <summary>Flows that were removed because the new configuration does not allow them or ask for them.</summary>
    public int Revoked { get; init; }

    /// <summary>What is not done yet, and why.</summary>
    public string? Problem { get; init; }

    [JsonIgnore]
    public bool HasChanges => Applied.Count + NeedRestart.Count + NeedSetup.Count + Revoked > 0;
}

namespace Assist.Flows;

/// <summary>What is wrong with the entries that wire the target, by their keys.</summary>
/// <param name="Missing">The configured wiring needs them, and they are not there or do not act.</param>
/// <param name="Stale">Ours, of a wiring that is not configured any more.</param>
/// <param name="Contradictions">Ports whose packets more than one of them claims.</param>
/// <param name="Altered">They have the names of the configured wiring, act, and do not do what the wiring
/// asks.</param>
public sealed record StaticFaults(
    IReadOnlyList<string> Missing, IReadOnlyList<string> Stale, IReadOnlyList<StaticContradiction> Contradictions,
    IReadOnlyList<string> Altered)
{
    public static readonly StaticFaults None = new([], [], [], []);
}

/// <summary>Entries of the same priority that send the packets of one port to different places. Which of them the
/// target follows nobody could verify.</summary>
public sealed record StaticContradiction(string Port, IReadOnlyList<string> Entries);

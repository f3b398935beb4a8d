namespace Assist.Control;

/// <summary>What is announced by BGP FlowSpec.</summary>
/// <param name="Fault">Why the engine is not available; null while it is.</param>
/// <param name="Rules">Rules by state. What is <c>advertised</c> the engine has; what routers do BGP does not
/// say.</param>
/// <param name="Withheld">Drops since the start that the last check did not let out, by reason.</param>
/// <param name="Shed">Drops since the start for which the inbox had no room.</param>
internal sealed record FlowSpecStatus(
    string Engine, string? Fault, string Mark, int MaxRules, IReadOnlyDictionary<string, int> Rules,
    IReadOnlyDictionary<string, long> Withheld, long Shed, IReadOnlyList<NeighborStatus> Neighbors);

/// <summary>A neighbour of the engine.</summary>
/// <param name="Advertised">Rules that the engine says it has sent there, of whomever.</param>
internal sealed record NeighborStatus(string Address, string State, bool FlowSpec, long Advertised);

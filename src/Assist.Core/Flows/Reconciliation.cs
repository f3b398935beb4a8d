namespace Assist.Flows;

/// <summary>What one comparison with the switch found and decided.</summary>
public sealed record Reconciliation
{
    public IList<FlowRecord> Confirmed { get; } = [];
    public IList<FlowRecord> Adopted { get; } = [];
    public IList<FlowRecord> Expired { get; } = [];
    public IList<FlowRecord> Repaired { get; } = [];
    public IList<FlowRecord> Rejected { get; } = [];

    /// <summary>Names of entries with our prefix that nobody asks for and that are removed.</summary>
    public IList<string> Purged { get; } = [];

    /// <summary>Names of working entries with our prefix that are no flow of this configuration, such as those of the
    /// original program: left to their timeouts, removed by <c>assist delete</c>.</summary>
    public IReadOnlyList<string> Unidentified { get; set; } = [];
}

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
}

namespace Assist.Flows;

/// <summary>What one comparison with the switch found and decided.</summary>
public sealed record Reconciliation
{
    public IList<FlowRecord> Confirmed { get; } = [];
    public IList<FlowRecord> Adopted { get; } = [];
    public IList<FlowRecord> Expired { get; } = [];
    public IList<FlowRecord> Repaired { get; } = [];
    public IList<FlowRecord> Rejected { get; } = [];

    /// <summary>Entries with our prefix that nobody asks for and that are removed.</summary>
    public IList<PurgedEntry> Purged { get; } = [];

    /// <summary>For each flow that is listed with all its lines and whose state nobody understands, the target's words
    /// for it.</summary>
    public IList<string> StateUnknown { get; } = [];

    /// <summary>From the message to being read back as programmed, of flows that are so for the first time.</summary>
    public IList<TimeSpan> Reactions { get; } = [];

    /// <summary>Pairs of which the switch had one half.</summary>
    public int HalfPairs { get; internal set; }
}

/// <summary>What readings have found since the start.</summary>
public sealed class TableTotals
{
    public long Confirmed { get; private set; }
    public long Adopted { get; private set; }
    public long Repaired { get; private set; }
    public long Rejected { get; private set; }
    public long Purged { get; private set; }
    public long HalfPairs { get; private set; }

    /// <summary>As they are now, for readers on other threads.</summary>
    public TableTotals Copy() => (TableTotals)MemberwiseClone();

    internal void Add(Reconciliation found)
    {
        Confirmed += found.Confirmed.Count;
        Adopted += found.Adopted.Count;
        Repaired += found.Repaired.Count;
        Rejected += found.Rejected.Count;
        Purged += found.Purged.Count;
        HalfPairs += found.HalfPairs;
    }
}

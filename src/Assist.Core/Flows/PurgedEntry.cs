namespace Assist.Flows;

/// <summary>Why an entry with our prefix that no flow owns is removed.</summary>
public enum PurgeCause
{
    /// <summary>It does nothing, should be gone already, or another flow stands for it.</summary>
    Leftover,

    /// <summary>Other entries of its flow are missing.</summary>
    Incomplete,

    /// <summary>It has other ports than its flow would get now.</summary>
    OldWiring,

    /// <summary>The rule that asked for it is gone, or has another action now.</summary>
    RuleGone,

    /// <summary>A drop of an address that no drop may touch now.</summary>
    Protected,

    /// <summary>The mode makes no flow of its action.</summary>
    NotOfMode,

    /// <summary>A bypass whose session has ended or is denied.</summary>
    SessionOver,
}

/// <summary>An entry that is removed because no flow owns it.</summary>
/// <param name="Rule">The rule that asked for its flow; empty where nobody knows.</param>
public readonly record struct PurgedEntry(string Key, PurgeCause Cause, string Rule = "");

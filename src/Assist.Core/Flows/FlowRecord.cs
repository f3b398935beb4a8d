namespace Assist.Flows;

public enum FlowState
{
    /// <summary>Decided, waiting to be sent.</summary>
    Requested,

    /// <summary>Sent; the switch has not been seen to hold it.</summary>
    Pending,

    /// <summary>Read back from the switch as programmed, every entry of it.</summary>
    Programmed,

    /// <summary>Refused by the switch and withdrawn; tried again after a back-off when the verdict repeats.</summary>
    Rejected,
}

/// <summary>One flow and what is known of it. Touched only by the loop that owns the table.</summary>
public sealed class FlowRecord(Verdict verdict, IReadOnlyList<FlowEntry> entries)
{
    public Verdict Verdict { get; internal set; } = verdict;
    public IReadOnlyList<FlowEntry> Entries { get; internal set; } = entries;
    public FlowState State { get; internal set; }

    /// <summary>The switch's own words, for a rejected flow.</summary>
    public string? Rejection { get; internal set; }

    /// <summary>Times are monotonic, on the owner's clock.</summary>
    public TimeSpan RequestedAt { get; internal set; }
    public TimeSpan OfferedAt { get; internal set; }

    /// <summary>When it was last sent, then when the switch answered; null for a flow of an earlier run.</summary>
    public TimeSpan? SentAt { get; internal set; }

    /// <summary>When a reading last showed every entry programmed.</summary>
    public TimeSpan SeenAt { get; internal set; }

    /// <summary>When the flow ends unless its verdict repeats; <see cref="TimeSpan.MaxValue"/> where it has no hard timeout.</summary>
    public TimeSpan ExpiresAt { get; internal set; } = TimeSpan.MaxValue;

    /// <summary>A repeated verdict asks to keep the flow until then.</summary>
    public TimeSpan RenewUntil { get; internal set; }

    /// <summary>How often this drop had come back after it ended when it was asked for; 0 for the first and for what is no
    /// drop.</summary>
    public int Escalation { get; internal set; }

    /// <summary>When the packet counters last moved, as far as reads could see.</summary>
    public TimeSpan ActiveAt { get; internal set; }
    public TimeSpan RetryAt { get; internal set; }

    /// <summary>Sent, and no answer came that can be judged.</summary>
    public bool IsUncertain { get; internal set; }
    public int Rejections { get; internal set; }
    public long Packets { get; internal set; }

    /// <summary>Sent at some time, so that the switch may hold its entries.</summary>
    public bool MayBeInstalled { get; internal set; }

    public FlowIdentity Identity => Verdict.Flow;

    /// <summary>Entries it takes of the switch's table.</summary>
    public int Size => State == FlowState.Rejected ? 0 : Entries.Count;
}

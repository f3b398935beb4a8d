using Assist.Outputs.DirectFlow;

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
    /// <summary>Counters lag by seconds, so a rate over less than this says little.</summary>
    internal static readonly TimeSpan ShortestMeasurement = TimeSpan.FromSeconds(20);

    private (long Towards, long Back, TimeSpan At) _measured;

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

    /// <summary>Times in a row that it was sent and neither answered nor found afterwards.</summary>
    public int LostAnswers { get; internal set; }
    public int Rejections { get; internal set; }

    /// <summary>The switch said that it had no room for it.</summary>
    public bool LackedRoom { get; internal set; }
    public long Packets { get; private set; }

    /// <summary>Over the last measured interval; null until there was one.</summary>
    public double? PacketsPerMinute { get; private set; }

    /// <summary>Measurements in a row in which one direction of a pair counted packets and the other none.</summary>
    public int OneWayMeasurements { get; private set; }

    /// <summary>Sent at some time, so that the switch may hold its entries.</summary>
    public bool MayBeInstalled { get; internal set; }

    public FlowIdentity Identity => Verdict.Flow;

    /// <summary>Where the last verdict for it came from that was no duplicate; null for a flow of an earlier run.</summary>
    public Origin? Origin => Verdict.Origin;

    /// <summary>Entries it takes of the switch's table.</summary>
    public int Size => State == FlowState.Rejected ? 0 : Entries.Count;

    /// <summary>Begins to count anew: the entries are new, or newly known.</summary>
    internal void StartMeasuring(long towards, long back, TimeSpan now)
    {
        _measured = (towards, back, now);
        (Packets, PacketsPerMinute, OneWayMeasurements, ActiveAt) = (towards + back, null, 0, now);
    }

    /// <param name="towards">Packets counted in the direction of the session's first packet; <paramref name="back"/>: those of
    /// its answers.</param>
    internal void Measure(long towards, long back, TimeSpan now)
    {
        if (towards + back != Packets) ActiveAt = now;
        Packets = towards + back;
        var since = now - _measured.At;
        if (since < ShortestMeasurement) return;
        // A counter that went back was cleared: what it shows came since then.
        var (more, moreBack) = (Since(_measured.Towards, towards), Since(_measured.Back, back));
        PacketsPerMinute = (more + moreBack) / since.TotalMinutes;
        OneWayMeasurements = Entries.Count > 1 && more > 0 != moreBack > 0 ? OneWayMeasurements + 1 : 0;
        _measured = (towards, back, now);
    }

    private static long Since(long before, long after) => after >= before ? after - before : after;
}

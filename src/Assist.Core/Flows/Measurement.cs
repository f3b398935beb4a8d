namespace Assist.Flows;

/// <summary>What readings have counted of one flow, and how fast it counts.</summary>
internal readonly record struct Measurement
{
    /// <summary>Counters lag by seconds, so a rate over less than this says little.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);

    /// <summary>The last counters that were shown.</summary>
    public FlowTraffic Traffic { get; private init; }

    /// <summary>Over the last measured interval; null until there was one, and for ever where nothing is
    /// counted.</summary>
    public double? PacketsPerMinute { get; private init; }

    /// <summary>Measurements in a row in which one direction counted packets and the other none.</summary>
    public int OneWay { get; private init; }

    /// <summary>When the counters last moved, as far as readings could see.</summary>
    public TimeSpan ActiveAt { get; private init; }

    private FlowTraffic Before { get; init; }
    private TimeSpan Since { get; init; }

    /// <summary>Begins to count anew: the entries are new, or newly known.</summary>
    public static Measurement From(in FlowTraffic traffic, TimeSpan now) =>
        new() { Traffic = traffic, Before = traffic, Since = now, ActiveAt = now };

    public Measurement Next(in FlowTraffic shown, TimeSpan now)
    {
        // A reading that lacks the counters says nothing of the flow.
        if (shown.Packets is null) return this;
        var next = this with { Traffic = shown, ActiveAt = shown.Packets != Traffic.Packets ? now : ActiveAt };
        var passed = now - Since;
        if (passed < Shortest) return next;
        var (more, moreBack) = (More(Before.Towards, shown.Towards), More(Before.Back, shown.Back));
        var isOneWay = more is not null && moreBack is not null && more > 0 != moreBack > 0;
        return next with
        {
            PacketsPerMinute = TrafficCount.Sum(more, moreBack) / passed.TotalMinutes,
            OneWay = isOneWay ? OneWay + 1 : 0,
            Before = shown,
            Since = now,
        };
    }

    // A counter that went back was cleared: what it shows came since then.
    private static long? More(in TrafficCount before, in TrafficCount after) =>
        before.Packets is { } known && after.Packets >= known ? after.Packets - known : after.Packets;
}

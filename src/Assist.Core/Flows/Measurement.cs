namespace Assist.Flows;

/// <summary>What readings have counted of one flow, and how fast it counts. Begins where the entries are new, or newly
/// known.</summary>
internal sealed class Measurement(FlowTraffic traffic, TimeSpan now)
{
    /// <summary>Counters lag by seconds, so a rate over less than this says little.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);

    private FlowTraffic _before = traffic;
    private TimeSpan _since = now;
    private bool _isCounted;

    /// <summary>The last counters that were shown.</summary>
    public FlowTraffic Traffic { get; private set; } = traffic;

    /// <summary>Over the last measured interval; null until there was one, and for ever where nothing is
    /// counted.</summary>
    public double? PacketsPerMinute { get; private set; }

    /// <summary>No packet was counted over the last measured interval, nor in any reading since. False where the last
    /// reading lacks the counters.</summary>
    public bool IsIdle => PacketsPerMinute == 0 && _isCounted && Traffic.Packets == _before.Packets;

    /// <summary>Measurements in a row in which one direction counted packets and the other none.</summary>
    public int OneWay { get; private set; }

    /// <summary>When the counters last moved, as far as readings could see.</summary>
    public TimeSpan ActiveAt { get; private set; } = now;

    public void Add(in FlowTraffic shown, TimeSpan now)
    {
        // A reading that lacks the counters says nothing of the flow.
        _isCounted = shown.Packets is not null;
        if (!_isCounted) return;
        if (shown.Packets != Traffic.Packets) ActiveAt = now;
        Traffic = shown;
        if (now - _since >= Shortest) Measure(shown, now);
    }

    private void Measure(in FlowTraffic shown, TimeSpan now)
    {
        var (more, moreBack) = (More(_before.Towards, shown.Towards), More(_before.Back, shown.Back));
        var isOneWay = more is not null && moreBack is not null && more > 0 != moreBack > 0;
        PacketsPerMinute = TrafficCount.Sum(more, moreBack) / (now - _since).TotalMinutes;
        OneWay = isOneWay ? OneWay + 1 : 0;
        (_before, _since) = (shown, now);
    }

    // A counter that went back was cleared: what it shows came since then.
    private static long? More(in TrafficCount before, in TrafficCount after) =>
        before.Packets is { } known && after.Packets >= known ? after.Packets - known : after.Packets;
}

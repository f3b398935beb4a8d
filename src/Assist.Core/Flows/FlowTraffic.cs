namespace Assist.Flows;

/// <summary>What was counted in one direction; null where the target does not count it, which is another thing than
/// 0.</summary>
public readonly record struct TrafficCount(long? Packets, long? Bytes)
{
    public static TrafficCount operator +(TrafficCount one, TrafficCount other) =>
        new(Sum(one.Packets, other.Packets), Sum(one.Bytes, other.Bytes));

    internal static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}

/// <summary>What was counted of a flow: in the direction of the session's first packet, and in that of its
/// answers.</summary>
public readonly record struct FlowTraffic(TrafficCount Towards, TrafficCount Back)
{
    public long? Packets => TrafficCount.Sum(Towards.Packets, Back.Packets);
    public long? Bytes => TrafficCount.Sum(Towards.Bytes, Back.Bytes);

    /// <summary>Nothing was sent yet, so nothing can have been counted.</summary>
    internal static FlowTraffic NotSent { get; } = new(new TrafficCount(0, 0), default);

    public static FlowTraffic operator +(FlowTraffic one, FlowTraffic other) =>
        new(one.Towards + other.Towards, one.Back + other.Back);

    /// <summary>What the entries of one flow have counted together.</summary>
    internal static FlowTraffic Of(IEnumerable<InstalledEntry> entries)
    {
        var sum = default(FlowTraffic);
        foreach (var entry in entries) sum += entry.Traffic;
        return sum;
    }
}

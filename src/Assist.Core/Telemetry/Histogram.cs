namespace Assist.Telemetry;

/// <summary>How long something took, by fixed bounds. Written by any thread, read by metrics.</summary>
public sealed class Histogram
{
    /// <summary>Upper bounds in seconds, inclusive; what takes longer is only in the total.</summary>
    public static IReadOnlyList<double> Bounds { get; } =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly long[] _counts = new long[Bounds.Count + 1];
    private long _ticks;

    public void Observe(TimeSpan duration)
    {
        var bucket = 0;
        while (bucket < Bounds.Count && duration.TotalSeconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    /// <summary>Counts up to each bound, then all.</summary>
    public IReadOnlyList<long> Cumulative()
    {
        var sums = new long[_counts.Length];
        long sum = 0;
        for (var i = 0; i < sums.Length; i++) sums[i] = sum += Interlocked.Read(ref _counts[i]);
        return sums;
    }

    public double SumInSeconds => TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds;
}

using System.Globalization;

namespace Assist.Faults;

/// <summary>The figures of docs/reliability.md that are not the fault run's.</summary>
internal static class Measurements
{
    private static readonly TimeSpan s_longestRestart = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestRepair = TimeSpan.FromSeconds(10);

    /// <summary>From the start of the process to the status that knows every flow; the switch must not be told to
    /// change anything.</summary>
    public static async Task<int> RestartAsync(Bench bench, int times, TimeProvider time)
    {
        await Filled.FillAsync(bench, time);
        var (took, adopting) = (new List<TimeSpan>(), new List<TimeSpan>());
        var writes = 0;
        for (var i = 0; i < times; i++)
        {
            await bench.KillDaemonAsync();
            var before = bench.Lines("record").Length;
            var start = time.GetTimestamp();
            bench.StartDaemon();
            await Filled.UntilKnownAsync(bench);
            took.Add(time.GetElapsedTime(start));
            adopting.Add(await AdoptionAsync(bench));
            // Long enough for what follows the first reading.
            await Task.Delay(TimeSpan.FromSeconds(3), time);
            writes += bench.Lines("record")
                .Skip(before).Count(line => line.Contains("\"configure\"", StringComparison.Ordinal));
        }
        var isWhole = await Filled.IsWholeAsync(bench);
        Console.WriteLine(
            $"restart with {Filled.Entries} entries, from the process to the last flow known: {Spread(took)}");
        Console.WriteLine($"of that, by its own log, from listening to adopted: {Spread(adopting)}");
        Console.WriteLine($"requests that change the switch: {writes}; table whole: {isWhole}");
        return writes == 0 && isWhole && took.Max() < s_longestRestart ? 0 : 1;
    }

    /// <summary>From the return of eAPI after a reload to the last entry in the hardware.</summary>
    public static async Task<int> ReloadAsync(Bench bench, IReadOnlyList<double> away, TimeProvider time)
    {
        await Filled.FillAsync(bench, time);
        var code = 0;
        foreach (var seconds in away)
        {
            await bench.OrderAsync("down");
            await bench.OrderAsync("reload");
            await Task.Delay(TimeSpan.FromSeconds(seconds), time);
            await bench.OrderAsync("up");
            var start = time.GetTimestamp();
            await bench.UntilAsync(() => Filled.IsWholeAsync(bench), () => "all entries are back", 300);
            var took = time.GetElapsedTime(start);
            if (took > s_longestRepair) code = 1;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"reload, eAPI away for {seconds:0} s: {Filled.Entries} entries are back {took.TotalSeconds:0.0} s "
                    + $"after it returned"));
            await Filled.UntilKnownAsync(bench);
        }
        return code;
    }

    // The log reaches its file a little later than the status tells.
    private static async Task<TimeSpan> AdoptionAsync(Bench bench)
    {
        string? listening = null, adopted = null;
        await bench.UntilAsync(() =>
        {
            var log = bench.Lines($"daemon{bench.Lives}.err");
            listening = Array.Find(log, line => line.Contains("listening", StringComparison.Ordinal));
            adopted = Array.Find(log, line => line.Contains("the switch answers", StringComparison.Ordinal));
            return listening is not null && adopted is not null;
        }, "the log tells of the adoption");
        return TimeOf(adopted!) - TimeOf(listening!);
    }

    // "Nov 21 16:02:58.591 INFORMATION ..."
    private static DateTime TimeOf(string line) =>
        DateTime.ParseExact(line[..19], "MMM dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Spread(List<TimeSpan> took)
    {
        var seconds = took.Select(one => one.TotalSeconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds[0]:0.00} to {seconds[^1]:0.00} s, median {seconds[seconds.Count / 2]:0.00} s, of "
                + $"{seconds.Count}");
    }
}

using Assist.Bench.Machine;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>How fast, next to what C can do, and that nothing is lost.</summary>
internal static class Ceilings
{
    private static readonly Load s_load = new(0) { PerWrite = 28 };

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "ceilings.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        foreach (var wire in Enum.GetValues<Wire>())
        {
            Dictionary<string, Limit> limits = new(StringComparer.Ordinal)
            {
                ["parse"] = await bed.StartLimitAsync(wire, Work.Parse),
                ["memchr"] = await bed.StartLimitAsync(wire, Work.Memchr),
                ["count"] = await bed.StartLimitAsync(wire, Work.Count),
            };
            if (wire == Wire.Udp) limits["recv"] = await bed.StartLimitAsync(wire, Work.Parse, batches: false);
            await CompareAsync(bed, scale, figures, daemon, limits, wire, s_load, $"full.{wire.Name()}");
        }
        await CheckAsync(daemon, figures);
        if (scale.WithMatrix) await MatrixAsync(bed, scale, figures);
    }

    private static async Task MatrixAsync(Bed bed, Scale scale, Figures figures)
    {
        var few = scale with { Rounds = 3, Stream = scale.Stream / 2 };
        foreach (var (label, rules) in new[] { ("shipped rules", BenchRules.Shipped), ("50 rules", BenchRules.Of(50)) })
        {
            await using var device = new TimedSwitch(bed, "matrix.eos");
            using var daemon = await bed.StartDaemonAsync(device, rules);
            foreach (var wire in Enum.GetValues<Wire>())
                foreach (var distinct in new[] { 1, 10, 1000, 100_000 })
                {
                    Dictionary<string, Limit> limits = new(StringComparer.Ordinal)
                    {
                        ["parse"] = await bed.StartLimitAsync(wire, Work.Parse),
                    };
                    await CompareAsync(bed, few, figures, daemon, limits, wire, s_load with { Distinct = distinct },
                        $"matrix.{wire.Name()}.{label}.{distinct}");
                }
            await CheckAsync(daemon, figures);
        }
    }

    // In turns. The ratio that has no name of its own is that to C which parses.
    private static async Task CompareAsync(
        Bed bed, Scale scale, Figures figures, MeasuredDaemon daemon, Dictionary<string, Limit> limits, Wire wire,
        Load load, string key)
    {
        load = load with { Count = scale.Stream };
        await Drive.WarmUpAsync(bed, daemon, load, wire);
        await Drive.WarmUpAsync(bed, limits["parse"], load, wire);
        for (var round = 0; round < scale.Rounds; round++)
        {
            var ours = await Drive.OnceAsync(bed, daemon, wire, load);
            figures.Add($"{key}.rate", 1000 / ours.Wall);
            figures.Add($"{key}.cpu", ours.Cpu);
            foreach (var (name, limit) in limits)
            {
                var theirs = await Drive.OnceAsync(bed, limit, wire, load);
                figures.Add(name == "parse" ? key : $"{key}.{name}", theirs.Wall / ours.Wall);
                figures.Add($"{key}.{name}.rate", 1000 / theirs.Wall);
                figures.Add($"{key}.{name}.cpu", theirs.Cpu);
            }
        }
        foreach (var limit in limits.Values)
        {
            await limit.CheckAsync();
            limit.Dispose();
        }
    }

    // Everything that was sent was counted and became something; nothing was dropped on the way.
    private static async Task CheckAsync(MeasuredDaemon daemon, Figures figures)
    {
        var tally = await daemon.UntilTalliedAsync();
        figures.Add("lost", daemon.Udp.Drops + (tally.Received - tally.Decided));
    }
}

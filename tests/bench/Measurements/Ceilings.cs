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
            using var limit = await bed.StartLimitAsync(wire);
            using var parsing = wire == Wire.Tcp ? null : await bed.StartLimitAsync(wire, parses: true);
            await CompareAsync(bed, scale, figures, daemon, limit, wire, s_load, $"full.{wire.Name()}", parsing);
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
            {
                using var limit = await bed.StartLimitAsync(wire);
                foreach (var distinct in new[] { 1, 10, 1000, 100_000 })
                    await CompareAsync(bed, few, figures, daemon, limit, wire, s_load with { Distinct = distinct },
                        $"matrix.{wire.Name()}.{label}.{distinct}");
            }
            await CheckAsync(daemon, figures);
        }
    }

    private static async Task CompareAsync(
        Bed bed, Scale scale, Figures figures, MeasuredDaemon daemon, Receiver limit, Wire wire, Load load, string key,
        Receiver? parsing = null)
    {
        load = load with { Count = scale.Stream };
        await Drive.WarmUpAsync(bed, daemon, load, wire);
        for (var round = 0; round < scale.Rounds; round++)
        {
            var ours = await Drive.OnceAsync(bed, daemon, wire, load);
            var theirs = await Drive.OnceAsync(bed, limit, wire, load);
            figures.Add(key, theirs.Wall / ours.Wall);
            figures.Add($"{key}.rate", 1000 / ours.Wall);
            figures.Add($"{key}.cpu", ours.Cpu);
            figures.Add($"{key}.c-rate", 1000 / theirs.Wall);
            figures.Add($"{key}.c-cpu", theirs.Cpu);
            if (parsing is not null) figures.Add($"{key}.c-parses", theirs.Wall / (await Drive.OnceAsync(bed, parsing, wire, load)).Wall);
        }
    }

    // Everything that was sent was counted and became something; nothing was dropped on the way.
    private static async Task CheckAsync(MeasuredDaemon daemon, Figures figures)
    {
        var tally = await daemon.UntilTalliedAsync();
        figures.Add("lost", daemon.Udp.Drops + (tally.Received - tally.Decided));
    }
}

using System.Diagnostics;
using Assist.Bench.Machine;

namespace Assist.Bench.Measurements;

/// <summary>What more matches and more rules cost.</summary>
internal static class Growth
{
    private const int Many = 100_000;
    private const int Decisions = 5_000;

    // The machine is faster in some seconds than in others, and a sample compares what was measured in one moment.
    private const int Samples = 50;

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "growth.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        await Drive.WarmUpAsync(bed, daemon, new Load(0, Many), Wire.Udp);
        for (var round = 0; round < 4 * scale.Rounds; round++)
        {
            var many = await Drive.FullSocketAsync(bed, daemon, new Load(0, Many, First: 0));
            var one = await Drive.FullSocketAsync(bed, daemon, new Load(0, 1));
            figures.Add("growth.distinct", many.Cpu / one.Cpu);
            figures.Add("growth.distinct.one", one.Cpu);
            figures.Add("growth.distinct.many", many.Cpu);
        }
        figures.Add("full.memory", daemon.Process.Peak / 1e6);
        MeasureRules(scale, figures);
    }

    // In this process: what the rules cost is little beside what the kernel costs. The target is about rules that are
    // tried; what the daemon recalls of the last logs costs the same with any number of them.
    private static void MeasureRules(Scale scale, Figures figures)
    {
        var (none, half, all) = (new Pipeline(Rules.Of(1)), new Pipeline(Rules.Of(26)), new Pipeline(Rules.Of(51)));
        for (var round = -Samples; round < Samples * scale.Rounds; round++)
        {
            var (few, many) = (Nanoseconds(half.Handle), Nanoseconds(all.Handle));
            var (n, h, a) = (Nanoseconds(() => none.Decide()), Nanoseconds(() => half.Decide()), Nanoseconds(() => all.Decide()));
            // Until then the runtime compiles.
            if (round < 0) continue;
            figures.Add("growth.rules", (a - n) / (2 * (h - n)));
            figures.Add("growth.rules.recalled", many / few);
            figures.Add("growth.rules.ns", (a - n) / 50);
        }
    }

    private static double Nanoseconds(Action act)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Decisions; i++) act();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Decisions;
    }
}

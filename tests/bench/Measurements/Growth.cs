using System.Diagnostics;
using Assist.Bench.Machine;
using Assist.Configuration;

namespace Assist.Bench.Measurements;

/// <summary>What more matches and more rules cost.</summary>
internal static class Growth
{
    private const int Many = 100_000;
    private const int Decisions = 5_000;

    // The machine is faster in some seconds than in others: what is compared takes turns of milliseconds.
    private const int Turns = 50;

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "growth.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        await Drive.WarmUpAsync(bed, daemon, new Load(0, Many), Wire.Udp);
        for (var round = 0; round < 4 * scale.Rounds; round++)
        {
            var many = await Drive.FullSocketAsync(bed, daemon, new Load(0, Many));
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
        var none = new Pipeline(BenchRules.Of(1));
        var half = new Pipeline(BenchRules.Of(26));
        var all = new Pipeline(BenchRules.Of(51));
        for (var round = -1; round < scale.Rounds; round++)
        {
            var turns = new Figures();
            for (var turn = 0; turn < Turns; turn++)
            {
                turns.Add("few", Nanoseconds(half.Handle));
                turns.Add("many", Nanoseconds(all.Handle));
                turns.Add("none", Nanoseconds(() => none.Decide()));
                turns.Add("half", Nanoseconds(() => half.Decide()));
                turns.Add("all", Nanoseconds(() => all.Decide()));
            }
            // Until then the runtime compiles.
            if (round < 0) continue;
            figures.Add("growth.rules", (Of("all") - Of("none")) / (2 * (Of("half") - Of("none"))));
            figures.Add("growth.rules.recalled", Of("many") / Of("few"));
            figures.Add("growth.rules.ns", (Of("all") - Of("none")) / 50);

            double Of(string key) => turns.Of(key)!.Value.Median;
        }
    }

    private static double Nanoseconds(Action act)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Decisions; i++) act();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Decisions;
    }
}

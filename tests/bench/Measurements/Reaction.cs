using System.Diagnostics;
using Assist.Bench.Machine;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Eos;

namespace Assist.Bench.Measurements;

/// <summary>How long after a firewall's log the switch is told, and holds it.</summary>
internal static class Reaction
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    // A switch of a certain age.
    private static readonly SwitchOptions s_slow = new()
    {
        Capacity = 8192,
        RequestCost = TimeSpan.FromMilliseconds(20),
        CommandCost = TimeSpan.FromMilliseconds(0.2),
    };

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using (var device = new TimedSwitch(bed, "reaction.eos"))
        {
            using var daemon = await bed.StartDaemonAsync(device, capacity: 8000);
            using var probes = new Probes(daemon, device);
            await probes.TimeAsync(20, TimeSpan.FromMilliseconds(100));
            var idle = await probes.TimeAsync(scale.Probes, TimeSpan.FromMilliseconds(300));
            figures.Add("reaction.median", Spread.Percentile(idle, 0.5));
            figures.Add("reaction.p99", Spread.Percentile(idle, 0.99));
            using var sender = new Load(long.MaxValue / 2, Rate: 100_000).Start(bed.Sender, Wire.Udp, daemon.UdpPort);
            await Task.Delay(1500);
            var loaded = await probes.TimeAsync(scale.Probes, TimeSpan.FromMilliseconds(100));
            figures.Add("reaction.loaded", Spread.Percentile(loaded, 0.99));
            await sender.StopAsync();
        }
        await ColdAsync(bed, figures);
        await ReadBackAsync(bed, scale, figures);
    }

    private static async Task ColdAsync(Bed bed, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "cold.eos", s_slow);
        using var daemon = await bed.StartDaemonAsync(device, capacity: 2000);
        var began = Stopwatch.GetTimestamp();
        await new Load(1512, 1500).SendAsync(bed.Sender, Wire.Udp, daemon.UdpPort);
        while (Tally.Of(await daemon.StatusAsync()).Programmed < 1500 && Stopwatch.GetElapsedTime(began) < s_deadline)
            await Task.Delay(20);
        figures.Add("cold", Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    // The flow that was sent as the n-th is there when n are programmed: they come one after the other.
    private static async Task ReadBackAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "readback.eos", s_slow);
        using var daemon = await bed.StartDaemonAsync(device, capacity: 8000);
        using var probes = new Probes(daemon, device);
        await probes.TimeAsync(10, TimeSpan.FromMilliseconds(200));
        await daemon.UntilTableSettledAsync();
        var (before, count) = (Tally.Of(await daemon.StatusAsync()).Programmed, scale.ProgrammedSeconds * 20);
        var sent = new long[count];
        var sending = SendAsync(probes, sent);
        var took = new List<double>();
        var (began, deadline) = (Stopwatch.GetTimestamp(), s_deadline + TimeSpan.FromSeconds(scale.ProgrammedSeconds));
        while (took.Count < count && Stopwatch.GetElapsedTime(began) < deadline)
        {
            var programmed = Tally.Of(await daemon.StatusAsync()).Programmed - before;
            while (took.Count < programmed) took.Add(Since(Volatile.Read(ref sent[took.Count])));
            // Asking costs processor time that is measured too.
            await Task.Delay(5);
        }
        await sending;
        figures.Add("readback", took.Count == count ? Spread.Percentile(took, 0.99) : s_deadline.TotalMilliseconds);
    }

    private static Task SendAsync(Probes probes, long[] sent) => Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < sent.Length; i++)
        {
            Volatile.Write(ref sent[i], probes.Send());
            await timer.WaitForNextTickAsync();
        }
    });

    private static double Since(long sent) => Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
}

using System.Diagnostics;
using Assist.Bench.Machine;
using Assist.Configuration;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>Twice the rate the daemon can take: 50 rules make it slow enough for one sender. Most are duplicates;
/// single new verdicts have to come through. Then more distinct matches than the table has room for.</summary>
internal static class Overload
{
    // A source that is denied goes on: this often, until it is dropped.
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(20);

    // The socket's buffer for bursts fills in the first second, and for two more the daemon takes it for a burst.
    private static readonly TimeSpan s_established = TimeSpan.FromSeconds(4);

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "overload.eos");
        using var daemon = await bed.StartDaemonAsync(device, BenchRules.Of(50), capacity: 8000);
        await Drive.WarmUpAsync(bed, daemon, new Load(0), Wire.Udp);
        var most = 1e6 / (await Drive.FullSocketAsync(bed, daemon, new Load(0))).Wall;
        var before = await daemon.UntilTalliedAsync();
        var drops = daemon.Udp.Drops;
        using var flood = Flood(bed, daemon, 1000, most);
        using var probes = new Probes(daemon, device);
        await Task.Delay(s_established);
        var asking = SlowestStatusAsync(daemon, scale);
        var newest = await probes.TimeAsync(scale.Probes / 2, TimeSpan.FromMilliseconds(20), s_again);
        figures.Add("overload.newest", Spread.Percentile(newest, 0.99));
        figures.Add("overload.status", await asking);
        flood.Signal(Child.SigTerm);
        var sent = await Load.ReadAsync(flood);
        var after = await daemon.UntilTalliedAsync();
        await Task.Delay(1200);   // the daemon reads the kernel's counter once a second
        after = await daemon.UntilTalliedAsync();
        var accounted = after.Decided - before.Decided + (after.KernelDrops - before.KernelDrops);
        figures.Add("overload.lost", sent.Messages + probes.Sent - accounted);
        figures.Add("overload.times", (double)sent.Messages / (after.Received - before.Received));
        figures.Add("overload.dropped", (double)(daemon.Udp.Drops - drops) / sent.Messages * 100);

        using var second = Flood(bed, daemon, 100_000, most);
        await Task.Delay(TimeSpan.FromSeconds(scale.FloodSeconds / 2.0));
        figures.Add("overload.status", await SlowestStatusAsync(daemon, scale));
        figures.Add("overload.shed", Tally.Of(await daemon.StatusAsync()).Shed);
        figures.Add("overload.stop", (await daemon.Process.StopAsync()).TotalMilliseconds);
        second.Signal(Child.SigTerm);
    }

    private static Child Flood(Bed bed, MeasuredDaemon daemon, int distinct, double most) =>
        new Load(long.MaxValue / 2, distinct, Rate: (int)(2 * most)).Start(bed.Sender, Wire.Udp, daemon.UdpPort);

    private static async Task<double> SlowestStatusAsync(MeasuredDaemon daemon, Scale scale)
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < scale.FloodSeconds * 4; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            await daemon.StatusAsync();
            var took = Stopwatch.GetElapsedTime(asked);
            if (took > slowest) slowest = took;
            await Task.Delay(100);
        }
        return slowest.TotalMilliseconds;
    }
}

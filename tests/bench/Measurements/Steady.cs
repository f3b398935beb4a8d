using Assist.Bench.Machine;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>What ordinary days cost: even rates, at 20,000 a second with somebody asking for the status every
/// second.</summary>
internal static class Steady
{
    private const int Rate = 20_000;

    // Bytes of the receive buffer that one of our datagrams takes.
    private const long TrueSize = 1476;

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "steady.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        await Drive.WarmUpAsync(bed, daemon, new Load(0), Enum.GetValues<Wire>());
        foreach (var wire in Enum.GetValues<Wire>()) await CompareAsync(bed, scale, figures, daemon, wire);
        for (var round = 0; round < Math.Min(scale.Rounds, 5); round++)
            figures.Add("stall", await LongestStallAsync(bed, daemon, scale));
        await SlowAsync(bed, scale, figures);
    }

    private static async Task CompareAsync(Bed bed, Scale scale, Figures figures, MeasuredDaemon daemon, Wire wire)
    {
        using var limit = await bed.StartLimitAsync(wire, Work.Count);
        var (key, load) = ($"steady.{wire.Name()}", new Load((long)Rate * scale.SteadySeconds, Rate: Rate));
        for (var round = 0; round < Math.Min(scale.Rounds, 5); round++)
        {
            var ours = await Drive.SteadyAsync(bed, daemon, wire, load, daemon.StatusAsync);
            var theirs = await Drive.SteadyAsync(bed, limit, wire, load);
            figures.Add(key, ours.Cpu / theirs.Cpu);
            figures.Add($"{key}.cpu", ours.Cpu);
            figures.Add($"{key}.c-cpu", theirs.Cpu);
        }
        await limit.CheckAsync();
    }

    // A daemon of its own, with a window that does not end meanwhile: what a flow costs again after a minute is not
    // what is measured here.
    private static async Task SlowAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "slow.eos");
        using var daemon = await bed.StartDaemonAsync(device, window: "1h");
        await Drive.WarmUpAsync(bed, daemon, new Load(0, Distinct: 100), Enum.GetValues<Wire>());
        await daemon.UntilTableSettledAsync();
        var (worst, load) = (0.0, new Load(100 * scale.SlowSeconds, Distinct: 100, Rate: 100));
        foreach (var wire in Enum.GetValues<Wire>())
        {
            daemon.UntilSettled();
            var share = ShareOf(await Drive.SteadyAsync(bed, daemon, wire, load));
            figures.Add($"slow.{wire.Name()}", share);
            worst = Math.Max(worst, share);
            using var limit = await bed.StartLimitAsync(wire, Work.Count);
            figures.Add($"slow.{wire.Name()}.c", ShareOf(await Drive.SteadyAsync(bed, limit, wire, load)));
            await limit.CheckAsync();
        }
        figures.Add("slow", worst);
    }

    // Percent of a core.
    private static double ShareOf(Cost cost) => cost.Cpu / cost.Wall * 100;

    // What waits in the socket at the most, by the rate at which it comes: collector and compiler pauses show there.
    private static async Task<double> LongestStallAsync(Bed bed, MeasuredDaemon daemon, Scale scale)
    {
        daemon.UntilSettled();
        using var sender = new Load((long)Rate * scale.SteadySeconds, Rate: Rate, PerWrite: 1)
            .Start(bed.Sender, Wire.Udp, daemon.UdpPort);
        var reading = Load.ReadAsync(sender);
        var longest = 0L;
        while (!reading.IsCompleted)
        {
            await Task.Delay(1);
            longest = Math.Max(longest, daemon.Udp.Queued);
        }
        await reading;
        return longest / TrueSize * 1000.0 / Rate;
    }
}

using Assist.Bench.Machine;

namespace Assist.Bench.Measurements;

/// <summary>rsyslog and syslog-ng finding the denied logs and writing six of their fields, a tenth of all.</summary>
internal static class Rivals
{
    private static readonly Load s_load = new(0) { DeniedPercent = 10 };

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "rivals.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        var rivals = new[] { await bed.StartRsyslogAsync(), await bed.StartSyslogNgAsync() }.OfType<Receiver>().ToList();
        try
        {
            foreach (var wire in Enum.GetValues<Wire>()) await CompareAsync(bed, scale, figures, daemon, rivals, wire);
        }
        finally
        {
            rivals.ForEach(rival => rival.Dispose());
        }
    }

    private static async Task CompareAsync(
        Bed bed, Scale scale, Figures figures, Daemon daemon, List<Receiver> rivals, Wire wire)
    {
        if (rivals.Count == 0) return;
        var load = s_load with { Count = scale.Stream / 2 };
        foreach (var receiver in rivals.Prepend(daemon)) await Drive.WarmUpAsync(bed, receiver, load, wire);
        for (var round = 0; round < Math.Min(scale.Rounds, 7); round++)
        {
            var ours = await Drive.OnceAsync(bed, daemon, wire, load);
            var cheapest = double.MaxValue;
            foreach (var rival in rivals)
            {
                var theirs = await Drive.OnceAsync(bed, rival, wire, load);
                figures.Add($"rival.{rival.Name}.{Ceilings.Name(wire)}", theirs.Wall / ours.Wall);
                figures.Add($"rivals.{rival.Name}.{Ceilings.Name(wire)}.cpu", theirs.Cpu);
                cheapest = Math.Min(cheapest, theirs.Cpu);
            }
            figures.Add($"rivals.cpu.{Ceilings.Name(wire)}", ours.Cpu / cheapest);
        }
        var worst = figures.StartingWith("rivals.cpu.").Max(figure => figure.Spread.Median);
        if (wire == Wire.Tls) figures.Add("rival.cpu", worst);
    }
}

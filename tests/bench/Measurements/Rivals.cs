using Assist.Bench.Machine;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>rsyslog and syslog-ng finding the denied logs and writing six of their fields, a tenth of all: by the
/// columns of every log, as we do, or by its text.</summary>
internal static class Rivals
{
    private static readonly Load s_load = new(0) { DeniedPercent = 10 };

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "rivals.eos");
        using var daemon = await bed.StartDaemonAsync(device);
        var rivals = new List<Rival>();
        try
        {
            foreach (var search in Enum.GetValues<Search>())
            {
                Rival?[] both = [await bed.StartRsyslogAsync(search), await bed.StartSyslogNgAsync(search)];
                rivals.AddRange(both.OfType<Rival>());
            }
            if (rivals.Count == 0) return;
            foreach (var wire in Enum.GetValues<Wire>())
                await CompareAsync(bed, scale, figures, daemon, rivals, wire);
            foreach (var (search, key) in new[] { (Search.Columns, "rival.cpu"), (Search.Text, "rivals.cpu.by-text") })
            {
                var ratios = figures.StartingWith($"rivals.cpu.{search.ToString().ToLowerInvariant()}.").ToList();
                if (ratios.Count > 0) figures.Add(key, ratios.Max(figure => figure.Spread.Median));
            }
        }
        finally
        {
            rivals.ForEach(rival => rival.Dispose());
        }
    }

    private static async Task CompareAsync(
        Bed bed, Scale scale, Figures figures, MeasuredDaemon daemon, List<Rival> rivals, Wire wire)
    {
        var load = s_load with { Count = scale.Stream / 2 };
        foreach (var receiver in rivals.Prepend<Receiver>(daemon))
            await Drive.WarmUpAsync(bed, receiver, load, wire);
        var name = wire.Name();
        for (var round = 0; round < Math.Min(scale.Rounds, 7); round++)
        {
            var ours = await Drive.OnceAsync(bed, daemon, wire, load);
            figures.Add($"rivals.assist.{name}.cpu", ours.Cpu);
            foreach (var group in rivals.GroupBy(rival => rival.Search))
            {
                var cheapest = double.MaxValue;
                foreach (var rival in group)
                {
                    if (await MeasureAsync(bed, rival, wire, load) is not { } theirs) continue;
                    var isByText = group.Key == Search.Text;
                    var ratio = $"{(isByText ? "rivals.by-text" : "rival")}.{rival.Name}.{name}";
                    figures.Add(ratio, theirs.Wall / ours.Wall);
                    figures.Add($"rivals.{(isByText ? "by-text." : "")}{rival.Name}.{name}.cpu", theirs.Cpu);
                    cheapest = Math.Min(cheapest, theirs.Cpu);
                }
                if (cheapest < double.MaxValue)
                    figures.Add($"rivals.cpu.{group.Key.ToString().ToLowerInvariant()}.{name}", ours.Cpu / cheapest);
            }
        }
    }

    // Null where it has not written every denied log and nothing else: a receiver that loses is fast.
    private static async Task<Cost?> MeasureAsync(Bed bed, Rival rival, Wire wire, Load load)
    {
        var (before, sent) = (await rival.RestingLinesAsync(), rival.SentSoFar.Denied);
        var cost = await Drive.OnceAsync(bed, rival, wire, load);
        if (await rival.HasWrittenAsync(before, rival.SentSoFar.Denied - sent)) return cost;
        await Console.Error.WriteLineAsync(
            $"{rival.Name} has not written what it was to find ({wire}, by {rival.Search}): void");
        return null;
    }
}

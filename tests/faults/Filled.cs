namespace Assist.Faults;

/// <summary>A table of long-lived flows for the measurements.</summary>
internal static class Filled
{
    public const int Entries = 1500;
    private const int Bypasses = 300;
    private const int Drops = Entries - (2 * Bypasses);
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Room for them and for the static and foreign ones; everything else as shipped.</summary>
    public static BenchOptions Options { get; } =
        new() { Capacity = Entries + 60, Hardware = Entries + 80, Timeout = "30s", Flows = "reserved_for_drops: 40" };

    public static async Task FillAsync(Bench bench, TimeProvider time)
    {
        var traffic = new Traffic(new Random(1), 1);
        bench.StartDaemon();
        await bench.UntilStatusAsync(status => status.IsReachable, "the daemon has read the switch");
        using var sender = new Sender();
        await sender.ConnectAsync(bench.Port);
        for (var i = 0; i < Drops + Bypasses; i++)
        {
            await sender.SendAsync(traffic.Ask(isDrop: i < Drops, isLong: true), byUdp: false);
            if (i % 100 == 0) await Task.Delay(s_pace, time);
        }
        await bench.UntilStatusAsync(
            status => status.Flows("programmed") == Drops + Bypasses, "everything is programmed", 300);
    }

    /// <summary>True where the hardware holds every entry.</summary>
    public static async Task<bool> IsWholeAsync(Bench bench) =>
        (await bench.SwitchFlowsAsync()).Count(flow => flow.IsProgrammed && SwitchFlow.IsOurs(flow.Name)) == Entries;

    public static Task<Status> UntilKnownAsync(Bench bench) =>
        bench.UntilStatusAsync(status => status.IsReachable
            && status.Flows("programmed") == Drops + Bypasses, "all flows adopted", 120);
}

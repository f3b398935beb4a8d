using System.Diagnostics;
using System.Net.Sockets;
using Assist.Bench.Machine;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>Start, a command, and rest.</summary>
internal static class Footprint
{
    // The daemon compacts its memory two seconds after the start, and a runtime that compiles has done most of it.
    private static readonly TimeSpan s_started = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "footprint.eos");
        for (var i = 0; i < scale.Starts; i++) figures.Add("ready", await ReadyAsync(bed, device, $"notify{i}"));
        using var daemon = await bed.StartDaemonAsync(device);
        await Task.Delay(s_started);
        var (cpu, began) = (daemon.Process.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(scale.IdleSeconds));
        figures.Add("idle.cpu", (daemon.Process.Cpu - cpu) / Stopwatch.GetElapsedTime(began) * 100);
        figures.Add("idle.memory", daemon.Process.Resident / 1e6);
        for (var i = 0; i < scale.Statuses; i++) figures.Add("status", await StatusAsync(bed, daemon));
        figures.Add("size", new FileInfo(bed.Program).Length / 1e6);
    }

    // As a supervisor sees it: READY=1 on its socket.
    private static async Task<double> ReadyAsync(Bed bed, TimedSwitch device, string name)
    {
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notify.Bind(new UnixDomainSocketEndPoint(bed.PathOf(name)));
        using var daemon = bed.LaunchDaemon(device, BenchRules.Shipped, 1500, out var startedAt, bed.PathOf(name));
        await notify.ReceiveAsync(new byte[256]);
        var took = Stopwatch.GetElapsedTime(startedAt);
        await daemon.Process.StopAsync();
        return took.TotalMilliseconds;
    }

    // The whole process, as an operator waits for it. Its exit code is that of a switch without static flows.
    private static async Task<double> StatusAsync(Bed bed, MeasuredDaemon daemon)
    {
        var began = Stopwatch.GetTimestamp();
        var text = await bed.CommandAsync(daemon, "status");
        var took = Stopwatch.GetElapsedTime(began);
        if (!text.Contains("Listening on")) throw new InvalidOperationException($"assist status printed: {text}");
        return took.TotalMilliseconds;
    }
}

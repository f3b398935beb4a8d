using System.Diagnostics;
using System.Net.Sockets;
using Assist.Bench.Machine;
using Assist.Configuration;
using Assist.Daemon;

namespace Assist.Bench.Measurements;

/// <summary>Start, and rest.</summary>
internal static class Footprint
{
    // Most of what ran at start is compiled anew by then; the rest is taken off.
    private static readonly TimeSpan s_compiled = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        await using var device = new TimedSwitch(bed, "footprint.eos");
        for (var i = 0; i < scale.Starts; i++) figures.Add("ready", await ReadyAsync(bed, device, $"notify{i}"));
        using var daemon = await bed.StartDaemonAsync(device);
        await RestAsync(daemon, s_compiled);
        var (cpu, compiling, began) = (daemon.Process.Cpu, daemon.Process.NoteCompiling(), Stopwatch.GetTimestamp());
        await RestAsync(daemon, TimeSpan.FromSeconds(scale.IdleSeconds));
        var (took, compiled) = (Stopwatch.GetElapsedTime(began), daemon.Process.NoteCompiling() - compiling);
        figures.Add("idle.cpu", (daemon.Process.Cpu - cpu - compiled) / took * 100);
        figures.Add("idle.compiling", compiled / took * 100);
        figures.Add("idle.memory", daemon.Process.Resident / 1e6);
        figures.Add("size", new FileInfo(bed.Program).Length / 1e6);
    }

    private static async Task RestAsync(MeasuredDaemon daemon, TimeSpan time)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < time; await Task.Delay(1000)) daemon.Process.NoteCompiling();
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
}

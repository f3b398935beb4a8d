using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
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
            figures.Add("reaction.loaded", Spread.Percentile(await probes.TimeAsync(scale.Probes, TimeSpan.FromMilliseconds(100)), 0.99));
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
        while (Tally.Of(await daemon.StatusAsync()).Programmed < 1500 && Stopwatch.GetElapsedTime(began) < s_deadline) await Task.Delay(20);
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
        var sending = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var i = 0; i < count; i++)
            {
                Volatile.Write(ref sent[i], probes.Send());
                await timer.WaitForNextTickAsync();
            }
        });
        var took = new List<double>();
        var began = Stopwatch.GetTimestamp();
        while (took.Count < count && Stopwatch.GetElapsedTime(began) < s_deadline + TimeSpan.FromSeconds(scale.ProgrammedSeconds))
        {
            var programmed = Tally.Of(await daemon.StatusAsync()).Programmed - before;
            while (took.Count < programmed) took.Add(Stopwatch.GetElapsedTime(Volatile.Read(ref sent[took.Count])).TotalMilliseconds);
            // Asking costs processor time that is measured too.
            await Task.Delay(5);
        }
        await sending;
        figures.Add("readback", took.Count == count ? Spread.Percentile(took, 0.99) : s_deadline.TotalMilliseconds);
    }
}

/// <summary>Single denied sessions, each with a match of its own, and when the switch was asked for their flows.</summary>
internal sealed class Probes(MeasuredDaemon daemon, TimedSwitch device) : IDisposable
{
    private static readonly TimeSpan s_lost = TimeSpan.FromSeconds(5);

    private readonly UdpClient _socket = new("127.0.0.1", daemon.UdpPort);
    private int _number;

    /// <summary>Datagrams so far.</summary>
    public long Sent { get; private set; }

    private string Source => $"10.9.{_number / 250}.{_number % 250 + 1}";

    /// <summary>Time stamp of when it went.</summary>
    public long Send()
    {
        _number++;
        return Repeat();
    }

    private long Repeat()
    {
        var time = TimeProvider.System.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss");
        var line = $"<14>Nov 21 10:00:00 fw 1,{time},0079,TRAFFIC,deny,2561,{time},{Source},203.0.113.9,0.0.0.0,0.0.0.0,probe,,,ssl,vsys1,"
            + $"inside,outside,ethernet1/1,ethernet1/2,offload,{time},1,1,51007,443,0,0,0x0,tcp,deny,0,0,0,1,{time},0,any,0,1,0x0,US,US,0,1,0,policy-deny";
        var bytes = Encoding.ASCII.GetBytes(line);
        var now = Stopwatch.GetTimestamp();
        _socket.Client.Send(bytes);
        Sent++;
        return now;
    }

    /// <summary>Milliseconds from the first datagram to the request, one probe after the other.</summary>
    /// <param name="again">A source that goes on is denied, and logged, as often until it is dropped; null once.</param>
    public async Task<List<double>> TimeAsync(int count, TimeSpan apart, TimeSpan? again = null)
    {
        var took = new List<double>();
        for (var i = 0; i < count; i++)
        {
            long sent = Send(), last = sent;
            long? asked;
            while ((asked = device.AskedAt(Source)) is null && Stopwatch.GetElapsedTime(sent) < s_lost)
            {
                await Task.Delay(1);
                if (Stopwatch.GetElapsedTime(last) >= again) last = Repeat();
            }
            took.Add(asked is { } at ? Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds : s_lost.TotalMilliseconds);
            await Task.Delay(apart);
        }
        return took;
    }

    public void Dispose() => _socket.Dispose();
}

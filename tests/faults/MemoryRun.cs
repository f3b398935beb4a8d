using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Flows;
using Assist.Tests.Processes;

namespace Assist.Faults;

/// <summary>Distinct verdicts as fast as they are taken, and the daemon's memory on the way.</summary>
internal sealed class MemoryRun(Bench bench, int verdicts, int rate, TimeProvider time)
{
    private const int Samples = 20;
    private const double MostGrowth = 1.1;

    public async Task<int> RunAsync()
    {
        bench.StartDaemon();
        await bench.UntilStatusAsync(status => status.IsReachable, "the daemon has read the switch");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, bench.Port);
        await using var stream = new NetworkStream(socket);
        var (start, resident) = (time.GetTimestamp(), new List<double>());
        Console.WriteLine("verdicts  seconds  resident MiB  entries  drop  over_limit  shed");
        for (var sample = 1; sample <= Samples; sample++)
        {
            await SendAsync(stream, verdicts / Samples * (sample - 1), verdicts / Samples, start);
            var status = await bench.UntilStatusAsync(_ => true, "the daemon answers");
            resident.Add(bench.Daemon!.ResidentMib);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{verdicts / Samples * sample,8}  {time.GetElapsedTime(start).TotalSeconds,7:0}  "
                    + $"{resident[^1],12:0.0}  {status.Entries,7}  {status.Outcome("drop")}  "
                    + $"{status.Outcome("over_limit")}  {status.Outcome("shed")}"));
        }
        await bench.UntilStatusAsync(status => status.Received == verdicts / Samples * Samples
            && status.SumOfOutcomes == status.Received, "all taken in");
        // The first quarter is the runtime's way to its working size.
        var (before, after) = (resident.Skip(Samples / 4)
            .Take(Samples / 4).Max(), resident.TakeLast(Samples / 4).Max());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"second quarter at most {before:0.0} MiB, last quarter at most {after:0.0} MiB"));
        return after <= before * MostGrowth ? 0 : 1;
    }

    private async Task SendAsync(NetworkStream stream, int from, int count, long start)
    {
        const int Chunk = 200;
        const string Marker = "198.18.18.18";
        for (var i = from; i < from + count; i += Chunk)
        {
            var template = LogLine.Deny(Marker, "203.0.113.20", 443).ToString();
            var bytes = new StringBuilder();
            for (var number = i + 1; number <= Math.Min(i + Chunk, from + count); number++)
            {
                var line = template.Replace(
                    Marker, $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}", StringComparison.Ordinal);
                bytes.Append(CultureInfo.InvariantCulture, $"{line.Length} {line}");
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes.ToString()));
            var ahead = TimeSpan.FromSeconds((double)i / rate) - time.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, time);
        }
    }
}

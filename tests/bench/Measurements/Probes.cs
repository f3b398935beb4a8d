using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Assist.Bench.Machine;

namespace Assist.Bench.Measurements;

/// <summary>Single denied sessions, each with a match of its own, and when the switch was asked for their
/// flows.</summary>
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
        var line = $"<14>Nov 21 10:00:00 fw 1,{time},0079,TRAFFIC,deny,2561,{time},{Source},203.0.113.9,0.0.0.0,"
            + $"0.0.0.0,probe,,,ssl,vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,{time},1,1,51007,443,"
            + $"0,0,0x0,tcp,deny,0,0,0,1,{time},0,any,0,1,0x0,US,US,0,1,0,policy-deny";
        var bytes = Encoding.ASCII.GetBytes(line);
        var now = Stopwatch.GetTimestamp();
        _socket.Client.Send(bytes);
        Sent++;
        return now;
    }

    /// <summary>Milliseconds from the first datagram to the request, one probe after the other.</summary>
    /// <param name="again">A source that goes on is denied, and logged, as often until it is dropped; null
    /// once.</param>
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

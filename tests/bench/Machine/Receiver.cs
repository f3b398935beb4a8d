using System.Diagnostics;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>A syslog receiver under test and where it listens.</summary>
internal class Receiver(string name, Child process, int port, int tlsPort) : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_settled = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    private int _fillings;

    public string Name => name;

    public Child Process => process;

    public int UdpPort => port;

    public int PortOf(Wire wire) => wire == Wire.Tls ? tlsPort : port;

    /// <summary>Datagrams of ours that its receive buffer holds: those of 32 MiB, fewer where it was granted
    /// less.</summary>
    public int BufferHolds { get; set; } = 42_000;

    /// <summary>So many of the load's messages as the buffer holds. Of more matches than that, others than the last
    /// time.</summary>
    public Load Filling(Load load)
    {
        load = load with { Count = BufferHolds };
        if (load.Distinct <= BufferHolds) return load;
        var first = (int)((long)_fillings++ * BufferHolds % (load.Distinct - BufferHolds + 1));
        return load with { First = first, Distinct = BufferHolds };
    }

    /// <summary>All that was sent to it so far.</summary>
    public Sent SentSoFar { get; private set; }

    public void Note(Sent sent) => SentSoFar += sent;

    public UdpSockets Udp => UdpSockets.At(port);

    public async Task UntilListeningAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (!UdpSockets.IsTaken(port) && !UdpSockets.IsTaken(tlsPort))
        {
            if (process.HasEnded || Stopwatch.GetElapsedTime(began) > s_deadline)
                throw new InvalidOperationException($"{name} does not listen");
            await Task.Delay(20);
        }
        UntilSettled();
    }

    /// <summary>Waits until nothing is queued and the process rests; gives the last time at which it still
    /// worked.</summary>
    public long UntilSettled()
    {
        var began = Stopwatch.GetTimestamp();
        long worked = began, looked = began;
        var cpu = process.Cpu;
        while (true)
        {
            if (Stopwatch.GetElapsedTime(began) > s_deadline)
                throw new InvalidOperationException($"{name} does not come to rest");
            Thread.Sleep(s_look);
            var (now, used) = (Stopwatch.GetTimestamp(), process.Cpu);
            // Waking up for nothing, to look at the clock, is not work.
            if (used - cpu > Stopwatch.GetElapsedTime(looked, now) / 5 || Udp.Queued > 0) worked = now;
            else if (Stopwatch.GetElapsedTime(worked, now) >= s_settled) return worked;
            (cpu, looked) = (used, now);
        }
    }

    public virtual void Dispose() => process.Dispose();
}

using System.Diagnostics;
using Assist.Bench.Machine;
using Assist.Configuration;

namespace Assist.Bench.Measurements;

/// <summary>Sends to a receiver and takes what it cost.</summary>
internal static class Drive
{
    /// <summary>Fills the socket's buffer while the receiver is stopped, then times how it works it off: the receiver alone,
    /// without the sender's pace.</summary>
    public static async Task<Cost> FullSocketAsync(Bed bed, Receiver receiver, Load load)
    {
        var sent = await FillAsync(bed, receiver, load);
        var cpu = receiver.Process.Cpu;
        var began = Stopwatch.GetTimestamp();
        receiver.Process.Signal(Child.SigCont);
        var ended = receiver.UntilSettled();
        return Cost.Of(sent.Messages, Stopwatch.GetElapsedTime(began, ended), receiver.Process.Cpu - cpu);
    }

    private static async Task<Sent> FillAsync(Bed bed, Receiver receiver, Load load)
    {
        while (true)
        {
            receiver.UntilSettled();
            var drops = receiver.Udp.Drops;
            receiver.Process.Signal(Child.SigStop);
            var sent = await receiver.Filling(load).SendAsync(bed.Sender, Wire.Udp, receiver.UdpPort);
            receiver.DeniedSent += sent.Denied;
            if (receiver.Udp.Drops == drops) return sent;
            receiver.Process.Signal(Child.SigCont);
            receiver.BufferHolds /= 2;
        }
    }

    /// <summary>One connection as fast as it goes, until the receiver has read the last byte and rests.</summary>
    public static async Task<Cost> StreamAsync(Bed bed, Receiver receiver, Wire wire, Load load)
    {
        receiver.UntilSettled();
        var cpu = receiver.Process.Cpu;
        var sent = await load.SendAsync(bed.Sender, wire, receiver.PortOf(wire));
        var ended = Stopwatch.GetTimestamp();
        receiver.DeniedSent += sent.Denied;
        var settled = receiver.UntilSettled();
        var tail = settled > ended ? Stopwatch.GetElapsedTime(ended, settled) : TimeSpan.Zero;
        return Cost.Of(sent.Messages, sent.Took + tail, receiver.Process.Cpu - cpu);
    }

    public static Task<Cost> OnceAsync(Bed bed, Receiver receiver, Wire wire, Load load) => wire == Wire.Udp
        ? FullSocketAsync(bed, receiver, load)
        : StreamAsync(bed, receiver, wire, load);

    /// <summary>At an even rate, each message for itself, less what is compiled meanwhile.</summary>
    public static async Task<Cost> SteadyAsync(Bed bed, Receiver receiver, Wire wire, int rate, int seconds, Func<Task>? meanwhile = null, int distinct = 1000)
    {
        receiver.UntilSettled();
        var (cpu, compiling) = (receiver.Process.Cpu, receiver.Process.NoteCompiling());
        using var sender = new Load((long)rate * seconds, distinct, Rate: rate, PerWrite: 1).Start(bed.Sender, wire, receiver.PortOf(wire));
        var reading = Load.ReadAsync(sender);
        while (!reading.IsCompleted)
        {
            if (meanwhile is not null) await meanwhile();
            receiver.Process.NoteCompiling();
            await Task.WhenAny(reading, Task.Delay(1000));
        }
        var sent = await reading;
        compiling = receiver.Process.NoteCompiling() - compiling;
        return Cost.Of(sent.Messages, sent.Took, receiver.Process.Cpu - cpu, compiling);
    }

    /// <summary>Lets the runtime compile what is hot, and every match be known.</summary>
    public static async Task WarmUpAsync(Bed bed, Receiver receiver, Load load, params Wire[] wires)
    {
        foreach (var wire in wires)
        {
            // Not faster than a flow table takes new verdicts in.
            var once = load with { Count = Math.Max(200_000, 2 * load.Distinct), Rate = 60_000 };
            await once.SendAsync(bed.Sender, wire, receiver.PortOf(wire));
            receiver.UntilSettled();
        }
    }
}

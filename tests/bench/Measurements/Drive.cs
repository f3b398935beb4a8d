using System.Diagnostics;
using Assist.Bench.Machine;
using Assist.Configuration;

namespace Assist.Bench.Measurements;

/// <summary>Sends to a receiver and takes what it cost.</summary>
internal static class Drive
{
    /// <summary>Fills the socket's buffer while the receiver is stopped, then times how it works it off: the receiver
    /// alone, without the sender's pace.</summary>
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
            receiver.Note(sent);
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
        receiver.Note(sent);
        var settled = receiver.UntilSettled();
        var tail = settled > ended ? Stopwatch.GetElapsedTime(ended, settled) : TimeSpan.Zero;
        return Cost.Of(sent.Messages, sent.Took + tail, receiver.Process.Cpu - cpu);
    }

    public static Task<Cost> OnceAsync(Bed bed, Receiver receiver, Wire wire, Load load) => wire == Wire.Udp
        ? FullSocketAsync(bed, receiver, load)
        : StreamAsync(bed, receiver, wire, load);

    /// <summary>At an even rate, each message for itself.</summary>
    public static async Task<Cost> SteadyAsync(
        Bed bed, Receiver receiver, Wire wire, Load load, Func<Task>? everySecond = null)
    {
        receiver.UntilSettled();
        var cpu = receiver.Process.Cpu;
        using var sender = (load with { PerWrite = 1 }).Start(bed.Sender, wire, receiver.PortOf(wire));
        var reading = Load.ReadAsync(sender);
        while (!reading.IsCompleted)
        {
            if (everySecond is not null) await everySecond();
            await Task.WhenAny(reading, Task.Delay(1000));
        }
        var sent = await reading;
        receiver.Note(sent);
        return Cost.Of(sent.Messages, sent.Took, receiver.Process.Cpu - cpu);
    }

    /// <summary>Lets a runtime compile what is hot, where it does, and every match be known.</summary>
    public static async Task WarmUpAsync(Bed bed, Receiver receiver, Load load, params Wire[] wires)
    {
        foreach (var wire in wires)
        {
            // Not faster than a flow table takes new verdicts in.
            var once = load with { Count = Math.Max(200_000, 2 * load.Distinct), Rate = 60_000 };
            receiver.Note(await once.SendAsync(bed.Sender, wire, receiver.PortOf(wire)));
            receiver.UntilSettled();
        }
    }
}

using System.Globalization;

namespace Assist.Bench.Machine;

internal enum Wire { Udp, Tcp, Tls }

internal static class WireName
{
    /// <summary>As the programs in C and the figures call it.</summary>
    public static string Name(this Wire wire) => wire.ToString().ToLowerInvariant();
}

/// <summary>What is sent to a receiver. A rate of 0 is as fast as possible.</summary>
/// <param name="Distinct">Different sessions, each with a match of its own.</param>
/// <param name="DeniedPercent">Part of the logs that a drop is made of; the others are a session's end.</param>
/// <param name="PerWrite">Messages in one write of a stream or one call for datagrams.</param>
/// <param name="First">Number of the first session.</param>
internal sealed record Load(
    long Count, int Distinct = 1000, int DeniedPercent = 100, int Rate = 0, int PerWrite = 28, int First = 0)
{
    /// <summary>A sender on its way; its output is what <see cref="ReadAsync"/> understands.</summary>
    public Child Start(string sender, Wire wire, int port)
    {
        List<string> arguments =
        [
            wire.Name(), Text(port), Text(Count), "-d", Text(Distinct), "-k", Text(DeniedPercent),
            "-r", Text(Rate), "-b", Text(PerWrite), "-f", Text(First),
        ];
        if (wire == Wire.Udp && PerWrite > 1) arguments.Add("-g");
        return Child.Start(sender, arguments);
    }

    public async Task<Sent> SendAsync(string sender, Wire wire, int port)
    {
        using var child = Start(sender, wire, port);
        return await ReadAsync(child);
    }

    public static async Task<Sent> ReadAsync(Child sender)
    {
        var words = (await sender.ReadToEndAsync()).Split(' ');
        return new Sent(
            Number(words[0]),
            TimeSpan.FromSeconds(double.Parse(words[1], CultureInfo.InvariantCulture)),
            Number(words[2]),
            ulong.Parse(words[3], CultureInfo.InvariantCulture));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Sum">Of what a receiver reads in the messages, modulo 2^64.</param>
internal readonly record struct Sent(long Messages, TimeSpan Took, long Denied, ulong Sum)
{
    public static Sent operator +(Sent a, Sent b) =>
        new(a.Messages + b.Messages, a.Took + b.Took, a.Denied + b.Denied, unchecked(a.Sum + b.Sum));
}

/// <summary>What messages cost a receiver: microseconds for each, by the clock and of processors.</summary>
internal readonly record struct Cost(double Wall, double Cpu)
{
    public static Cost Of(long messages, TimeSpan wall, TimeSpan cpu) =>
        new(wall.TotalMicroseconds / messages, cpu.TotalMicroseconds / messages);
}

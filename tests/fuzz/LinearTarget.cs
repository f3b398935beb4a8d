using System.Diagnostics;
using System.Text;
using Assist.Inputs.Formats;

namespace Assist.Fuzz;

/// <summary>What a byte costs in messages made to be slow, against what it costs in ordinary ones.</summary>
internal static class LinearTarget
{
    private const int Length = 64 << 10;
    private const int Rounds = 60;

    // The machine accounts for half of it: the same message read twice differs that much.
    private const double Limit = 3;

    private static readonly string[] s_shapes =
        [",", "\"", "\"\"", "=", "|", "\\", "\\\"", "\\=", " ", "\t", ";", "[", "]", ":\"", "a", "a=", "a= ", " a=\"",
            "x=1 ", "CEF:", "1,", "0."];

    /// <summary>Prints a line for each format and shape; false where one is above the limit.</summary>
    public static bool Check(IMessageFormat format, IReadOnlyList<byte[]> corpus)
    {
        var log = new SessionLog();
        var ordinary = Cost(format, corpus, log);
        Console.WriteLine($"{format.Name}: ordinary messages {ordinary:0.00} ns per byte");
        var slow = false;
        foreach (var shape in s_shapes)
        {
            // Alone, behind a header, and behind an ordinary message that is open to more.
            var prefixes = new[] { "", "<14>1 2026-11-21T10:00:00Z fw - - - - ", "<14>Nov 21 10:00:00 fw "
                + Encoding.UTF8.GetString(corpus[0]) };
            var costs = prefixes.Select(prefix => Cost(format, [Repeated(prefix, shape)], log)).ToArray();
            var factor = costs.Max() / ordinary;
            slow |= factor > Limit;
            Console.WriteLine($"  64 KiB of {shape,-5} alone {costs[0]:0.00}, behind a header {costs[1]:0.00}, behind "
                + $"a message {costs[2]:0.00}: {factor:0.0} times{(factor > Limit ? " TOO SLOW" : "")}");
        }
        return !slow;
    }

    private static byte[] Repeated(string prefix, string shape) =>
        Encoding.UTF8.GetBytes(
            prefix + string.Concat(Enumerable.Repeat(shape, (Length - prefix.Length) / shape.Length)));

    /// <summary>Nanoseconds per byte in the fastest round: what disturbs a round makes it slower.</summary>
    private static double Cost(IMessageFormat format, IReadOnlyList<byte[]> messages, SessionLog log)
    {
        var bytes = messages.Sum(message => message.Length);
        var repeats = 1 + Length / bytes;
        var fastest = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++)
                foreach (var message in messages) format.Parse(message, log);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalNanoseconds / ((double)bytes * repeats));
        }
        return fastest;
    }
}

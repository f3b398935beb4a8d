using System.Text;
using Assist.Inputs.Syslog;

namespace Assist.Fuzz;

/// <summary>The framer under mutated streams. What must hold: no exception, no message longer than the limit, and the
/// same messages however the stream is cut into segments.</summary>
internal static class FramerTarget
{
    private const int MaxMessage = 2048;

    /// <summary>Streams of both framings, from messages of every format.</summary>
    public static IReadOnlyList<byte[]> Streams(IReadOnlyList<byte[]> messages)
    {
        var octets = messages.Select(message => (byte[])[.. Encoding.ASCII.GetBytes($"{message.Length} "), .. message]);
        var lines = messages.Select(message => (byte[])[.. message, (byte)'\n']);
        return [.. octets.Concat(lines), .. messages.Zip(
            messages.Skip(1), (a, b) => (byte[])[.. Encoding.ASCII.GetBytes($"{a.Length} "), .. a, .. b, (byte)'\n'])];
    }

    public static string? Check(byte[] stream)
    {
        var whole = Read(stream, int.MaxValue);
        if (whole.Exists(frame => frame.Length > MaxMessage)) return "a message longer than the limit";
        var single = Read(stream, 1);
        if (!Equal(whole, single)) return "other messages byte by byte";
        return Equal(whole, Read(stream, 0)) ? null : "other messages in random segments";
    }

    /// <param name="segment">Bytes at once; 0 takes random numbers, the same for the same stream.</param>
    private static List<byte[]> Read(ReadOnlySpan<byte> stream, int segment)
    {
        var random = new Random(stream.Length);
        var reader = new FrameReader(MaxMessage);
        var found = new List<byte[]>();
        while (stream.Length > 0)
        {
            var free = reader.Free;
            var count = Math.Min(Math.Min(stream.Length, segment == 0 ? random.Next(1, 300) : segment), free.Length);
            stream[..count].CopyTo(free);
            reader.Advance(count);
            stream = stream[count..];
            if (!Drain(reader, found)) return found;
        }
        if (reader.End(out var last) is FrameStatus.Message) found.Add(last.ToArray());
        return found;
    }

    private static bool Drain(FrameReader reader, List<byte[]> found)
    {
        while (true)
        {
            var status = reader.Read(out var message);
            if (status is FrameStatus.Message or FrameStatus.Oversize) found.Add(message.ToArray());
            else return status is FrameStatus.Incomplete;
        }
    }

    private static bool Equal(List<byte[]> one, List<byte[]> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
}

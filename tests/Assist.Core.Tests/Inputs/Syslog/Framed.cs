using System.Text;
using Assist.Inputs.Syslog;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>Feeds a frame reader and notes what it says: messages as they are, everything else as <c>!status</c>; an
/// over-long message as <c>!Oversize</c> followed by its beginning.</summary>
public static class Framed
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Octets(string body) => $"{body.Length} {body}";

    public static List<string> Read(string stream, int max = SyslogOptions.MaxMessageLength, int segment = int.MaxValue) =>
        Read(Bytes(stream), max, () => segment);

    public static List<string> Read(ReadOnlySpan<byte> stream, int max, Func<int> nextSegment)
    {
        var reader = new FrameReader(max);
        var found = new List<string>();
        while (stream.Length > 0 && !found.Contains("!Fault"))
        {
            var free = reader.Free;
            Assert.False(free.IsEmpty);
            var count = Math.Min(Math.Min(stream.Length, nextSegment()), free.Length);
            stream[..count].CopyTo(free);
            reader.Advance(count);
            stream = stream[count..];
            Drain(reader, found);
        }
        Note(reader.End(out var last), last, found);
        return found;
    }

    public static void Drain(FrameReader reader, List<string> found)
    {
        FrameStatus status;
        do
        {
            status = reader.Read(out var message);
            Note(status, message, found);
        }
        while (status is FrameStatus.Message or FrameStatus.Oversize);
    }

    private static void Note(FrameStatus status, ReadOnlyMemory<byte> message, List<string> found)
    {
        if (status is FrameStatus.Incomplete) return;
        if (status is not FrameStatus.Message) found.Add($"!{status}");
        if (status is FrameStatus.Message or FrameStatus.Oversize) found.Add(Encoding.Latin1.GetString(message.Span));
    }
}

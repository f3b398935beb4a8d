using System.Text;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using static Assist.Tests.Inputs.Syslog.Framed;

namespace Assist.Tests.Inputs.Syslog;

public sealed class FrameLimitTests
{
    private const int Max = 16;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("")]
    public void L1_a_line_of_exactly_the_limit_is_whole(string end)
    {
        const string line = "<14>456789abcdef";

        for (var segment = 1; segment < 20; segment++)
            Assert.Equal([line], Read(line + end, Max, segment));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public void L1_of_a_longer_line_the_beginning_is_handed_out_once_and_the_rest_skipped(int more)
    {
        var stream = "<14>456789abcdef" + new string('x', more) + "\n<14>next\n";

        foreach (var segment in new[] { 1, 7, 1000, int.MaxValue })
            Assert.Equal(["!Oversize", "<14>456789abcdef", "<14>next"], Read(stream, Max, segment));
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    [InlineData(100_000, true)]
    public void L1_L2_the_limit_is_64_KiB_in_both_framings(int length, bool oversize)
    {
        var body = "<14>" + new string('x', length - 4);
        string[] cut = ["!Oversize", body[..Math.Min(length, 65_536)], "<14>next"];
        string[] whole = [body, "<14>next"];

        Assert.Equal(oversize ? cut : whole, Read(body + "\n<14>next\n"));
        Assert.Equal(oversize ? cut : whole, Read(Octets(body) + "<14>next\n", segment: 1000));
    }

    [Fact]
    public void L2_an_octet_frame_of_exactly_the_limit_is_whole() =>
        Assert.Equal(["<14>456789abcdef", "<14>n"], Read("16 <14>456789abcdef<14>n\n", Max, 1));

    [Theory]
    [InlineData("1048576 <", "!Cut")]
    [InlineData("1048577 <", "!Fault")]
    [InlineData("9999999 <", "!Fault")]
    public void L3_a_count_over_one_MiB_ends_the_stream(string stream, string end) =>
        Assert.Equal([end], Read(stream));

    [Fact]
    public void L4_nothing_inside_an_over_long_octet_frame_becomes_a_message()
    {
        var body = "<14>456789abcdef" + "\n<14>FAKE\n0 <14>FAKE\n9 <14>FAKE1\n<14>FAKE\n";

        for (var segment = 1; segment <= body.Length + 3; segment++)
            Assert.Equal(
                ["!Oversize", "<14>456789abcdef", "<14>next"], Read(Octets(body) + "<14>next\n", Max, segment));
    }

    [Theory]
    [InlineData("\xc3|\xbc")]
    [InlineData("\xe2\x82|\xac")]
    [InlineData("\xf0\x9f\x94|\xa5")]
    public void L9_a_cut_inside_a_character_is_a_cut_between_bytes(string character)
    {
        var parts = character.Split('|');
        var whole = "<14>" + new string('x', Max - 4 - parts[0].Length) + parts[0];

        Assert.Equal(["!Oversize", whole, "<14>next"], Read($"{whole}{parts[1]}\n<14>next\n", Max, 1));
        Assert.Equal(["!Oversize", whole, "<14>next"], Read(Octets(whole + parts[1]) + "<14>next\n", Max));
    }

    [Fact]
    public void L5_the_frame_after_an_over_long_one_is_received_in_either_framing()
    {
        var body = "<14>456789abcdef" + "more";

        Assert.Equal(
            ["!Oversize", "<14>456789abcdef", "<14>a", "!Oversize", "<14>456789abcdef", "<14>b"],
            Read(Octets(body) + "5 <14>a" + body + "\n5 <14>b", Max, 3));
    }

    [Fact]
    public void An_over_long_frame_that_is_cut_was_handed_out_already() =>
        Assert.Equal(["!Oversize", "<14>456789abcdef"], Read("100 <14>456789abcdefmore", Max));

    [Fact]
    public void F11_byte_by_byte_costs_linear_time()
    {
        var line = Bytes("<14>" + new string('x', 60_000) + "\n");
        var reader = new FrameReader();
        var messages = 0;

        // Searched from its beginning at every byte, one line would take 1.8 billion steps, all of them a minute.
        for (var round = 0; round < 50; round++)
            foreach (var b in line)
            {
                reader.Free[0] = b;
                reader.Advance(1);
                if (reader.Read(out _) is FrameStatus.Message) messages++;
            }

        Assert.Equal(50, messages);
    }

    [Fact]
    public void O2_a_message_costs_no_allocation()
    {
        var segment = Bytes("<14>a line\n13 <14>an octet\n<14>with CR\r\n" + Octets("<14>" + new string('x', 70_000)));
        var reader = new FrameReader();
        Feed(reader, segment);

        // The runtime allocates a little for itself now and then; a cost per message would be in every round.
        var least = Enumerable.Range(0, 5).Min(_ => Allocated(() => Feed(reader, segment)));

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_frame_is_open_from_its_first_byte_to_its_last()
    {
        var reader = new FrameReader();

        Feed(reader, "\n\0 "u8);
        Assert.False(reader.InFrame);
        Feed(reader, "5 <1"u8);
        Assert.True(reader.InFrame);
        Feed(reader, "4>a"u8);
        Assert.False(reader.InFrame);
        Feed(reader, "<14>b"u8);
        Assert.True(reader.InFrame);
        Assert.Equal(2, reader.Frames);
        Feed(reader, "\n"u8);
        Assert.False(reader.InFrame);
    }

    [Theory]
    [InlineData("<14>a", "<14>a")]
    [InlineData("<14>a\r\n", "<14>a")]
    [InlineData("<14>a\0\n", "<14>a")]
    [InlineData(" <14>a", "<14>a")]
    [InlineData("5 <14>a", "<14>a")]
    [InlineData("6  <14>a\n", "<14>a")]
    [InlineData("99 <14>a", "<14>a")]
    [InlineData("<14>a\n<14>b\n", "<14>a\n<14>b")]
    [InlineData("99999999 <14>a", "99999999 <14>a")]
    [InlineData("2026 a", "2026 a")]
    [InlineData("\r\n", "")]
    [InlineData("", "")]
    public void U4_U5_U6_a_datagram_is_one_message(string datagram, string message) =>
        Assert.Equal(message, Encoding.Latin1.GetString(Datagram.Message(Bytes(datagram)).Span));

    private static long Allocated(Func<int> feed)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var messages = 0;
        for (var i = 0; i < 1000; i++) messages += feed();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(4000, messages);
        return allocated;
    }

    private static int Feed(FrameReader reader, ReadOnlySpan<byte> bytes)
    {
        var messages = 0;
        while (bytes.Length > 0)
        {
            var free = reader.Free;
            var count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free);
            reader.Advance(count);
            bytes = bytes[count..];
            while (reader.Read(out _) is FrameStatus.Message or FrameStatus.Oversize) messages++;
        }
        return messages;
    }
}

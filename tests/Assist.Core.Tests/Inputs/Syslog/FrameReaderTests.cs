using static Assist.Tests.Inputs.Syslog.Framed;

namespace Assist.Tests.Inputs.Syslog;

public sealed class FrameReaderTests
{
    public static TheoryData<string, string, string[]> Streams => new()
    {
        { "F1 two octet frames back to back", "8 <14>abcd8 <14>efgh", ["<14>abcd", "<14>efgh"] },
        { "F2 two lines", "<14>a\n<14>b\n", ["<14>a", "<14>b"] },
        { "F3 both framings in turn", "5 <14>a<14>b\n5 <14>c", ["<14>a", "<14>b", "<14>c"] },
        { "F4 LF after octet frames", "5 <14>a\n5 <14>b\n", ["<14>a", "<14>b"] },
        { "F5 count includes the delimiter", "6 <14>a\n7 <14>b\r\n6 <14>c\0", ["<14>a", "<14>b", "<14>c"] },
        { "F6 CRLF", "<14>a\r\n<14>b\r\n", ["<14>a", "<14>b"] },
        { "F6 CR inside a line stays", "<14>a\rb\n", ["<14>a\rb"] },
        { "F7 NUL ends a line", "<14>a\0<14>b\0", ["<14>a", "<14>b"] },
        { "F8 empty lines", "\n\n<14>a\n\r\n\n<14>b\n", ["<14>a", "<14>b"] },
        { "F9 last line without LF", "<14>a\n<14>b", ["<14>a", "<14>b"] },
        { "F9 octet frame cut", "<14>a\n30 <14>b", ["<14>a", "!Cut"] },
        { "F9 count cut", "5 <14>a30", ["<14>a", "30"] },
        { "F12 a count in pieces", "13 <14>ninechars31 <14>a line feed\nis a part of it",
            ["<14>ninechars", "<14>a line feed\nis a part of it"] },
        { "F13 count with leading zero", "0 <14>a\n00 <14>b\n007 <14>c\n<14>d\n",
            ["0 <14>a", "00 <14>b", "007 <14>c", "<14>d"] },
        { "F14 count over 32 bits", "4294967299 <14>x\n<14>y\n", ["!Fault"] },
        { "F14 twenty digits", "12345678901234567890 <14>x\n", ["!Fault"] },
        { "F14 eight digits", "12345678 <14>x\n", ["!Fault"] },
        { "F15 sign, fraction, hexadecimal, other digits", "-5 <14>a\n+5 <14>b\n5.0 <14>c\n0x1F <14>d\n\u00b2 <14>e\n",
            ["-5 <14>a", "+5 <14>b", "5.0 <14>c", "0x1F <14>d", "\u00b2 <14>e"] },
        { "F16 count without SP", "31<14>x\n<14>y\n", ["31<14>x", "<14>y"] },
        { "F17 count too small", "6 <14>abc\n<14>d\n", ["<14>ab", "c", "<14>d"] },
        { "F18 count too big", "8 <14>a5 <14>b\n<14>c\n", ["<14>a5 <", "14>b", "<14>c"] },
        { "F20 LF inside an octet frame is data", "15 <14>a\n<14>INJECT<14>b\n", ["<14>a\n<14>INJEC", "T<14>b"] },
        { "F21 lines that begin with digits", "2026-11-21T10:00:00Z fw a\n1,2026/11/21 b\n2026 Nov 21 c\n1763719200 d\n",
            ["2026-11-21T10:00:00Z fw a", "1,2026/11/21 b", "2026 Nov 21 c", "1763719200 d"] },
        { "F22 blank before the PRI", " <14>a\n6  <14>b<14>c\n", ["<14>a", "<14>b", "<14>c"] },
        { "F24 other protocols", "GET / HTTP/1.1\r\nHost: a\r\n\r\nSSH-2.0-x\r\n\x16\x03\x01\x02\n",
            ["GET / HTTP/1.1", "Host: a", "SSH-2.0-x", "\x16\x03\x01\x02"] },
        { "F24 a proxy's header", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n<14>a\n",
            ["PROXY TCP4 192.0.2.1 192.0.2.2 1 2", "<14>a"] },
        { "nothing", "", [] },
        { "only delimiters", "\n\0\r \t\n", [] },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_is_its_messages_however_it_is_cut(string id, string stream, string[] messages)
    {
        Assert.NotEmpty(id);
        for (var segment = 1; segment <= stream.Length + 1; segment++)
            Assert.Equal(messages, Read(stream, segment: segment));
    }

    [Fact]
    public void F10_every_split_into_three_segments_gives_the_same_messages()
    {
        const string stream = "8 <14>abcd<14>e\r\n5 <14>f\n<14>g\0";
        string[] messages = ["<14>abcd", "<14>e", "<14>f", "<14>g"];

        for (var first = 1; first < stream.Length; first++)
            for (var second = 1; first + second < stream.Length; second++)
            {
                var segments = new Queue<int>([first, second, stream.Length]);
                Assert.Equal(messages, Read(Bytes(stream), 65_536, segments.Dequeue));
            }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void F10_random_frames_in_random_segments_give_the_same_messages(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 250; round++)
        {
            var (stream, messages) = RandomStream(random, max: 40);

            Assert.Equal(messages, Read(Bytes(stream), 40, () => random.Next(1, 30)));
            Assert.Equal(messages, Read(Bytes(stream), 40, () => int.MaxValue));
        }
    }

    [Fact]
    public void F14_ten_thousand_digits_end_the_stream()
    {
        Assert.Equal(["!Fault"], Read(new string('1', 10_000)));
        Assert.Equal(["!Fault"], Read(new string('1', 10_000), segment: 1));
    }

    [Fact]
    public void Bytes_of_any_value_never_throw_or_stop_the_reader()
    {
        var random = new Random(7);
        const string alphabet = "0123456789 <>\n\r\0a\xff";
        for (var round = 0; round < 2000; round++)
        {
            var stream = string.Concat(Enumerable.Range(0, 200).Select(_ => alphabet[random.Next(alphabet.Length)]));

            Assert.Equal(Read(stream, max: 20), Read(stream, max: 20, segment: 1));
        }
    }

    private static (string Stream, List<string> Messages) RandomStream(Random random, int max)
    {
        string[] bodies = ["a", "2026 b", "30 <14>c", "x,y\"z", "\t\x7f\xff"];
        string[] ends = ["\n", "\r\n", "\0", "\n\n"];
        var stream = "";
        var messages = new List<string>();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            var body = "<14>" + string.Concat(Enumerable.Range(0, random.Next(1, 15))
                .Select(_ => bodies[random.Next(bodies.Length)]));
            var counted = random.Next(2) == 0;
            if (counted) body = body.Replace("x,y", "x\ny", StringComparison.Ordinal);
            stream += counted ? Octets(body) : body + ends[random.Next(ends.Length)];
            if (body.Length > max) messages.Add("!Oversize");
            messages.Add(body[..Math.Min(body.Length, max)]);
        }
        return (stream, messages);
    }
}

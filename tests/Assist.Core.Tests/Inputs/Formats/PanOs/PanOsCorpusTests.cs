using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats.PanOs;

public sealed class PanOsCorpusTests
{
    private static readonly PanOsFormat s_format = new();

    public static TheoryData<string> Files() =>
        [.. Corpus.Read("pan-os-*.txt").Select(line => line.File).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_message_reads_as_its_author_says(string file)
    {
        var log = new SessionLog();
        var wrong = new List<string>();
        foreach (var line in Corpus.Read(file))
        {
            var status = s_format.Parse(line.Bytes, log);
            if (!line.Expected.ContainsKey("status") && status != ParseStatus.Session)
                wrong.Add($"{file}:{line.Number}: {status}: {log.Fault}");
            foreach (var (key, expected) in line.Expected)
                if (Corpus.Value(key, status, log) is var read && (read ?? "null") != expected)
                    wrong.Add($"{file}:{line.Number}: {key} is {read ?? "null"}, not {expected}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_corpus_has_every_release_and_a_reason_to_exist()
    {
        var lines = Corpus.Read("pan-os-*.txt").ToList();

        Assert.Equal(11, lines.Select(line => line.File).Distinct(StringComparer.Ordinal).Count());
        Assert.All(lines, line => Assert.NotEmpty(line.Expected));
    }

    [Fact]
    public void A_message_cut_at_any_byte_has_the_same_tuple_or_none()
    {
        var (whole, cut) = (new SessionLog(), new SessionLog());
        foreach (var line in Corpus.Read("pan-os-*.txt"))
        {
            var bytes = line.Bytes;
            var status = s_format.Parse(bytes, whole);
            for (var length = 0; length < bytes.Length; length++)
            {
                if (s_format.Parse(bytes.AsMemory(0, length), cut) != ParseStatus.Session) continue;
                Assert.Equal(ParseStatus.Session, status);
                Assert.Equal(Tuple(whole), Tuple(cut));
                Assert.Equal(whole.Text(FieldRole.Action), cut.Text(FieldRole.Action));
                if (cut.Text(FieldRole.ThreatName) is { } threat)
                    Assert.Equal(whole.Text(FieldRole.ThreatName), threat);
            }
        }
    }

    [Fact]
    public void A_changed_byte_never_throws()
    {
        var random = new Random(20261121);
        var log = new SessionLog();
        ReadOnlySpan<byte> hostile = "\0\n\r\",: \\[]=<>|{0129\u00ff"u8;
        foreach (var line in Corpus.Read("pan-os-*.txt"))
        {
            var bytes = line.Bytes;
            for (var i = 0; i < bytes.Length; i++)
            {
                var original = bytes[i];
                bytes[i] = random.Next(2) == 0 ? hostile[random.Next(hostile.Length)] : (byte)random.Next(256);
                s_format.Parse(bytes, log);
                bytes[i] = original;
            }
        }
    }

    [Fact]
    public void Random_pieces_never_throw()
    {
        var random = new Random(42);
        var log = new SessionLog();
        var pieces = Corpus.Read("pan-os-*.txt").Select(line => line.Bytes).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var (one, other) = (pieces[random.Next(pieces.Length)], pieces[random.Next(pieces.Length)]);
            byte[] mixed = [.. one.AsSpan(random.Next(one.Length)), .. other.AsSpan(random.Next(other.Length))];
            s_format.Parse(mixed, log);
        }
    }

    [Fact]
    public void Columns_appended_by_a_later_release_change_nothing()
    {
        var (before, after) = (new SessionLog(), new SessionLog());
        foreach (var line in Corpus.Read("pan-os-*.txt").Where(line => !line.Expected.ContainsKey("status")))
            foreach (var more in new[] { ",", ",0", ",new,\"a,b\",,0", string.Concat(Enumerable.Repeat(",0", 300)) })
            {
                s_format.Parse(line.Bytes, before);
                Assert.Equal(ParseStatus.Session, s_format.Parse(PanOsBytes(line.Message + more), after));
                Assert.Equal((Tuple(before), before.Obstacles, before.Time, before.Header),
                    (Tuple(after), after.Obstacles, after.Time, after.Header));
            }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var log = new SessionLog();
        var messages = Corpus.Read("pan-os-*.txt").Select(line => line.Bytes.AsMemory()).ToArray();

        Assert.Equal(0, Allocation.OfCheapest(() =>
        {
            for (var i = 0; i < 10_000; i++) s_format.Parse(messages[i % messages.Length], log);
        }));
    }

    private static byte[] PanOsBytes(string message) => System.Text.Encoding.UTF8.GetBytes(message);

    private static object Tuple(SessionLog log) =>
        (log.Source, log.Destination, log.SourcePort, log.DestinationPort, log.Protocol, log.NatSource,
            log.NatDestination, log.InVlan, log.OutVlan);
}

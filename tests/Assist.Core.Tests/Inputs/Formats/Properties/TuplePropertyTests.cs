using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;

namespace Assist.Tests.Inputs.Formats.Properties;

/// <summary>What a damaged line may become: the tuple its own bytes spell, or a refusal. Never another tuple, never an
/// exception. An exception shows in the test's output with the message it came from.</summary>
public sealed class TuplePropertyTests
{
    private const int MostFindings = 10;

    private static readonly AutoFormat s_auto = new();

    [Fact]
    public void A_line_cut_changed_or_added_to_gives_the_tuple_that_its_bytes_spell_or_none()
    {
        var log = new SessionLog();
        var (sessions, wrong) = (0, new List<string>());
        for (var i = 0; i < PropertyRun.Lines && wrong.Count < MostFindings; i++)
        {
            var random = PropertyRun.RandomFor(i);
            var line = Pick(PropertyRun.Sessions, random);
            var changed = new ChangedLine(line.Bytes, line.Places);
            changed.Mutate(random);
            // Bytes outside the values never change the tuple; bytes within spell the new one.
            var expected = SpelledTuple.Read(line.Places, changed.Bytes, changed.Starts);
            foreach (var format in (IMessageFormat[])[line.Format, s_auto])
            {
                if (Parse(format, changed.Bytes, log, line, i) != ParseStatus.Session) continue;
                sessions++;
                if (Tuple5.Of(log) == expected) continue;
                wrong.Add(PropertyRun.Describe(i, line, changed.Bytes, Tuple5.Of(log), expected));
                break;
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // Or else nothing would have been tested.
        Assert.InRange(sessions, PropertyRun.Lines / 5, PropertyRun.Lines * 2);
    }

    /// <summary>A wrong octet count, a lost line end or a relay joins the end of one line to the beginning of another of the
    /// same firewall (F17, F18, C7, C8).</summary>
    [Fact]
    public void Pieces_of_two_lines_give_the_tuple_of_one_of_them_or_none()
    {
        var log = new SessionLog();
        var wrong = new List<string>();
        string[] glue = ["", "", "\n", "\r\n", "\0"];
        for (var i = 0; i < PropertyRun.Lines && wrong.Count < MostFindings; i++)
        {
            var random = PropertyRun.RandomFor(i);
            var one = Pick(PropertyRun.Sessions, random);
            var other = Pick(PropertyRun.Alike[one.Kind], random);
            // One is cut, or the other, or neither: nothing loses bytes on both sides of a joint.
            var end = random.Next(3) == 0 ? one.Bytes.Length : random.Next(one.Bytes.Length + 1);
            var length = random.Next(3) == 0 ? random.Next(other.Bytes.Length + 1) : other.Bytes.Length;
            byte[] joined =
            [
                .. one.Bytes.AsSpan(0, end), .. Encoding.ASCII.GetBytes(glue[random.Next(glue.Length)]), .. other.Bytes.AsSpan(0, length),
            ];
            foreach (var format in (IMessageFormat[])[one.Format, s_auto])
                if (Parse(format, joined, log, one, i) == ParseStatus.Session && Tuple5.Of(log) is var read && read != one.Tuple && read != other.Tuple)
                    wrong.Add(PropertyRun.Describe(i, one, joined, read, $"{one.Tuple} or {other.Tuple}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_line_cut_at_every_byte_gives_its_tuple_or_none()
    {
        var log = new SessionLog();
        foreach (var line in PropertyRun.Sessions)
            for (var length = 0; length < line.Bytes.Length; length++)
            {
                var cut = line.Bytes[..length];
                if (Parse(line.Format, cut, log, line, length) != ParseStatus.Session) continue;
                if (Tuple5.Of(log) != line.Tuple) Assert.Fail(PropertyRun.Describe(length, line, cut, Tuple5.Of(log), line.Tuple));
                // Behind each value something was seen that ends it.
                foreach (var start in line.Places.Starts.Where(start => start >= 0))
                    Assert.True(line.Places.EndOf(line.Bytes, start) < length || line.Tuple.SourcePort == 0, PropertyRun.Describe(length, line, cut, line.Tuple, null));
            }
    }

    private static SessionLine Pick(IReadOnlyList<SessionLine> lines, Random random) => lines[random.Next(lines.Count)];

    private static ParseStatus Parse(IMessageFormat format, byte[] message, SessionLog log, SessionLine from, int line)
    {
        try
        {
            return format.Parse(message, log);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(PropertyRun.Describe(line, from, message, e.GetType().Name, "an exception"), e);
        }
    }
}

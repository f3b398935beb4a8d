using System.Text;
using Assist.Telemetry;

namespace Assist.Tests.Telemetry;

public sealed class LogSequencesTests
{
    private readonly LogSequences _sequences = new();

    [Fact]
    public void A_number_that_is_left_out_is_missing_once_it_is_too_late_for_it()
    {
        var sequence = Of("007951000012345");
        Note(sequence, 100, 101, 103, 104);
        Assert.Equal((0L, 1), (sequence.Counts.Missing, sequence.Counts.Awaited));

        Note(sequence, [.. Enumerable.Range(105, LogSequence.Window).Select(number => (ulong)number)]);

        Assert.Equal((1L, 0L, 0), (sequence.Counts.Missing, sequence.Counts.Repeated, sequence.Counts.Awaited));
    }

    [Fact]
    public void Numbers_in_another_order_are_all_there()
    {
        var sequence = Of("007951000012345");
        Note(sequence, 100);
        Note(sequence, [.. Enumerable.Range(101, 1000).Chunk(50).SelectMany(few => few.Reverse())
            .Select(number => (ulong)number)]);

        Assert.Equal(new SequenceCounts(1001, 0, 0, 0), sequence.Counts);
    }

    [Fact]
    public void A_number_that_comes_again_or_far_too_late_is_a_repeat()
    {
        var sequence = Of("007951000012345");
        Note(sequence, [.. Enumerable.Range(1, 2 * LogSequence.Window).Select(number => (ulong)number)]);

        Note(sequence, 2 * LogSequence.Window, 2 * LogSequence.Window - 3, 5, 6);

        Assert.Equal((4L, 0L), (sequence.Counts.Repeated, sequence.Counts.Missing));
    }

    [Fact]
    public void A_gap_wider_than_the_window_is_missing_as_a_whole()
    {
        var sequence = Of("007951000012345");
        Note(sequence, 100, 1100);
        Note(sequence, [.. Enumerable.Range(1101, LogSequence.Window).Select(number => (ulong)number)]);

        Assert.Equal(999, sequence.Counts.Missing);
    }

    [Fact]
    public void What_begins_anew_is_neither_missing_nor_a_repeat()
    {
        var sequence = Of("007951000012345");
        Note(sequence, 10_000_000);
        Note(sequence, 1, 2, 3);
        Note(sequence, 90_000_000, 90_000_001);
        Assert.Equal(new SequenceCounts(6, 0, 0, 2), sequence.Counts);

        // A smaller step back, and nothing new for long.
        sequence.Note(89_999_000, TimeSpan.FromMinutes(11));
        sequence.Note(89_999_001, TimeSpan.FromMinutes(11));
        Assert.Equal(new SequenceCounts(8, 0, 0, 3), sequence.Counts);
    }

    [Fact]
    public void Zero_is_no_number_and_what_is_older_than_the_first_says_nothing()
    {
        var sequence = Of("007951000012345");
        Note(sequence, 0, 0, 500, 499);

        Assert.Equal(new SequenceCounts(2, 0, 0, 0), sequence.Counts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-serial")]
    [InlineData("00795100001234567")]
    public void Nobody_knows_whose_numbers_they_are(string serial) =>
        Assert.Null(SequenceKey.Of(Encoding.ASCII.GetBytes(serial), false));

    [Fact]
    public void Firewalls_and_types_are_counted_apart_and_only_so_many()
    {
        Assert.NotSame(Of("1"), Of("1", isThreat: true));
        for (var serial = 1; serial <= LogSequences.Capacity - 2; serial++)
            Assert.Same(Of($"{serial}"), Of($"{serial}"));
        Assert.NotNull(Find("last"));
        Assert.Null(Find("toomany"));
        Assert.Equal(LogSequences.Capacity, _sequences.Known.Count);
        Assert.Equal(("1", "THREAT"), (_sequences.Known[0].Key.SerialText, _sequences.Known[0].Key.Type));
    }

    private LogSequence Of(string serial, bool isThreat = false) => Find(serial, isThreat)!;

    private LogSequence? Find(string serial, bool isThreat = false) =>
        _sequences.Of(SequenceKey.Of(Encoding.ASCII.GetBytes(serial), isThreat)!.Value);

    private static void Note(LogSequence sequence, params ulong[] numbers)
    {
        foreach (var number in numbers) sequence.Note(number, TimeSpan.Zero);
    }
}

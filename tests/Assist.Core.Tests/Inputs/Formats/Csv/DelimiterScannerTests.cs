using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Csv;

namespace Assist.Tests.Inputs.Formats.Csv;

/// <summary>Against the plainest way to find commas, at every alignment to the blocks that are looked at at a time.</summary>
public sealed class DelimiterScannerTests
{
    public static TheoryData<int> FieldLengths => [0, 1, 3, 31, 63, 64, 65, 300];

    [Theory]
    [MemberData(nameof(FieldLengths))]
    public void Fields_and_the_longest_are_found(int fieldLength)
    {
        for (var before = 0; before <= 64; before++)
        {
            var text = Text(before, fieldLength, fields: 130);
            foreach (var room in new[] { 1, 31, 42, 64, 130, 140 })
            {
                var (at, fields) = (before, new FieldPlace[room]);
                var count = DelimiterScanner.ReadFields(text, ref at, fields, out var longest);

                var expected = Expected(text, before).Take(room).ToList();
                Assert.Equal(expected, fields[..count]);
                Assert.Equal(expected[^1].Start + expected[^1].Length + 1, at);
                // Exact where it matters, for fields longer than a block.
                Assert.Equal(fieldLength > 64, longest > 64);
                if (fieldLength > 64) Assert.Equal(fieldLength, longest);
            }
        }
    }

    [Theory]
    [MemberData(nameof(FieldLengths))]
    public void A_far_field_is_found_without_those_before_it(int fieldLength)
    {
        for (var before = 0; before <= 64; before++)
        {
            var text = Text(before, fieldLength, fields: 130);
            var expected = Expected(text, before);
            for (var far = 0; far <= 130; far++)
                Assert.Equal(
                    far < expected.Count ? expected[far] : null,
                    DelimiterScanner.TrySkip(text, before, far, out var place) ? place : (FieldPlace?)null);
        }
    }

    [Theory]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('\0')]
    public void Another_delimiter_ends_the_search(char delimiter)
    {
        for (var before = 0; before <= 64; before++)
        {
            var text = Encoding.ASCII.GetBytes($"{new string('x', before)},,a,{delimiter},b,,");
            var (at, fields) = (before, new FieldPlace[10]);
            Assert.Equal(3, DelimiterScanner.ReadFields(text, ref at, fields, out _));
            Assert.Equal(before + 4, at);
            Assert.True(DelimiterScanner.TrySkip(text, before, 2, out _));
            Assert.False(DelimiterScanner.TrySkip(text, before, 3, out _));
        }
    }

    // One field in ten has the length, the others none, and after the last comes no comma.
    private static byte[] Text(int before, int fieldLength, int fields) => Encoding.ASCII.GetBytes(
        new string('x', before) + string.Concat(Enumerable.Range(0, fields).Select(i => (i % 10 == 0 ? new string('f', fieldLength) : "") + ',')) + "rest");

    private static List<FieldPlace> Expected(byte[] text, int start)
    {
        var places = new List<FieldPlace>();
        for (int comma; (comma = Array.IndexOf(text, (byte)',', start)) >= 0; start = comma + 1) places.Add(new FieldPlace(start, comma - start));
        return places;
    }
}

using Assist.LiveView;

namespace Assist.Tests.LiveView;

/// <summary>Numbers, times and texts in few columns.</summary>
public sealed class AmountTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1000, "1.0k")]
    [InlineData(9949, "9.9k")]
    [InlineData(9960, "10k")]
    [InlineData(999_499, "999k")]
    [InlineData(999_500, "1.0M")]
    [InlineData(12_345_678_901, "12G")]
    public void A_count_takes_five_columns_at_most(long count, string text) =>
        Assert.Equal(text, Amounts.Count(count));

    [Theory]
    [InlineData(-3, "0s")]
    [InlineData(99, "99s")]
    [InlineData(100, "1m")]
    [InlineData(5999, "99m")]
    [InlineData(6000, "1h")]
    [InlineData(360_000, "4d")]
    public void A_time_takes_four_columns_at_most(long seconds, string text) =>
        Assert.Equal(text, Amounts.Time(seconds));

    [Fact]
    public void A_text_is_cut_and_filled_by_the_columns_that_it_takes()
    {
        Assert.Equal("abc  ", Cells.Fit("abc", 5));
        Assert.Equal("  abc", Cells.Fit("abc", 5, isRight: true));
        Assert.Equal("abcd~", Cells.Fit("abcdef", 5));
        Assert.Equal("世世~", Cells.Fit("世世世", 5));
        Assert.Equal("世~ ", Cells.Fit("世世世", 4));
        Assert.Equal(["世a", "世"], Cells.Wrap("世a世", 3));
    }

    [Fact]
    public void A_picture_has_the_last_values_at_its_end()
    {
        var series = new Series();
        Assert.Equal("    ", series.Picture(4, isUnicode: true));
        foreach (var value in new[] { 0.0, 5, 10 }) series.Add(value);

        Assert.Equal("  ▁▅█", series.Picture(5, isUnicode: true));
        Assert.Equal("=#", series.Picture(2, isUnicode: false));
    }
}

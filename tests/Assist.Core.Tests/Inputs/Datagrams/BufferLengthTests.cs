using Assist.Inputs.Datagrams;

namespace Assist.Tests.Inputs.Datagrams;

public sealed class BufferLengthTests
{
    private const int Full = 32 << 20;

    [Fact]
    public void U15_a_burst_that_did_not_fit_changes_nothing()
    {
        var length = new BufferLength(Full);

        for (var second = 0; second < 20; second += 2)
        {
            Assert.Equal(Full, After(length, lost: 1000, Second(second)));
            Assert.Equal(Full, After(length, lost: 0, Second(second + 1)));
        }
    }

    [Fact]
    public void U15_an_overload_makes_the_queue_short_until_ten_seconds_without_a_great_loss()
    {
        var length = new BufferLength(Full);

        After(length, lost: 1000, Second(0));
        Assert.Equal(BufferLength.WhileOverloaded, After(length, lost: 1000, Second(1)));
        Assert.Equal(BufferLength.WhileOverloaded, After(length, lost: 0, Second(10)));
        Assert.Equal(BufferLength.WhileOverloaded, After(length, lost: 1000, Second(11)));
        Assert.Equal(BufferLength.WhileOverloaded, After(length, lost: 0, Second(20)));
        Assert.Equal(Full, After(length, lost: 0, Second(21)));
        Assert.Equal(Full, After(length, lost: 1000, Second(22)));
    }

    [Fact]
    public void U15_a_queue_that_was_configured_shorter_stays_as_it_is()
    {
        var length = new BufferLength(65_536);

        After(length, lost: 1000, Second(0));

        Assert.Equal(65_536, After(length, lost: 1000, Second(1)));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(1000, 10_000)]
    public void U15_a_small_loss_neither_begins_an_overload_nor_prolongs_it(uint lost, uint received)
    {
        var length = new BufferLength(Full);
        for (var second = 0; second < 10; second++) Assert.Equal(Full, length.After(lost, received, Second(second)));

        length.After(1000, 1000, Second(10));
        Assert.Equal(BufferLength.WhileOverloaded, length.After(1000, 1000, Second(11)));
        for (var second = 12; second < 21; second++) length.After(lost, received, Second(second));
        Assert.Equal(Full, length.After(lost, received, Second(21)));
    }

    private static int After(BufferLength length, uint lost, TimeSpan now) => length.After(lost, 1000, now);

    private static TimeSpan Second(int seconds) => TimeSpan.FromSeconds(seconds);
}

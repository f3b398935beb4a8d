using Assist.Syslog;

namespace Assist.Tests.Syslog;

public sealed class BufferLengthTests
{
    private const int Full = 32 << 20;

    [Fact]
    public void U15_a_burst_that_did_not_fit_changes_nothing()
    {
        var length = new BufferLength(Full);

        for (var second = 0; second < 20; second += 2)
        {
            Assert.Equal(Full, length.After(isLossy: true, Second(second)));
            Assert.Equal(Full, length.After(isLossy: false, Second(second + 1)));
        }
    }

    [Fact]
    public void U15_an_overload_makes_the_queue_short_until_ten_seconds_without_a_loss()
    {
        var length = new BufferLength(Full);

        length.After(isLossy: true, Second(0));
        Assert.Equal(BufferLength.WhileOverloaded, length.After(isLossy: true, Second(1)));
        Assert.Equal(BufferLength.WhileOverloaded, length.After(isLossy: false, Second(10)));
        Assert.Equal(BufferLength.WhileOverloaded, length.After(isLossy: true, Second(11)));
        Assert.Equal(BufferLength.WhileOverloaded, length.After(isLossy: false, Second(20)));
        Assert.Equal(Full, length.After(isLossy: false, Second(21)));
        Assert.Equal(Full, length.After(isLossy: true, Second(22)));
    }

    [Fact]
    public void U15_a_queue_that_was_configured_shorter_stays_as_it_is()
    {
        var length = new BufferLength(65_536);

        length.After(isLossy: true, Second(0));

        Assert.Equal(65_536, length.After(isLossy: true, Second(1)));
    }

    private static TimeSpan Second(int seconds) => TimeSpan.FromSeconds(seconds);
}

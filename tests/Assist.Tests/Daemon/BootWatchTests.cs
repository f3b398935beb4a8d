using Assist.Daemon;
using Assist.Outputs.Eapi;

namespace Assist.Tests.Daemon;

public sealed class BootWatchTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void An_uptime_that_is_shorter_than_it_should_be_tells_of_a_new_start()
    {
        var watch = new BootWatch(_clock);
        Assert.False(watch.Answered(Up(1000)));
        _clock.Advance(At(5));
        Assert.False(watch.Answered(Up(1005.5)));
        _clock.Advance(At(5));
        Assert.True(watch.Answered(Up(2)));
    }

    [Fact]
    public void Without_an_uptime_the_time_of_the_start_tells()
    {
        var watch = new BootWatch(_clock);
        Assert.False(watch.Answered(new BootMark(null, At(1_000_000))));
        _clock.Advance(At(5));
        Assert.False(watch.Answered(new BootMark(null, At(1_000_000))));
        Assert.True(watch.Answered(new BootMark(null, At(1_000_060))));
    }

    [Fact]
    public void A_switch_that_tells_neither_is_looked_at_only_when_it_is_back()
    {
        var watch = new BootWatch(_clock);
        Assert.False(watch.Answered(default));
        Assert.False(watch.Answered(default));
        watch.Lost();
        Assert.True(watch.Answered(default));
        Assert.False(watch.Answered(default));
    }

    private static BootMark Up(double seconds) => new(At(seconds), null);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}

using Assist.Daemon;

namespace Assist.Tests.Daemon;

public sealed class ClockCheckTests
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly SettableClock _time = new();
    private readonly ClockCheck _check;

    public ClockCheckTests() => _check = new ClockCheck(_time);

    [Theory]
    [InlineData(3600)]
    [InlineData(-60)]
    public void A_clock_that_is_set_is_a_problem_for_ten_minutes(int seconds)
    {
        Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(Kinds());
        _time.Shift += TimeSpan.FromSeconds(seconds);

        Pass(TimeSpan.FromMinutes(9));
        Assert.Equal(["clock_moved"], Kinds());
        Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(Kinds());
    }

    [Fact]
    public void What_NTP_slews_is_no_problem()
    {
        for (var i = 0; i < 100; i++)
        {
            _time.Shift += TimeSpan.FromSeconds(1);
            Pass(s_look);
        }
        Assert.Empty(Kinds());
    }

    [Fact]
    public void Another_zone_is_a_problem_for_ten_minutes()
    {
        _check.ZoneChanged("Berlin");
        Pass(TimeSpan.FromMinutes(9));
        Assert.Equal(["zone_changed"], Kinds());
        Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(Kinds());
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += s_look)
        {
            _time.Elapsed += s_look;
            _check.Observe(default);
        }
    }

    private IEnumerable<string> Kinds() => _check.Look(default).Select(found => found.Kind);

    /// <summary>A date that may be set apart from the time that passes.</summary>
    private sealed class SettableClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan Shift { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1) + Elapsed + Shift;
    }
}

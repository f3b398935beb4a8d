using System.Globalization;
using Assist.Rules;

namespace Assist.Tests.Rules;

public sealed class MessageAgeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("Europe/Berlin", "2026-07-01 12:00:00", "2026-07-01 13:59:00", 60)]
    [InlineData("Europe/Berlin", "2026-01-01 12:00:00", "2026-01-01 12:59:00", 60)]
    [InlineData("America/New_York", "2026-07-01 12:00:00", "2026-07-01 08:01:00", -60)]
    [InlineData("America/New_York", "2026-07-01 12:00:00", "2026-07-01 07:00:00", 3600)]
    [InlineData("America/New_York", "2026-07-01 12:00:00", "2026-07-01 09:00:00", -3600)]
    [InlineData("Europe/Berlin", "2026-07-01 12:00:00", "2026-01-01 13:00:00", 181 * 86400)]
    // The hour that the clocks show twice, in both passes and across the change.
    [InlineData("Europe/Berlin", "2026-10-25 00:30:10", "2026-10-25 02:30:00", 10)]
    [InlineData("Europe/Berlin", "2026-10-25 01:30:10", "2026-10-25 02:30:00", 10)]
    [InlineData("Europe/Berlin", "2026-10-25 01:00:05", "2026-10-25 02:59:58", 7)]
    [InlineData("Europe/Berlin", "2026-10-25 00:59:58", "2026-10-25 02:00:02", -4)]
    [InlineData("Europe/Berlin", "2026-10-25 02:00:05", "2026-10-25 02:59:58", 7)]
    [InlineData("America/New_York", "2026-11-01 06:00:05", "2026-11-01 01:59:58", 7)]
    [InlineData("America/New_York", "2026-11-01 05:30:10", "2026-11-01 01:30:00", 10)]
    // The hour that they leave out.
    [InlineData("Europe/Berlin", "2026-03-29 01:00:05", "2026-03-29 01:59:58", 7)]
    [InlineData("Europe/Berlin", "2026-03-29 00:59:58", "2026-03-29 03:00:02", -4)]
    [InlineData("Europe/Berlin", "2026-03-29 01:00:30", "2026-03-29 02:00:20", 10)]
    [InlineData("America/New_York", "2026-03-08 07:00:05", "2026-03-08 01:59:58", 7)]
    public void The_age_is_the_firewalls_clock_against_ours(string zone, string utcNow, string logged, int seconds) =>
        Assert.Equal(seconds, Age(logged, zone, utcNow, DateTimeKind.Unspecified).TotalSeconds);

    [Fact]
    public void A_stamp_with_an_offset_needs_no_zone() =>
        Assert.Equal(
            10, Age("2026-10-25 00:30:00", "Europe/Berlin", "2026-10-25 00:30:10", DateTimeKind.Utc).TotalSeconds);

    private static TimeSpan Age(string logged, string zone, string utcNow, DateTimeKind kind) => MessageAge.Of(
        DateTime.SpecifyKind(DateTime.Parse(logged, CultureInfo.InvariantCulture), kind),
        TimeZoneInfo.FindSystemTimeZoneById(zone),
        DateTime.SpecifyKind(DateTime.Parse(utcNow, CultureInfo.InvariantCulture), DateTimeKind.Utc), s_limit);
}

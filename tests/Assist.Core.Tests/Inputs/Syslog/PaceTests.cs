using Assist.Addresses;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class PaceTests
{
    [Fact]
    public void A_message_that_comes_alone_is_never_followed_by_a_rest()
    {
        var pace = new Pace();

        for (var second = 0; second < 10; second++)
            Assert.False(pace.IsBusy(1, TimeSpan.FromSeconds(second)));
    }

    [Fact]
    public void More_than_a_thousand_messages_in_a_second_are_busy_until_a_second_without()
    {
        var pace = new Pace();

        Assert.False(pace.IsBusy(1000, TimeSpan.FromSeconds(0.1)));
        Assert.True(pace.IsBusy(1, TimeSpan.FromSeconds(0.2)));
        Assert.True(pace.IsBusy(1, TimeSpan.FromSeconds(1.1)));
        Assert.True(pace.IsBusy(1, TimeSpan.FromSeconds(2)));
        Assert.False(pace.IsBusy(1, TimeSpan.FromSeconds(2.2)));
    }

    [Fact]
    public void A_peer_is_logged_once_per_reason_and_minute()
    {
        var sampler = new LogSampler();
        var (a, b) = (IpAddr.V4(1), IpAddr.V4(2));

        Assert.True(sampler.Allows(a, SyslogRefusal.Sender, TimeSpan.Zero));
        Assert.False(sampler.Allows(a, SyslogRefusal.Sender, TimeSpan.FromSeconds(59)));
        Assert.True(sampler.Allows(a, SyslogRefusal.Handshake, TimeSpan.FromSeconds(59)));
        Assert.True(sampler.Allows(b, SyslogRefusal.Sender, TimeSpan.FromSeconds(59)));
        Assert.True(sampler.Allows(a, SyslogRefusal.Sender, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void L6_forged_addresses_fill_neither_the_log_nor_the_memory()
    {
        var sampler = new LogSampler();

        var lines = Enumerable.Range(0, 100_000)
            .Count(i => sampler.Allows(IpAddr.V4((uint)i), SyslogRefusal.Sender, TimeSpan.Zero));

        Assert.Equal(256, lines);
    }
}

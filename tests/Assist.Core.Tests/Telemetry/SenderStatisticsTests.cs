using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Tests.Telemetry;

public sealed class SenderStatisticsTests
{
    private static readonly IpPrefix s_any = Prefix("10.0.0.0/8");

    private readonly SenderStatistics _senders = new();

    [Fact]
    public void Each_sender_is_counted_by_transport_and_outcome()
    {
        _senders.Configure([s_any]);
        Hear(1, Transport.Udp, Outcome.Drop, at: 1);
        Hear(1, Transport.Udp, Outcome.Stale, at: 2);
        Hear(1, Transport.Tls, Outcome.Stale, at: 3);
        Hear(2, Transport.Udp, Outcome.Drop, at: 4);

        var first = _senders.Of(Host(1));
        Assert.Equal((3, 2, 1, 0), (first.Total(), first.Total(Outcome.Stale), first.Of(Transport.Udp, Outcome.Stale),
            first.Of(Transport.Tls, Outcome.Drop)));
        Assert.Equal((At(3), At(2), At(3), null), (first.LastHeard, first.LastHeardBy(Transport.Udp),
            first.LastHeardBy(Transport.Tls), first.LastHeardBy(Transport.Tcp)));
        Assert.Equal([Host(1), Host(2)], _senders.Known.Select(counts => counts.Sender));
    }

    [Fact]
    public void However_many_addresses_send_the_memory_is_bounded_and_the_rest_is_counted_together()
    {
        _senders.Configure([s_any, Prefix("192.0.2.1/32")]);
        for (var host = 1; host <= 2 * SenderStatistics.Capacity; host++)
            Hear(host, Transport.Udp, Outcome.Drop, at: 1);

        Assert.Equal(SenderStatistics.Capacity, _senders.Known.Count);
        Assert.Equal(SenderStatistics.Capacity + 1, _senders.Others.Total());
        // The place of a sender that stands alone in the configuration is kept.
        Assert.NotSame(_senders.Others, _senders.Of(Prefix("192.0.2.1/32").Address));
    }

    [Fact]
    public void Who_is_no_sender_any_more_gives_up_its_place_and_others_keep_their_counts()
    {
        _senders.Configure([Prefix("10.0.0.1/32"), Prefix("10.0.0.2/32")]);
        Hear(1, Transport.Udp, Outcome.Drop, at: 1);
        Hear(2, Transport.Udp, Outcome.Drop, at: 1);

        _senders.Configure([Prefix("10.0.0.2/32"), Prefix("10.0.0.3/32")]);

        Assert.Equal([Host(2), Host(3)], _senders.Known.Select(counts => counts.Sender));
        Assert.Equal([1, 0], _senders.Known.Select(counts => counts.Total()));
    }

    private void Hear(int host, Transport transport, Outcome outcome, double at)
    {
        var counts = _senders.Of(Host(host));
        counts.Heard(transport, At(at));
        counts.Count(transport, outcome);
    }

    private static IpAddr Host(int host) => IpAddr.V4(0x0a000000u + (uint)host);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IpPrefix Prefix(string text) =>
        IpPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);
}

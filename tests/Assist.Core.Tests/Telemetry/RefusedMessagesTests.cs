using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Tests.Telemetry;

public sealed class RefusedMessagesTests
{
    private readonly RefusedMessages _refused = new();

    [Fact]
    public void A_flood_of_one_kind_is_kept_at_ten_a_second_and_hides_no_other()
    {
        Offer(Outcome.Stale, TimeSpan.Zero);
        for (var second = 1; second <= 5; second++)
            for (var i = 0; i < 1000; i++) Offer(Outcome.Malformed, TimeSpan.FromSeconds(second));

        var last = _refused.Last(100);

        Assert.Equal(RefusedMessages.Capacity + 1, last.Count);
        Assert.Equal(10, last.Count(each => each.At == TimeSpan.FromSeconds(5)));
        Assert.Equal(Outcome.Stale, last[^1].Outcome);
        Assert.Equal(3, _refused.Last(3).Count);
    }

    [Fact]
    public void A_message_is_kept_up_to_512_bytes()
    {
        _refused.Keep(default, Outcome.Malformed, Transport.Udp, default, "long", new byte[100_000]);

        Assert.Equal(512, Assert.Single(_refused.Last(1)).Line.Length);
    }

    [Fact]
    public void What_is_not_kept_allocates_nothing()
    {
        while (_refused.Takes(Outcome.Malformed, default))
        {
        }

        Assert.Equal(0, Allocation.OfCheapest(() =>
        {
            for (var i = 0; i < 1000; i++)
                Assert.False(_refused.Takes(Outcome.Malformed, default) || _refused.Takes(Outcome.Drop, default));
        }));
    }

    private void Offer(Outcome outcome, TimeSpan now)
    {
        if (_refused.Takes(outcome, now)) _refused.Keep(now, outcome, Transport.Udp, default, "", "a"u8);
    }
}

using Assist.Enforcement;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

public sealed class ReadBackTests
{
    private readonly ReadBack _readBack = new(interval: At(60));

    public ReadBackTests()
    {
        _readBack.ReadingBegins();
        _readBack.Read(At(1), isSettled: true);
    }

    [Fact]
    public void A_reading_that_is_asked_for_while_one_is_under_way_follows_it()
    {
        _readBack.ReadAllFirst();
        _readBack.ReadingBegins();
        _readBack.ReadAllFirst();
        _readBack.Read(At(5), isSettled: true);
        Assert.Equal((TimeSpan.Zero, false), (_readBack.Due, _readBack.MayReadQuickly(At(5), isInDoubt: false)));

        _readBack.ReadingBegins();
        _readBack.Read(At(6), isSettled: true);
        Assert.Equal(At(66), _readBack.Due);
    }

    [Fact]
    public void The_first_reading_is_due_at_once_and_whole()
    {
        var readBack = new ReadBack(At(60));
        Assert.Equal((TimeSpan.Zero, false), (readBack.Due, readBack.MayReadQuickly(At(1), isInDoubt: false)));
    }

    [Fact]
    public void Where_nothing_is_sent_everything_is_read_once_an_interval()
    {
        Assert.Equal(At(61), _readBack.Due);
        Assert.False(_readBack.MayReadQuickly(At(61), isInDoubt: false));
    }

    [Fact]
    public void Where_something_is_sent_everything_is_read_as_often_as_packets_are_measured()
    {
        _readBack.Sent(At(10), hasMore: false, allAccepted: true);
        Assert.Equal((At(10), true), (_readBack.Due, _readBack.MayReadQuickly(At(10), isInDoubt: false)));
        _readBack.ReadQuickly(At(10), isSettled: true);
        Assert.Equal((At(21), false), (_readBack.Due, _readBack.MayReadQuickly(At(21), isInDoubt: false)));
        _readBack.Read(At(21), isSettled: true);
        Assert.Equal(At(81), _readBack.Due);
    }

    [Fact]
    public void Where_more_waits_to_be_sent_all_the_time_the_switch_is_looked_at_once_a_second()
    {
        for (var ms = 0; ms < 1000; ms += 20)
        {
            _readBack.Sent(At(1 + ms / 1000.0), hasMore: true, allAccepted: true);
            Assert.Equal(At(2), _readBack.Due);
        }
        _readBack.ReadQuickly(At(2), isSettled: true);
        _readBack.Sent(At(2.02), hasMore: true, allAccepted: true);
        Assert.Equal(At(3), _readBack.Due);
    }

    [Fact]
    public void After_looks_that_came_too_early_the_switch_gets_more_time_and_after_others_less()
    {
        Look(isSettled: false);
        Look(isSettled: false);
        _readBack.Sent(At(5), hasMore: false, allAccepted: true);
        Assert.Equal(At(5.010), _readBack.Due);
        _readBack.ReadQuickly(At(5.010), isSettled: true);
        _readBack.Sent(At(6), hasMore: false, allAccepted: true);
        Assert.Equal(At(6.0099), _readBack.Due);
        for (var look = 0; look < 20; look++) Look(isSettled: false);
        _readBack.Sent(At(7), hasMore: false, allAccepted: true);
        Assert.Equal(At(7.05), _readBack.Due);
        for (var look = 0; look < 1000; look++) Look(isSettled: true);
        _readBack.Sent(At(8), hasMore: false, allAccepted: true);
        Assert.Equal(At(8), _readBack.Due);
    }

    [Fact]
    public void Nothing_is_learned_from_a_look_that_what_was_sent_last_had_less_time_for()
    {
        for (var look = 0; look < 10; look++) Look(isSettled: false);
        _readBack.Sent(At(5), hasMore: false, allAccepted: true);
        _readBack.Sent(At(5.04), hasMore: false, allAccepted: true);
        _readBack.ReadQuickly(At(5.05), isSettled: true);
        _readBack.Sent(At(6), hasMore: false, allAccepted: true);
        Assert.Equal(At(6.05), _readBack.Due);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(5, 4)]
    [InlineData(20, 10)]
    [InlineData(60, 10)]
    public void However_evenly_verdicts_come_the_switch_is_looked_at(int apart, int earlyLooks)
    {
        for (var look = 0; look < earlyLooks; look++) Look(isSettled: false);
        var (looks, last) = (0, At(10));
        for (var now = At(10); now < At(12); now += At(apart / 1000.0))
        {
            if (_readBack.Due <= now)
            {
                looks++;
                last = now;
                _readBack.ReadQuickly(now, isSettled: false);
            }
            _readBack.Sent(now, hasMore: false, allAccepted: true);
            Assert.True(now - last <= At(0.15));
        }
        Assert.True(looks > 10);
    }

    [Fact]
    public void Where_something_is_in_doubt_or_was_refused_a_glance_is_not_enough()
    {
        Assert.False(_readBack.MayReadQuickly(At(2), isInDoubt: true));
        _readBack.Sent(At(2), hasMore: true, allAccepted: false);
        _readBack.Sent(At(2), hasMore: false, allAccepted: true);
        Assert.False(_readBack.MayReadQuickly(At(2), isInDoubt: false));
        _readBack.ReadingBegins();
        _readBack.Read(At(3), isSettled: true);
        Assert.True(_readBack.MayReadQuickly(At(4), isInDoubt: false));
    }

    [Fact]
    public void What_is_not_found_is_looked_for_less_and_less_often()
    {
        _readBack.Sent(At(1), hasMore: false, allAccepted: true);
        foreach (var (at, due) in new[] { (2, 2.025), (3, 3.05), (4, 4.1) })
        {
            _readBack.ReadQuickly(At(at), isSettled: false);
            Assert.Equal(At(due), _readBack.Due);
        }
        foreach (var (at, due) in new[] { (5, 5.2), (6, 6.4), (7, 7.8), (8, 9.6), (10, 12), (12, 14) })
        {
            _readBack.Read(At(at), isSettled: false);
            Assert.Equal(At(due), _readBack.Due);
        }
    }

    [Fact]
    public void Where_nothing_is_known_any_more_everything_is_read_before_anything_is_sent()
    {
        _readBack.Sent(At(1), hasMore: true, allAccepted: true);
        _readBack.ReadAllFirst();
        Assert.Equal((TimeSpan.Zero, false), (_readBack.Due, _readBack.MayReadQuickly(At(2), isInDoubt: false)));
        // Asked for while a glance was under way.
        _readBack.ReadQuickly(At(2), isSettled: true);
        Assert.Equal((TimeSpan.Zero, false), (_readBack.Due, _readBack.MayReadQuickly(At(2), isInDoubt: false)));
    }

    private void Look(bool isSettled)
    {
        _readBack.Sent(At(2), hasMore: false, allAccepted: true);
        _readBack.ReadQuickly(At(2.1), isSettled);
    }
}

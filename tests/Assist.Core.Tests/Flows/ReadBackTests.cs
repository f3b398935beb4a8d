using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class ReadBackTests
{
    private readonly ReadBack _readBack = new(interval: At(60));

    public ReadBackTests() => _readBack.Read(At(1), isSettled: true);

    [Fact]
    public void The_first_reading_is_due_at_once_and_whole()
    {
        var readBack = new ReadBack(At(60));
        Assert.Equal((TimeSpan.Zero, false), (readBack.Due, readBack.MayGlance(At(1), hasRemovals: false)));
    }

    [Fact]
    public void Once_an_interval_everything_is_read()
    {
        Assert.Equal(At(61), _readBack.Due);
        for (var second = 10; second <= 50; second += 10)
        {
            _readBack.Sent(hasMore: false, isTaken: true);
            Assert.True(_readBack.MayGlance(At(second), hasRemovals: false));
            _readBack.Glanced(At(second), isSettled: true);
            Assert.Equal(At(61), _readBack.Due);
        }
        Assert.False(_readBack.MayGlance(At(61), hasRemovals: false));
    }

    [Fact]
    public void What_was_sent_is_looked_for_at_once_unless_more_waits_to_be_sent()
    {
        _readBack.Sent(hasMore: false, isTaken: true);
        Assert.Equal(TimeSpan.Zero, _readBack.Due);
        _readBack.Sent(hasMore: true, isTaken: true);
        Assert.Equal(At(2), _readBack.Due);
    }

    [Fact]
    public void That_something_is_gone_or_was_refused_only_a_whole_reading_tells()
    {
        Assert.False(_readBack.MayGlance(At(2), hasRemovals: true));
        _readBack.Sent(hasMore: true, isTaken: false);
        _readBack.Sent(hasMore: false, isTaken: true);
        Assert.False(_readBack.MayGlance(At(2), hasRemovals: false));
        _readBack.Read(At(3), isSettled: true);
        Assert.True(_readBack.MayGlance(At(4), hasRemovals: false));
    }

    [Fact]
    public void What_a_glance_does_not_settle_is_read_as_a_whole_again_and_again()
    {
        _readBack.Sent(hasMore: false, isTaken: true);
        _readBack.Glanced(At(2), isSettled: false);
        Assert.Equal(At(2.1), _readBack.Due);
        foreach (var (at, due) in new[] { (3, 3.2), (4, 4.4), (5, 5.8), (6, 7.6), (8, 10), (10, 12) })
        {
            Assert.False(_readBack.MayGlance(At(at), hasRemovals: false));
            _readBack.Read(At(at), isSettled: false);
            Assert.Equal(At(due), _readBack.Due);
        }
    }

    [Fact]
    public void Where_nothing_is_known_any_more_everything_is_read_before_anything_is_sent()
    {
        _readBack.Sent(hasMore: true, isTaken: true);
        _readBack.ReadAllFirst();
        Assert.Equal((TimeSpan.Zero, false), (_readBack.Due, _readBack.MayGlance(At(2), hasRemovals: false)));
    }
}

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
        Assert.Equal((TimeSpan.Zero, false), (readBack.Due, readBack.MayGlance(At(1), isInDoubt: false)));
    }

    [Fact]
    public void Once_an_interval_everything_is_read()
    {
        Assert.Equal(At(61), _readBack.Due);
        for (var second = 10; second <= 50; second += 10)
        {
            _readBack.Sent(At(1), hasMore: false, isTaken: true);
            Assert.True(_readBack.MayGlance(At(second), isInDoubt: false));
            _readBack.Glanced(At(second), isSettled: true);
            Assert.Equal(At(61), _readBack.Due);
        }
        Assert.False(_readBack.MayGlance(At(61), isInDoubt: false));
    }

    [Fact]
    public void What_was_sent_is_looked_for_at_once_unless_more_waits_to_be_sent()
    {
        _readBack.Sent(At(1), hasMore: false, isTaken: true);
        Assert.Equal(At(1), _readBack.Due);
        _readBack.Sent(At(1), hasMore: true, isTaken: true);
        Assert.Equal(At(2), _readBack.Due);
    }

    [Fact]
    public void Where_something_is_in_doubt_or_was_refused_a_glance_is_not_enough()
    {
        Assert.False(_readBack.MayGlance(At(2), isInDoubt: true));
        _readBack.Sent(At(1), hasMore: true, isTaken: false);
        _readBack.Sent(At(1), hasMore: false, isTaken: true);
        Assert.False(_readBack.MayGlance(At(2), isInDoubt: false));
        _readBack.Read(At(3), isSettled: true);
        Assert.True(_readBack.MayGlance(At(4), isInDoubt: false));
    }

    [Fact]
    public void What_is_not_found_is_looked_for_less_and_less_often()
    {
        _readBack.Sent(At(1), hasMore: false, isTaken: true);
        foreach (var (at, due) in new[] { (2, 2.025), (3, 3.05), (4, 4.1) })
        {
            _readBack.Glanced(At(at), isSettled: false);
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
        _readBack.Sent(At(1), hasMore: true, isTaken: true);
        _readBack.ReadAllFirst();
        Assert.Equal((TimeSpan.Zero, false), (_readBack.Due, _readBack.MayGlance(At(2), isInDoubt: false)));
    }
}

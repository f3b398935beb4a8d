using Assist.Flows;
using Assist.Syslog;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class RepeatTests
{
    private readonly DuplicateFilter _filter = new(At(60));

    [Theory]
    [InlineData(59.9, true)]
    [InlineData(60, false)]
    public void A_verdict_is_a_repeat_within_the_window(double at, bool isRepeat)
    {
        Assert.False(_filter.IsRepeat(Drop().Flow, At(0), 0));
        _filter.Remember(Drop().Flow, At(0), 0);
        Assert.Equal(isRepeat, _filter.IsRepeat(Drop().Flow, At(at), 0));
    }

    [Fact]
    public void The_window_holds_while_the_halves_turn_over()
    {
        _filter.IsRepeat(Drop().Flow, At(60), 0);
        _filter.Remember(Drop().Flow, At(119), 0);
        Assert.False(_filter.IsRepeat(Drop(2).Flow, At(120), 0));
        Assert.True(_filter.IsRepeat(Drop().Flow, At(178), 0));
        Assert.False(_filter.IsRepeat(Drop().Flow, At(179), 0));
    }

    [Fact]
    public void When_the_generation_moves_nothing_is_a_repeat()
    {
        _filter.Remember(Drop().Flow, At(0), 0);
        Assert.False(_filter.IsRepeat(Drop().Flow, At(1), 1));
    }

    [Fact]
    public void The_inbox_is_bounded_and_keeps_order_across_its_end()
    {
        using var inbox = new VerdictInbox();
        var taken = new PostedVerdict[VerdictInbox.Capacity];
        var requests = new List<Action>();
        for (var i = 0; i < 1000; i++) Assert.True(inbox.TryPost(Posted(i)));
        Assert.Equal(1000, inbox.Take(taken, requests));
        for (var i = 0; i < VerdictInbox.Capacity; i++) Assert.True(inbox.TryPost(Posted(i)));
        Assert.False(inbox.TryPost(Posted(0)));
        Assert.Equal(VerdictInbox.Capacity, inbox.Take(taken, requests));
        Assert.Equal(Enumerable.Range(0, VerdictInbox.Capacity), taken.Select(posted => (int)posted.ReceivedAt.Ticks));
        Assert.Equal(0, inbox.Length);
    }

    [Fact]
    public async Task Waiting_ends_with_a_verdict_or_a_request()
    {
        using var inbox = new VerdictInbox();
        foreach (var post in new Action[] { () => inbox.TryPost(Posted(0)), () => inbox.Post(() => { }) })
        {
            var waiting = Task.Run(() => inbox.Wait(Timeout.InfiniteTimeSpan));
            post();
            await waiting.WaitAsync(TimeSpan.FromSeconds(20));
            inbox.Take(new PostedVerdict[1], []);
        }
    }

    private static PostedVerdict Posted(int number) => new(default, Transport.Udp, TimeSpan.FromTicks(number));
}

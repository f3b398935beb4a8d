using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

public sealed class VerdictInboxTests : IDisposable
{
    private readonly VerdictInbox _inbox = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(200, 7)]
    [InlineData(3, 256)]
    public void Verdicts_leave_in_the_order_in_which_they_came(int together, int taken)
    {
        var (random, posted, expected) = (new Random(1), 0, 0);
        while (expected < 20_000)
        {
            for (var i = random.Next(together + 1); i > 0; i--)
                if (_inbox.TryPost(Numbered(posted))) posted++;
            foreach (var verdict in Take(taken)) Assert.Equal(Numbered(expected++), verdict);
            Assert.Equal(posted - expected, _inbox.Length);
        }
    }

    [Fact]
    public void A_full_ring_takes_one_for_each_that_has_left()
    {
        for (var i = 0; i < VerdictInbox.Capacity; i++) Assert.True(_inbox.TryPost(Numbered(i)));
        Assert.False(_inbox.TryPost(Numbered(-1)));
        Assert.Equal(Numbered(0), Assert.Single(Take(1)));
        Assert.True(_inbox.TryPost(Numbered(VerdictInbox.Capacity)));
        Assert.False(_inbox.TryPost(Numbered(-1)));
        Assert.Equal(Enumerable.Range(1, VerdictInbox.Capacity).Select(Numbered), Take(2 * VerdictInbox.Capacity));
        Assert.Equal(0, _inbox.Length);
    }

    [Fact]
    public void Whoever_waits_for_an_answer_gets_the_outcome_once()
    {
        var answers = new List<Outcome>();
        Assert.True(_inbox.TryPost(Numbered(1) with { Answered = answers.Add }));
        var request = Assert.Single(Take(2));
        Assert.Empty(answers);
        _inbox.Settle(request, Outcome.OverLimit);
        Assert.Equal([Outcome.OverLimit], answers);
    }

    [Fact]
    public void A_full_ring_says_so_and_the_other_does_not()
    {
        Assert.False(_inbox.IsFull(FlowClass.Denial));
        while (_inbox.TryPost(Numbered(0)))
        {
        }
        Assert.True(_inbox.IsFull(FlowClass.Denial));
        Assert.False(_inbox.IsFull(FlowClass.Threat));
        Assert.False(_inbox.IsFull(FlowClass.Bypass));
        Assert.False(_inbox.IsFull(FlowClass.Redirect));
        Assert.True(_inbox.TryPost(new FlowRequest(Threat(), At(1))));
        Assert.True(_inbox.TryPost(TakeBack(1)));
    }

    [Fact]
    public void Bypasses_to_be_taken_back_come_first_then_threats_then_denials()
    {
        foreach (var verdict in (Verdict[])[Bypass(1), Drop(2), Threat(3)])
            Assert.True(_inbox.TryPost(new FlowRequest(verdict, At(1))));
        Assert.True(_inbox.TryPost(TakeBack(4)));
        Assert.Equal(
            [Bypass(4).Flow, Threat(3).Flow, Drop(2).Flow, Bypass(1).Flow],
            Take(9).Select(request => request.Verdict.Flow));
    }

    [Fact]
    public void A_bypass_to_be_taken_back_that_finds_no_room_is_named_by_its_addresses()
    {
        for (var host = 0; host < VerdictInbox.Capacity; host++) Assert.True(_inbox.TryPost(TakeBack(1)));
        Assert.Null(_inbox.TakeOverflow());
        Assert.False(_inbox.TryPost(TakeBack(2)));
        var addresses = _inbox.TakeOverflow();
        Assert.NotNull(addresses);
        Assert.True(addresses.MayHave(Match(2).Source));
        Assert.True(addresses.MayHave(Match(2).Destination));
        Assert.False(addresses.MayHave(Match(1).Source));
        Assert.Null(_inbox.TakeOverflow());
    }

    public void Dispose() => _inbox.Dispose();

    private static FlowRequest TakeBack(int host) => FlowRequest.ToTakeBack(Bypass(host), At(1), Outcome.NoRule);

    private static FlowRequest Numbered(int number) => new(Drop(), TimeSpan.FromTicks(number));

    private FlowRequest[] Take(int atMost)
    {
        var taken = new FlowRequest[atMost];
        return taken[.._inbox.Take(taken, [])];
    }
}

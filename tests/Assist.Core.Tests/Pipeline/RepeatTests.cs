using Assist.Addresses;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Telemetry;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Pipeline;

public sealed class RepeatTests
{
    private readonly DuplicateFilter _filter = new(At(60));

    [Theory]
    [InlineData(59.9, true)]
    [InlineData(60.1, false)]
    public void A_verdict_is_a_repeat_within_the_window(double at, bool isRepeat)
    {
        Assert.False(_filter.IsRepeat(Drop().Flow, At(0), 0));
        _filter.Remember(Drop().Flow, At(0));
        Assert.Equal(isRepeat, _filter.IsRepeat(Drop().Flow, At(at), 0));
    }

    [Fact]
    public void The_window_begins_with_the_last_time_it_was_handed_over()
    {
        _filter.Remember(Drop().Flow, At(0));
        _filter.Remember(Drop().Flow, At(59));
        Assert.True(_filter.IsRepeat(Drop().Flow, At(118), 0));
        Assert.False(_filter.IsRepeat(Drop().Flow, At(119.1), 0));
    }

    [Fact]
    public void When_the_generation_moves_nothing_is_a_repeat()
    {
        _filter.Remember(Drop().Flow, At(0));
        Assert.False(_filter.IsRepeat(Drop().Flow, At(1), 1));
    }

    [Fact]
    public void Many_flows_are_told_apart_by_every_part_of_them()
    {
        var flows = new HashSet<FlowIdentity>();
        var random = new Random(1);
        while (flows.Count < 20_000) flows.Add(Random(random));
        var (remembered, others) = (flows.Take(10_000).ToList(), flows.Skip(10_000).ToList());
        foreach (var flow in remembered) _filter.Remember(flow, At(1));
        Assert.All(remembered, flow => Assert.True(_filter.IsRepeat(flow, At(2), 0)));
        Assert.All(others, flow => Assert.False(_filter.IsRepeat(flow, At(2), 0)));
    }

    [Fact]
    public void What_was_forgotten_stays_forgotten_however_often_it_is()
    {
        _filter.Remember(Drop().Flow, At(0));
        for (var generation = 1; generation <= 70_000; generation++)
            Assert.False(_filter.IsRepeat(Drop().Flow, At(1), generation));
        _filter.Remember(Drop(2).Flow, At(1));
        Assert.True(_filter.IsRepeat(Drop(2).Flow, At(1), 70_000));
    }

    [Fact]
    public void Moments_may_begin_anew()
    {
        var late = TimeSpan.FromSeconds(uint.MaxValue / 10);
        Assert.False(_filter.IsRepeat(Drop().Flow, late, 0));
        _filter.Remember(Drop().Flow, late);
        Assert.True(_filter.IsRepeat(Drop().Flow, late + At(59), 0));
        Assert.False(_filter.IsRepeat(Drop().Flow, late + At(60.1), 0));
    }

    [Fact]
    public void What_passes_for_no_repeat_is_older_than_the_window()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var (filter, began) =
                (new DuplicateFilter(At(1)), TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay)));
            filter.Remember(Drop().Flow, began);
            Assert.True(filter.IsRepeat(Drop().Flow, began + At(1) - TimeSpan.FromTicks(1), 0));
            Assert.False(filter.IsRepeat(Drop().Flow, began + At(1.1), 0));
        }
    }

    [Fact]
    public void A_flow_that_is_logged_all_the_time_is_renewed_once_in_each_window()
    {
        var table = new FlowTable(new TableOptions { DuplicateWindow = At(60) }, Planner);
        var outcomes = new List<Outcome>();
        for (var i = 0; i < 100 * 600; i++)
        {
            var now = At(0.05 + i / 100.0);
            if (_filter.IsRepeat(Drop().Flow, now, 0)) continue;
            outcomes.Add(table.Offer(Drop(), now));
            _filter.Remember(Drop().Flow, now);
        }
        Assert.DoesNotContain(Outcome.Duplicate, outcomes);
        Assert.InRange(outcomes.Count, 9, 10);
    }

    [Fact]
    public void A_hundred_thousand_are_remembered_and_next_to_none_of_them_forgotten()
    {
        var (forgotten, wrong) = (0, 0);
        for (uint i = 0; i < 100_000; i++) _filter.Remember(Numbered(i), At(i / 10_000.0));
        for (uint i = 0; i < 100_000; i++)
        {
            if (!_filter.IsRepeat(Numbered(i), At(20), 0)) forgotten++;
            if (_filter.IsRepeat(Numbered(i + 100_000), At(20), 0)) wrong++;
        }
        Assert.InRange(forgotten, 0, 200);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Where_more_come_than_there_is_room_for_the_newest_are_remembered()
    {
        for (uint i = 0; i < 500_000; i++) _filter.Remember(Numbered(i), At(i / 10_000.0));
        var newest = Enumerable.Range(0, 50_000).Count(i => _filter.IsRepeat(Numbered((uint)(499_999 - i)), At(50), 0));
        Assert.InRange(newest, 49_000, 50_000);
    }

    [Fact]
    public void What_is_too_old_makes_room_and_what_is_not_stays()
    {
        for (uint i = 0; i < 1_000_000; i++)
        {
            _filter.Remember(Numbered(i), At(i / 10.0));
            if (i >= 500) Assert.True(_filter.IsRepeat(Numbered(i - 500), At(i / 10.0), 0));
        }
    }

    [Fact]
    public void The_inbox_is_bounded_and_keeps_order_across_its_end()
    {
        using var inbox = new VerdictInbox();
        var taken = new FlowRequest[VerdictInbox.Capacity];
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
            inbox.Take(new FlowRequest[1], []);
        }
    }

    private static FlowIdentity Numbered(uint number) => new(
        FlowAction.Drop, new FlowMatch { Source = IpAddr.V4(10u << 24 | number), Destination = IpAddr.V4(0xcb007114) },
        Placement.Anywhere);

    // Few values of each part, so that many flows differ in one only; ::a and 0.0.0.10 have the same number.
    private static FlowIdentity Random(Random random)
    {
        var isV6 = random.Next(2) == 0;
        IpAddr Address() => isV6
            ? IpAddr.V6((UInt128)random.Next(2, 9) << (random.Next(2) * 64))
            : IpAddr.V4((uint)random.Next(2, 9));
        var match = new FlowMatch
        {
            Source = Address(),
            Destination = Address(),
            SourcePort = (ushort)random.Next(3),
            DestinationPort = (ushort)random.Next(3),
            Protocol = new IpProtocol((byte)random.Next(3)),
            InVlan = (ushort)random.Next(3),
            OutVlan = (ushort)random.Next(3),
        };
        return new FlowIdentity((FlowAction)random.Next(3), match, (Placement)random.Next(4));
    }

    private static FlowRequest Posted(int number) => new(default, TimeSpan.FromTicks(number));
}

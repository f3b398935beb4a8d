using Assist.Addresses;
using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>How much one mistake may cause before somebody looks.</summary>
public sealed class BlastRadiusTests : TableAndSwitch
{
    [Fact]
    public void No_more_drops_begin_within_a_minute_than_may()
    {
        Table = Limited(DropLimits.None with { PerMinute = 3 });
        Assert.Equal(3, Accepted(5, host => Drop(host), 0));
        Assert.Equal(2, Table.Limits.Refused()(FlowLimit.PerMinute));
        Assert.Equal(0, Accepted(5, host => Drop(10 + host), 59));
        Assert.Equal(3, Accepted(5, host => Drop(20 + host), 60));
    }

    [Fact]
    public void A_flood_of_denials_refuses_no_threat()
    {
        Table = Limited(DropLimits.None with { PerMinute = 3, PerRule = 3, PerSender = 3 });
        Assert.Equal(3, Accepted(5, host => Drop(host), 0));
        Assert.Equal(3, Accepted(5, host => Drop(10 + host) with { IsThreat = true }, 0));
    }

    [Fact]
    public void A_rule_leaves_room_for_the_others()
    {
        Table = Limited(DropLimits.None with { PerRule = 3 });
        Assert.Equal(3, Accepted(5, host => Drop(host), 0));
        Assert.Equal(3, Accepted(5, host => Drop(10 + host) with { Rule = "another" }, 0));
        Assert.Equal(4, Table.Limits.Refused()(FlowLimit.PerRule));
    }

    [Fact]
    public void A_sender_leaves_room_for_the_others()
    {
        Table = Limited(DropLimits.None with { PerSender = 3 });
        Assert.Equal(3, Accepted(5, host => Drop(host), 0));
        var other = FromUdp with { Sender = IpAddr.V4(0xc0000201) };
        Assert.Equal(3, Accepted(5, host => Drop(10 + host) with { Origin = other }, 0));
        Assert.Equal(4, Table.Limits.Refused()(FlowLimit.PerSender));
        // What is no message has no sender.
        Assert.Equal(5, Accepted(5, host => Drop(20 + host) with { Origin = null }, 0));
    }

    [Fact]
    public void Only_so_many_hosts_are_cut_off_at_a_time()
    {
        Table = Limited(DropLimits.None with { OneAddress = 3 });
        Assert.Equal(3, Accepted(5, Host, 0));
        Assert.Equal(2, Table.Limits.Refused()(FlowLimit.OneAddress));
        Assert.Equal(5, Accepted(5, host => Drop(host), 0));
        Table.Remove(Table.Flows.First(flow => flow.Identity == Host(1).Flow), At(1));
        Assert.Equal(1, Accepted(5, host => Host(10 + host), 61));
    }

    [Fact]
    public void What_is_no_drop_is_not_limited_and_a_repeat_does_not_count()
    {
        Table = Limited(DropLimits.None with { PerMinute = 1 });
        Assert.Equal(5, Accepted(5, host => Bypass(host), 0));
        Table.Offer(Drop(20), At(0));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Drop(20), At(1)));
        Assert.Equal(0, Table.Limits.Refused()(FlowLimit.PerMinute));
    }

    [Fact]
    public void Nothing_gives_way_for_a_drop_that_is_refused()
    {
        Table = Limited(DropLimits.None with { PerMinute = 9, PortsPerPair = 8 });
        foreach (var port in Enumerable.Range(1, 8)) Table.Offer(Denial(1, (ushort)port), At(0));
        Table.Offer(Drop(30), At(0));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Denial(1, 9), At(1)));
        Assert.Equal(9, Table.Flows.Count);
    }

    private static FlowTable Limited(DropLimits limits) =>
        new(new TableOptions { Capacity = 100, ReservedForDrops = 10, Drops = limits }, Planner);

    private static Verdict Host(int host) => Verdict(new FlowIdentity(
        FlowAction.Drop, new FlowMatch { Source = Match(host).Source }, Placement.Anywhere));

    private int Accepted(int count, Func<int, Verdict> verdict, double at) => Enumerable.Range(1, count)
        .Count(host => Table.Offer(verdict(host), At(at)) is not Outcome.OverLimit);
}

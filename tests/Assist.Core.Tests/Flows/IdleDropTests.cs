using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>A drop without packets gives way, and a denial must repeat when room is short.</summary>
public sealed class IdleDropTests : TableAndSwitch
{
    private static readonly DropLimits s_limits = new() { AsksForRepeat = false };

    public IdleDropTests() => Table = Limited(s_limits);

    [Fact]
    public void A_denial_takes_the_place_of_an_idle_one_when_denials_have_used_their_share()
    {
        var (busy, idle) = (Installed(Drop(1)), Installed(Drop(2)));
        Fill(from: 3, to: 10);
        Count(busy, 40);
        Observe(20);
        Assert.Equal((false, true), (busy.IsIdle, idle.IsIdle));
        for (var host = 11; host <= 19; host++) Assert.Equal(Outcome.Drop, Table.Offer(Drop(host), At(21)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(20), At(21)));
        Assert.Contains(busy, Table.Flows);
        var displaced = Table.Ends.Count(FlowAction.Drop, FlowEnd.Displaced);
        Assert.Equal((10, 1L, 9), (Table.Entries, Table.Limits.Refused()(FlowLimit.DenialShare), displaced));
    }

    [Fact]
    public void A_drop_is_not_idle_before_a_whole_measurement_nor_after_it_moved_again()
    {
        var drop = Installed(Drop(1));
        Observe(19);
        Assert.False(drop.IsIdle);
        Observe(20);
        Assert.True(drop.IsIdle);
        Count(drop, 1);
        Observe(25);
        Assert.False(drop.IsIdle);
    }

    [Fact]
    public void A_drop_that_the_switch_does_not_count_is_never_idle()
    {
        var measured = new Measurement(FlowTraffic.NotSent, At(0));
        measured.Add(FlowTraffic.NotSent, At(20));
        Assert.True(measured.IsIdle);
        measured.Add(default, At(40));
        Assert.False(measured.IsIdle);
        var uncounted = new Measurement(default, At(0));
        uncounted.Add(default, At(20));
        Assert.False(uncounted.IsIdle);
    }

    [Fact]
    public void Where_idle_drops_are_kept_a_denial_is_refused()
    {
        Table = Limited(s_limits with { ReplacesIdle = false });
        Fill(from: 1, to: 10);
        Observe(20);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(11), At(21)));
    }

    [Fact]
    public void Among_threats_only_an_idle_one_gives_way_and_only_to_a_threat()
    {
        Table = Limited(s_limits with { BypassFloor = 0 });
        for (var host = 1; host <= 20; host++) Installed(Threat(host));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Threat(21), At(1)));
        Count(Table.Flows.First(), 5);
        Observe(20);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(30), At(21)));
        for (var host = 21; host <= 39; host++) Assert.Equal(Outcome.Drop, Table.Offer(Threat(host), At(21)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Threat(40), At(21)));
        Assert.Contains(Table.Flows, flow => flow.Identity == Threat(1).Flow);
    }

    [Fact]
    public void When_half_of_the_share_is_used_a_denial_gets_an_entry_only_when_it_repeats_within_a_minute()
    {
        Table = Limited(new DropLimits());
        Fill(from: 1, to: 5);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(6), At(1)));
        Assert.Equal(1, Table.Limits.Refused()(FlowLimit.FirstOfItsKind));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(6), At(61)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(7), At(61)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(7), At(122)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(7), At(123)));
        Assert.Equal(Outcome.Drop, Table.Offer(Threat(8), At(123)));
    }

    [Fact]
    public void Receiving_threads_let_a_first_denial_come_again_within_a_second()
    {
        Table = Limited(new DropLimits());
        Fill(from: 1, to: 5);
        Table.Tick(At(1));
        var generation = Table.Generation;
        Table.Tick(At(2));
        Assert.Equal(generation, Table.Generation);
        Table.Offer(Drop(6), At(2));
        Table.Tick(At(3));
        Assert.NotEqual(generation, Table.Generation);
    }

    [Fact]
    public void No_more_than_4096_first_denials_are_remembered_and_the_latest_of_them()
    {
        Table = Limited(new DropLimits());
        Fill(from: 1, to: 5);
        for (var host = 100; host <= 100 + FirstDenials.MaxMatches; host++) Table.Offer(Drop(host), At(1));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(100), At(2)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(100 + FirstDenials.MaxMatches), At(2)));
    }

    private static FlowTable Limited(DropLimits limits) =>
        new(new TableOptions { Capacity = 20, ReservedForDrops = 2, Drops = limits }, Planner);

    private void Fill(int from, int to)
    {
        for (var host = from; host <= to; host++) Installed(Drop(host));
    }

    private void Count(FlowRecord flow, long packets) => Switch.Count(flow.Entries[0].Key, packets);
}

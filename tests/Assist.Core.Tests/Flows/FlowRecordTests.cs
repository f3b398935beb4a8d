using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowRecordTests
{
    private readonly FlowBudget _budget = new(new TableOptions { Capacity = 100 });
    private readonly FlowRecord _record = new(Bypass(hard: 100), Planner.Plan(Bypass()), 0, At(0));

    [Fact]
    public void The_budget_follows_every_change_of_state()
    {
        var flows = new FlowSet(_budget);
        flows.Add(_record);
        Assert.Equal(2, _budget.Used);
        _record.Send(Planner.Plan(Bypass()), At(1));
        _record.Confirm(default, At(2));
        Assert.Equal((2, FlowState.Programmed), (_budget.Used, _record.State));
        _record.Reject(new Rejection("no room", LacksRoom: true), At(3));
        Assert.Equal((0, "no room", true), (_budget.Used, _record.Rejection, _record.LackedRoom));
        _record.Retry(Bypass(), Planner.Plan(Bypass(placement: Placement.Either)), At(40));
        Assert.Equal(4, _budget.Used);
        flows.Remove(_record);
        Assert.Equal(0, _budget.Used);
        _record.Reject(default, At(50));
        _record.Wait();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void A_repeat_lengthens_the_life_only_when_it_is_renewed()
    {
        _record.Repeat(Bypass(hard: 100), At(60));
        Assert.Equal((At(100), At(160)), (_record.ExpiresAt, _record.RenewUntil));
        _record.Renew();
        Assert.Equal(At(160), _record.ExpiresAt);
        _record.Renew();
        Assert.Equal(At(160), _record.ExpiresAt);
    }

    [Fact]
    public void Refusals_in_a_row_are_left_alone_longer_and_a_confirmation_ends_the_row()
    {
        _record.Reject(default, At(0));
        Assert.Equal(At(30), _record.RetryAt);
        _record.Reject(default, At(0));
        Assert.Equal((At(60), 2), (_record.RetryAt, _record.Rejections));
        for (var i = 0; i < 20; i++) _record.Reject(default, At(0));
        Assert.Equal(At(600), _record.RetryAt);
        _record.Confirm(default, At(700));
        Assert.Equal((0, null), (_record.Rejections, _record.Rejection));
    }

    [Fact]
    public void A_reading_without_counters_changes_nothing_that_was_measured()
    {
        _record.Confirm(Counted(10, 0), At(0));
        _record.Measure(Counted(70, 0), At(60));
        _record.Measure(default, At(120));
        Assert.Equal((70, 60d, At(60)), (_record.Packets, _record.PacketsPerMinute, _record.ActiveAt));
        Assert.Equal(1, _record.OneWayMeasurements);
    }

    [Fact]
    public void Of_a_flow_that_counts_one_direction_alone_nobody_says_that_it_is_one_way()
    {
        _record.Confirm(new FlowTraffic(new TrafficCount(0, 0), default), At(0));
        _record.Measure(new FlowTraffic(new TrafficCount(50, 5000), default), At(60));
        Assert.Equal((0, 50, 5000), (_record.OneWayMeasurements, _record.Packets, _record.Traffic.Bytes));
    }

    private static FlowTraffic Counted(long towards, long back) =>
        new(new TrafficCount(towards, null), new TrafficCount(back, null));
}

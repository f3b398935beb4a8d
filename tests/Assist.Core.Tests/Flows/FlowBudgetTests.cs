using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowBudgetTests : TableAndSwitch
{
    [Fact]
    public void The_switch_may_say_less_than_the_configuration_but_not_more()
    {
        Assert.Equal(1500, new FlowBudget(new TableOptions()).Capacity);
        foreach (var (configured, told, capacity) in ((int?, int, int)[])[
            (null, 2000, 2000), (700, 2000, 700), (700, 500, 500)])
        {
            var table = new FlowTable(new TableOptions { Capacity = configured }, Planner);
            table.SwitchHolds(told);
            Assert.Equal((capacity, capacity / 10), (table.Budget.Capacity, table.Budget.Reserve));
        }
    }

    [Fact]
    public void A_table_without_room_for_bypasses_takes_them_again_only_when_enough_is_free()
    {
        Table = New(capacity: 110, reserved: 10);
        for (var host = 1; host <= 50; host++) Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(host), At(0)));
        Settle(0);
        Assert.False(Table.Budget.IsShort);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Bypass(51), At(1)));
        Assert.True(Table.Budget.IsShort);
        var flows = Table.Flows.ToList();
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(100), At(2)));
        Table.Remove(flows[0], At(3));
        // Room for one entry only.
        Assert.Equal((1, 0), (110 - 10 - Table.Entries, Table.Budget.FreeForOthers));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Bypass(51), At(3)));
        Table.Remove(flows[1], At(4));
        Assert.False(Table.Budget.IsShort);
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(51), At(4)));
    }

    [Fact]
    public void A_drop_takes_the_place_of_the_least_active_bypass()
    {
        Table = New(capacity: 4, reserved: 0);
        var busy = Installed(Bypass(1));
        var idle = Installed(Bypass(2));
        // Not measured yet: both stay.
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(3), At(1)));
        Switch.Count(busy.Entries[0].Key, 600);
        Switch.Count(idle.Entries[0].Key, 3);
        Observe(60);
        Assert.Equal((600d, 3d), (busy.PacketsPerMinute, idle.PacketsPerMinute));
        Assert.Equal(Outcome.Drop, Table.Offer(Threat(3), At(61)));
        Settle(61);
        Assert.Equal([busy.Identity, Drop(3).Flow], Table.Flows.Select(flow => flow.Identity));
        Assert.Equal(3, Switch.Names.Count());
        Assert.Equal(1, Table.Ends.Count(FlowAction.Bypass, FlowEnd.Displaced));
    }

    [Fact]
    public void A_drop_displaces_a_bypass_that_waits_but_never_another_drop_or_a_redirect()
    {
        Table = New(capacity: 6, reserved: 0);
        Table.Offer(Redirect(1), At(0));
        Table.Offer(Bypass(2), At(0));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(3), At(1)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(4), At(1)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(5), At(1)));
        Assert.Equal(
            [FlowAction.Redirect, FlowAction.Drop, FlowAction.Drop], Table.Flows.Select(flow => flow.Identity.Action));
    }

    [Fact]
    public void Rates_are_measured_over_the_real_interval()
    {
        var record = Installed(Drop());
        Switch.Count(record.Entries[0].Key, 100);
        Observe(5);
        Assert.Null(record.PacketsPerMinute);
        Switch.Count(record.Entries[0].Key, 300);
        Observe(90);
        Assert.Equal(200, record.PacketsPerMinute);
        // The counter was cleared.
        Switch.Count(record.Entries[0].Key, 10);
        Observe(120);
        Assert.Equal(20, record.PacketsPerMinute);
    }

    [Fact]
    public void A_switch_with_less_room_teaches_the_limit_and_is_probed_later()
    {
        Table = New(capacity: 100, reserved: 0);
        Switch.Capacity = 5;
        for (var host = 1; host <= 8; host++) Table.Offer(Drop(host), At(0));
        Assert.Equal(3, Settle(1).Rejected.Count);
        Assert.Equal((5, true, 0), (Table.Budget.Limit, Table.Budget.IsLimitLearned, Table.Budget.Free));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(9), At(2)));
        Switch.Capacity = 100;
        for (var minute = 1; minute <= 10; minute++) Table.Tick(At(60 * minute + 2));
        Assert.False(Table.Budget.IsLimitLearned);
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(9), At(700)));
    }

    [Fact]
    public void A_drop_that_the_switch_has_no_room_for_takes_the_place_of_a_bypass()
    {
        Table = New(capacity: 100, reserved: 0);
        Switch.Capacity = 4;
        var (one, two) = (Installed(Bypass(1)), Installed(Bypass(2)));
        Switch.Count(one.Entries[0].Key, 50);
        Observe(60);
        Table.Offer(Drop(3), At(61));
        Settle(61);
        Settle(62);
        var drop = Assert.Single(Table.Flows, flow => flow.Identity == Drop(3).Flow);
        Assert.Equal(FlowState.Programmed, drop.State);
        Assert.DoesNotContain(two, Table.Flows);
        Assert.Equal(3, Switch.Names.Count());
    }

    [Fact]
    public void What_waits_when_the_switch_shows_less_room_ends_for_lack_of_it()
    {
        Table = New(capacity: 100, reserved: 0);
        Switch.Capacity = 5;
        for (var host = 1; host <= 8; host++) Table.Offer(Drop(host), At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        Switch.Program();
        for (var host = 11; host <= 14; host++) Table.Offer(Drop(host), At(0));
        Observe(1);
        Assert.Equal((5, 4L, 0L), (Table.Entries,
            Table.Ends.Count(FlowAction.Drop, FlowEnd.NoRoom), Table.Ends.Count(FlowAction.Drop, FlowEnd.Displaced)));
    }

    [Fact]
    public void The_reserve_is_kept_when_the_first_reading_shows_many_foreign_entries()
    {
        Table = New(capacity: 20, reserved: 6);
        for (var host = 1; host <= 7; host++) Table.Offer(Bypass(host), At(0));
        Table.Offer(Drop(50), At(0));
        for (var i = 0; i < 6; i++) Switch.Add(StaticFlows.For(Wiring)[0] with { Name = $"MSS_{i}" });
        Observe(1);
        Assert.Equal((4, 1),
            (Table.Flows.Count(flow => flow.Identity.Action == FlowAction.Bypass),
            Table.Flows.Count(flow => flow.Identity.Action == FlowAction.Drop)));
        Assert.Equal(5, Table.Budget.Free);
    }

    [Fact]
    public void Where_asked_for_the_least_active_tenth_goes_at_the_threshold()
    {
        Table = new FlowTable(
            new TableOptions
            {
                Capacity = 20,
                ReservedForDrops = 0,
                LeastActive = new LeastActive(90, 10),
                Drops = DropLimits.None,
            },
            Planner);
        var flows = Enumerable.Range(1, 18).Select(host => Installed(Drop(host))).ToList();
        foreach (var (flow, index) in flows.Select((flow, index) => (flow, index)))
            Switch.Count(flow.Entries[0].Key, 10 * (20 - index));
        Observe(60);
        Settle(60);
        Assert.Equal(flows.Take(16).Select(flow => flow.Identity), Table.Flows.Select(flow => flow.Identity));
        Assert.Equal(16, Switch.Names.Count());
        Settle(61);
        Assert.Equal(16, Table.Flows.Count);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Where_asked_for_a_bypass_that_counts_in_one_direction_only_goes(bool removes, int left)
    {
        Table = new FlowTable(new TableOptions { RemovesOneWayBypasses = removes }, Planner);
        var (oneWay, both) = (Installed(Bypass(1)), Installed(Bypass(2)));
        for (var minute = 1; minute <= 2; minute++)
        {
            Assert.Contains(oneWay, Table.Flows);
            Switch.Count(oneWay.Entries[0].Key, 10 * minute);
            Switch.Count(both.Entries[0].Key, 10 * minute);
            Switch.Count(both.Entries[1].Key, 5 * minute);
            Observe(60 * minute);
        }
        Assert.Equal(left, Table.Flows.Count(flow => flow == oneWay));
        Assert.Contains(both, Table.Flows);
    }

    [Fact]
    public void More_room_lets_refused_verdicts_come_again()
    {
        Table = New(capacity: 2, reserved: 0);
        Switch.Capacity = 1;
        Table.Offer(Drop(1), At(0));
        Table.Offer(Drop(2), At(0));
        Settle(0);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(3), At(1)));
        var generation = Table.Generation;
        Table.Tick(At(61));
        Assert.NotEqual(generation, Table.Generation);
        generation = Table.Generation;
        Table.SwitchHolds(1);
        Assert.NotEqual(generation, Table.Generation);
    }

    [Fact]
    public void Entries_that_the_switch_does_not_give_back_take_room()
    {
        Table = New(capacity: 10, reserved: 0);
        var record = Installed(Drop());
        Table.Remove(record, At(1));
        var set = Table.TakeChanges(At(1))!;
        Table.Applied(set, [new ChangeResult(ChangeStatus.Rejected, "read only")], At(1));
        Observe(2);
        Assert.Equal((0, 1, 9), (Table.Budget.Used, Table.Budget.Others, Table.Budget.Free));
    }
}

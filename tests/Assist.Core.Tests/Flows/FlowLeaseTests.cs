using Assist.Flows;
using Assist.Outputs;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowLeaseTests : TableAndSwitch
{
    [Fact]
    public void A_flow_ends_with_its_hard_timeout()
    {
        Installed(Drop(hard: 100));
        Table.Tick(At(99));
        Assert.Single(Table.Flows);
        Table.Tick(At(100));
        Assert.Equal((0, 0), (Table.Flows.Count, Table.Entries));
        Settle(101);
        Assert.Empty(Switch.Names);
    }

    [Fact]
    public void A_repeat_after_the_window_installs_the_flow_anew_since_packets_still_reach_the_firewall()
    {
        var record = Installed(Drop(hard: 100));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(hard: 100), At(70)));
        var change = Assert.Single(Table.TakeChanges(At(70))!.Changes).Change;
        Assert.Equal([record.Entries[0].Key], change.Remove);
        Assert.Equal(100, Lines(Assert.Single(change.Install)).Timeouts.Hard);
        Table.Tick(At(169));
        Assert.Single(Table.Flows);
        Table.Tick(At(170));
        Assert.Empty(Table.Flows);
    }

    [Fact]
    public void A_flow_repeated_while_it_waits_for_its_reading_is_renewed_just_before_its_end()
    {
        Table.Offer(Drop(hard: 100), At(0));
        var set = Table.TakeChanges(At(0))!;
        Table.Applied(set, [new ChangeResult(ChangeStatus.Accepted)], At(0));
        Table.Offer(Drop(hard: 100), At(70));
        Table.Tick(At(97));
        Assert.Null(Table.TakeChanges(At(97)));
        Table.Tick(At(98));
        var change = Assert.Single(Table.TakeChanges(At(98))!.Changes).Change;
        Assert.Equal(72, Lines(Assert.Single(change.Install)).Timeouts.Hard);
    }

    [Fact]
    public void Waiting_for_the_switch_counts_towards_the_lease()
    {
        Table.Offer(Bypass(hard: 100), At(0));
        Assert.All(Table.TakeChanges(At(40))!.Changes[0].Change.Install,
            entry => Assert.Equal(60, Lines(entry).Timeouts.Hard));
    }

    [Fact]
    public void A_verdict_that_waited_longer_than_its_lease_is_not_sent()
    {
        Table.Offer(Bypass(hard: 100), At(0));
        Table.Tick(At(100));
        Assert.Null(Table.TakeChanges(At(100)));
        Assert.False(Table.HasRemovals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_that_the_switch_ended_by_its_hard_timeout_is_not_repaired(bool keepsLines)
    {
        var record = Installed(Drop(hard: 100, idle: 0));
        Switch.Now = At(100);
        Switch.Expire(keepsLines);
        var seen = Observe(99.5);
        Assert.Empty(seen.Repaired);
        Assert.Same(record, Assert.Single(seen.Expired));
        Settle(101);
        Assert.Empty(Switch.Names);
    }

    [Fact]
    public void A_flow_that_may_have_idled_out_is_let_go()
    {
        var record = Installed(Drop(idle: 300));
        Switch.LoseAll();
        Assert.Same(record, Assert.Single(Observe(250).Expired));
    }

    [Fact]
    public void A_flow_with_traffic_has_not_idled()
    {
        var record = Installed(Drop(idle: 300));
        Switch.Count(record.Entries[0].Key, 10);
        Observe(250);
        Switch.LoseAll();
        Assert.Single(Observe(310).Repaired);
    }

    [Fact]
    public void A_dropped_table_is_repaired_for_the_rest_of_the_lease()
    {
        Installed(Bypass(hard: 1000));
        Switch.LoseAll();
        Assert.Single(Observe(100).Repaired);
        Settle(100);
        Assert.Equal(2, Switch.Names.Count());
        Assert.All(Switch.Names, name => Assert.Equal(900, Switch[name].Timeouts.Hard));
        Assert.Equal(2, Table.Entries);
    }

    [Fact]
    public void A_partial_reading_repairs_nothing()
    {
        Installed(Bypass());
        Switch.LoseAll();
        Switch.IsWhole = false;
        var seen = Observe(100);
        Assert.Empty(seen.Repaired);
        Assert.Empty(seen.Expired);
    }

    [Fact]
    public void An_idled_flow_whose_verdict_repeated_since_is_installed_again()
    {
        Installed(Drop(hard: 1800, idle: 300));
        Observe(60);
        Switch.LoseAll();
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(400)));
        Assert.Empty(Observe(420).Expired);
        Settle(420);
        Assert.Equal(1780, Switch[Assert.Single(Switch.Names)].Timeouts.Hard);
    }

    [Fact]
    public void A_status_that_nobody_knows_is_no_end()
    {
        var record = Installed(Drop());
        Switch.Set(record.Entries[0].Key, EntryStatus.Unknown);
        Observe(1000);
        Assert.Same(record, Assert.Single(Table.Flows));
        Assert.Null(Table.TakeChanges(At(1000)));
    }

    [Fact]
    public void Deleting_a_flow_that_waits_for_renewal_removes_it_from_the_switch()
    {
        var record = Installed(Drop(hard: 100));
        Table.Offer(Drop(hard: 100), At(70));
        Table.Tick(At(99));
        Table.Remove(record, At(3));
        Settle(99);
        Assert.Empty(Switch.Names);
        Assert.Equal(0, Table.Entries);
    }

    [Fact]
    public void A_repeat_brings_its_marking_to_the_switch()
    {
        Installed(Bypass());
        Table.Offer(Bypass() with { Marking = new Marking(5, null) }, At(60));
        Settle(60);
        Assert.All(Switch.Names, name => Assert.Equal((byte)5, Switch[name].Action.SetCos!.Value));
    }
}

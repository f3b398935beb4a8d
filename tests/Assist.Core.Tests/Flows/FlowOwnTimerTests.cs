using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>Platforms that refuse timeouts: the table ends what the switch would not.</summary>
public sealed class FlowOwnTimerTests : TableAndSwitch
{
    private static readonly TableOptions s_options = new()
    {
        SwitchEndsEntries = false,
        Lifetimes = action => action == FlowAction.Drop ? new FlowTimeouts(600, 120) : new FlowTimeouts(900, 0),
    };

    public FlowOwnTimerTests() => Table = new FlowTable(s_options, Planner);

    [Fact]
    public void Entries_are_sent_without_timeouts_and_removed_at_the_hard_one()
    {
        var record = Installed(Drop(1, hard: 100, idle: 0));
        Assert.Equal(default, Switch[record.Entries[0].Key].Timeouts);
        Table.Tick(At(99));
        Assert.Null(Table.TakeChanges(At(99)));
        Table.Tick(At(100));
        Settle(100);
        Assert.Empty(Switch.Names);
        Assert.Equal(1, Table.Ends.Count(FlowAction.Drop, FlowEnd.Expired));
    }

    [Fact]
    public void A_flow_without_packets_is_removed_at_the_idle_timeout()
    {
        var (idle, busy) = (Installed(Drop(1, hard: 1000, idle: 90)), Installed(Drop(2, hard: 1000, idle: 90)));
        Switch.Count(busy.Entries[0].Key, 1);
        Observe(60);
        Settle(89);
        Assert.Equal(2, Switch.Names.Count());
        Settle(90);
        Settle(91);
        Assert.Equal(busy.Entries[0].Key, Assert.Single(Switch.Names));
        Assert.Equal(1, Table.Ends.Count(FlowAction.Drop, FlowEnd.Expired));
        Assert.DoesNotContain(idle, Table.Flows);
    }

    [Fact]
    public void A_missing_entry_was_no_timers_doing_and_is_repaired()
    {
        var record = Installed(Drop(1, hard: 1000, idle: 60));
        Switch.Lose(record.Entries[0].Key);
        Assert.Single(Observe(59).Repaired);
    }

    [Fact]
    public void A_flow_of_an_earlier_run_gets_the_timeouts_of_its_action()
    {
        Switch.Add(Planner.Plan(Drop())[0] with { Timeouts = default });
        Assert.Single(Observe(0).Adopted);
        Assert.Equal((new FlowTimeouts(600, 120), At(600)),
            (Table.Flows.First().Verdict.Timeouts, Table.Flows.First().ExpiresAt));
    }
}

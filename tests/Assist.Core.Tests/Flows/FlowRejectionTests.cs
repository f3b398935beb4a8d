using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowRejectionTests : TableAndSwitch
{
    [Fact]
    public void A_refused_change_is_tried_again_when_the_verdict_repeats_after_the_back_off()
    {
        Refuse(Drop(), 0);
        Assert.Equal((FlowState.Rejected, 0, "no room"), (Flow.State, Table.Entries, Flow.Rejection));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Drop(), At(20)));
        Table.Offer(Drop(), At(61));
        Refuse(null, 61);
        // The second time it is one minute.
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(121)));
        Assert.Equal(1, Table.Entries);
        Settle(122);
        Assert.Equal((FlowState.Programmed, 0), (Flow.State, Flow.Rejections));
    }

    [Fact]
    public void Before_the_back_off_has_passed_nothing_is_sent()
    {
        Table = new FlowTable(new TableOptions { DuplicateWindow = At(1) }, Planner);
        Refuse(Drop(), 0);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(), At(29)));
        Assert.Null(Table.TakeChanges(At(29)));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(31)));
        Assert.NotNull(Table.TakeChanges(At(31)));
    }

    [Theory]
    [InlineData(EntryStatus.Rejected)]
    [InlineData(null)]
    public void Half_a_bypass_is_withdrawn_at_once(EntryStatus? other)
    {
        Table.Offer(Bypass(), At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        Switch.Program();
        var responder = Flow.Entries[1].Key;
        if (other is { } status) Switch.Set(responder, status);
        else Switch.Lose(responder);
        Assert.Single(Observe(0.1).Rejected);
        Settle(0.2);
        Assert.Empty(Switch.Names);
        Assert.Equal((0, FlowState.Rejected), (Table.Entries, Flow.State));
    }

    [Theory]
    [InlineData(EntryStatus.NotProgrammed)]
    [InlineData(EntryStatus.Rejected)]
    [InlineData(null)]
    public void A_bypass_that_loses_one_entry_loses_both(EntryStatus? other)
    {
        var record = Installed(Bypass());
        if (other is { } status) Switch.Set(record.Entries[0].Key, status);
        else Switch.Lose(record.Entries[0].Key);
        Observe(10);
        Settle(11);
        Assert.Empty(Switch.Names);
        Assert.Equal(0, Table.Entries);
    }

    [Fact]
    public void What_comes_up_late_of_a_refused_flow_is_removed()
    {
        Refuse(Drop(), 0);
        Switch.Add(Lines(Flow.Entries[0]));
        Assert.Empty(Observe(1).Adopted);
        Settle(2);
        Assert.Empty(Switch.Names);
    }

    [Fact]
    public void A_full_switch_refuses_and_the_table_withdraws()
    {
        Switch.Capacity = 3;
        Table.Offer(Bypass(1), At(0));
        Table.Offer(Bypass(2), At(0));
        Assert.Single(Settle(0).Rejected);
        Settle(1);
        Assert.Equal((2, 2), (Switch.Names.Count(), Table.Entries));
    }

    [Fact]
    public void Refused_flows_are_bounded_and_forgotten_in_time()
    {
        Table = New(capacity: 10, reserved: 0);
        for (var host = 1; host <= 1000; host++) Refuse(Drop(host), host);
        Assert.Equal(10, Table.Flows.Count);
        Table.Tick(At(1000 + 30 + 600));
        Assert.Empty(Table.Flows);
        Assert.Equal(0, Table.Entries);
    }

    [Fact]
    public void A_flow_renewed_while_its_change_was_under_way_is_not_lost()
    {
        Table.Offer(Drop(hard: 60), At(0));
        var set = Table.TakeChanges(At(0))!;
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(hard: 60), At(60)));
        Table.Tick(At(60));
        Switch.Apply(set.Changes.Select(c => c.Change));
        Table.Applied(set, [new ChangeResult(ChangeStatus.Rejected, "late")], At(61));
        Settle(61);
        Assert.Equal(
            (FlowState.Programmed, 1, 59), (Flow.State, Table.Entries, Switch[Flow.Entries[0].Key].Timeouts.Hard));
    }

    private FlowRecord Flow => Assert.Single(Table.Flows);

    private void Refuse(Verdict? verdict, double at)
    {
        if (verdict is { } offered) Table.Offer(offered, At(at));
        Table.Applied(Table.TakeChanges(At(at))!, [new ChangeResult(ChangeStatus.Rejected, "no room")], At(at));
    }

    [Fact]
    public void A_removal_that_the_switch_refuses_is_tried_again_less_and_less_often()
    {
        var record = Installed(Drop());
        Table.Remove(record, At(1));
        foreach (var (at, next) in ((double, double)[])[(1, 31), (31, 91), (91, 211)])
        {
            var set = Table.TakeChanges(At(at))!;
            Table.Applied(set, [new ChangeResult(ChangeStatus.Rejected, "read only")], At(at));
            Assert.Equal((record.Entries[0].Key, "read only"), Assert.Single(Table.RefusedRemovals));
            Assert.False(Table.AwaitsReadBack);
            Observe(next - 1);
            Assert.Null(Table.TakeChanges(At(next - 1)));
            Observe(next);
        }
        Settle(211);
        Assert.Empty(Switch.Names);
        Assert.Empty(Table.RefusedRemovals);
    }

    [Fact]
    public void Half_a_pair_is_counted()
    {
        Table.Offer(Bypass(), At(0));
        var set = Table.TakeChanges(At(0))!;
        Send(set, 0);
        Switch.Program();
        Switch.Lose(set.Changes[0].Record!.Entries[1].Key);
        Assert.Equal(1, Observe(1).HalfPairs);
        Settle(2);
        Assert.Empty(Switch.Names);
        Assert.Equal(1, Table.Totals.HalfPairs);
    }

    [Fact]
    public void What_waits_for_a_switch_that_is_away_stays_bounded()
    {
        Table = New(capacity: 10, reserved: 0);
        for (var round = 0; round < 1000; round++)
        {
            for (var host = 1; host <= 10; host++) Table.Offer(Drop(host, hard: 30), At(60 * round));
            Table.Tick(At(60 * round + 30));
        }
        Assert.InRange(Table.Waiting, 0, 40);
    }

    [Fact]
    public void What_an_agent_that_starts_anew_shows_as_not_programmed_is_installed_again()
    {
        var record = Installed(Drop(idle: 0));
        Switch.Set(record.Entries[0].Key, EntryStatus.NotProgrammed);
        Assert.Single(Observe(60).Repaired);
        Settle(61);
        Assert.Equal(FlowState.Programmed, record.State);
        Assert.Single(Switch.Names);
    }

    [Fact]
    public void A_flow_that_is_never_answered_and_never_there_is_withdrawn_after_three_times()
    {
        Table.Offer(Drop(), At(0));
        for (var time = 1; time <= 3; time++)
        {
            var set = Table.TakeChanges(At(time))!;
            Table.Applied(set, [new ChangeResult(ChangeStatus.Unknown, "no answer")], At(time));
            Observe(time);
        }
        Assert.Equal(FlowState.Rejected, Flow.State);
        Settle(4);
        Assert.Null(Table.TakeChanges(At(5)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fragment_with_the_right_name_is_withdrawn(bool lacksAction)
    {
        Table.Offer(Bypass(), At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        Switch.Program();
        var whole = Switch[Flow.Entries[1].Key];
        Switch.Add(lacksAction
            ? whole with { Action = new EntryAction() }
            : whole with { Match = whole.Match with { DestinationPort = 0 } });
        Assert.Single(Observe(1).Rejected);
        Settle(2);
        Assert.Empty(Switch.Names);
    }
}

using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;
using Assist.Tests.Enforcement;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>A table and a switch that tests drive by hand.</summary>
public abstract class TableAndSwitch
{
    internal FlowTable Table { get; set; } = New();
    internal MemorySwitch Switch { get; } = new();

    internal static FlowTable New(int capacity = 100, int reserved = 10) =>
        new(
            new TableOptions { Capacity = capacity, ReservedForDrops = reserved, Drops = DropLimits.None }, Planner);

    internal Reconciliation Observe(double at) => Table.Observed(Switch.Read(), At(at));

    /// <summary>Sends all that waits, lets the switch program it, and reads back.</summary>
    internal Reconciliation Settle(double at)
    {
        Switch.Now = At(at);
        while (Table.TakeChanges(At(at)) is { } set) Send(set, at);
        Switch.Program();
        return Observe(at);
    }

    internal void Send(ChangeSet set, double at)
    {
        Switch.Apply(set.Changes.Select(planned => planned.Change));
        Table.Applied(set, [.. set.Changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))], At(at));
    }

    internal static string EntryOf(Verdict verdict) => Planner.Plan(verdict)[0].Name;

    internal FlowRecord Installed(Verdict verdict, double at = 0)
    {
        Table.Offer(verdict, At(at));
        Settle(at);
        return Assert.Single(Table.Flows, flow => flow.Identity == verdict.Flow);
    }
}

public sealed class FlowTableTests : TableAndSwitch
{
    [Fact]
    public void A_verdict_is_requested_sent_and_confirmed()
    {
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(), At(0)));
        Assert.Equal(FlowState.Requested, Assert.Single(Table.Flows).State);
        var set = Table.TakeChanges(At(1))!;
        Send(set, 1);
        Assert.True(Table.AwaitsReadBack);
        Assert.Empty(Observe(2).Confirmed);
        Switch.Program();
        Assert.Single(Observe(3).Confirmed);
        Assert.Equal(
            (FlowState.Programmed, 2, false), (Table.Flows.First().State, Table.Entries, Table.AwaitsReadBack));
        Assert.Null(Table.TakeChanges(At(4)));
    }

    [Fact]
    public void A_glance_confirms_what_it_shows_as_programmed_and_concludes_nothing_from_the_rest()
    {
        foreach (var verdict in new[] { Drop(1), Bypass(2), Drop(3), Drop(4) }) Table.Offer(verdict, At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        Switch.Program();
        Switch.Lose(Assert.Single(Switch.Names, name => name.EndsWith("_RSP", StringComparison.Ordinal)));
        Switch.Set(EntryOf(Drop(3)), EntryStatus.Rejected);
        var fragment = Switch[EntryOf(Drop(4))];
        Switch.Add(fragment with { Match = fragment.Match with { Source = default } });
        Switch.Add(Planner.Plan(Drop(9))[0]);
        Switch.Add(Planner.Plan(Drop(8))[0], EntryStatus.NotProgrammed);
        // A minute later, when the grace of what is missing is over.
        var result = Table.ObservedSome(Switch.Read() with { IsComplete = false }, At(60));
        Assert.Equal(Drop(1).Flow, Assert.Single(result.Confirmed).Identity);
        Assert.Empty(result.Rejected);
        Assert.Empty(result.Adopted);
        Assert.Null(Table.TakeChanges(At(60)));
        Assert.Equal(4, Table.Flows.Count);
        Assert.Equal(3, Observe(60).Rejected.Count);
    }

    [Fact]
    public void A_glance_does_not_show_that_a_removal_was_carried_out()
    {
        var flow = Installed(Drop());
        Table.Remove(flow, At(1));
        Send(Table.TakeChanges(At(1))!, 1);
        Table.ObservedSome(Switch.ReadSome(Table.AwaitedKeys()), At(2));
        Assert.True(Table.IsInDoubt(At(2)));
        Observe(3);
        Assert.False(Table.IsInDoubt(At(3)));
    }

    [Fact]
    public void What_is_not_programmed_in_time_is_in_doubt_until_a_reading_tells_what_became_of_it()
    {
        Table.Offer(Drop(), At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        Table.ObservedSome(Switch.ReadSome(Table.AwaitedKeys()), At(0.05));
        Assert.False(Table.IsInDoubt(At(0.05)));
        Assert.True(Table.IsInDoubt(At(0.2)));
        Switch.Set(EntryOf(Drop()), EntryStatus.Rejected);
        Observe(0.2);
        Assert.False(Table.IsInDoubt(At(0.2)));
    }

    [Fact]
    public void A_repeat_within_the_window_changes_nothing_and_a_later_one_refreshes()
    {
        Table.Offer(Drop(), At(0));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Drop(), At(59.9)));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(60)));
        Assert.Equal(1, Table.Entries);
        Assert.Single(Table.TakeChanges(At(61))!.Changes);
    }

    [Fact]
    public void Removals_go_first_then_drops_then_the_rest()
    {
        var old = Installed(Drop(9));
        Table.Offer(Bypass(1), At(1));
        Table.Offer(Drop(2), At(2));
        Table.Remove(old, At(3));
        var changes = Table.TakeChanges(At(3))!.Changes;
        Assert.Equal(old.Entries[0].Key, Assert.Single(changes[0].Change.Remove));
        Assert.Equal(
            [FlowAction.Drop, FlowAction.Bypass], changes.Skip(1).Select(change => change.Record!.Identity.Action));
    }

    [Fact]
    public void A_set_holds_sixty_four_changes_and_the_rest_waits()
    {
        for (var host = 1; host <= 70; host++) Table.Offer(Drop(host), At(0));
        Assert.Equal(64, Table.TakeChanges(At(1))!.Changes.Count);
        Assert.Equal(6, Table.TakeChanges(At(1))!.Changes.Count);
        Assert.Null(Table.TakeChanges(At(1)));
    }

    [Fact]
    public void Removals_alone_go_in_few_sets_so_that_a_panic_ends_soon()
    {
        Table = New(capacity: 1500, reserved: 0);
        for (var host = 1; host <= 600; host++) Table.Offer(Drop(host), At(0));
        while (Table.TakeChanges(At(1)) is not null)
        {
        }
        foreach (var flow in Table.Flows.ToList()) Table.Remove(flow, At(2));
        Assert.Equal(512, Table.TakeRemovals()!.Changes.Count);
        Assert.Equal(88, Table.TakeRemovals()!.Changes.Count);
        Assert.Null(Table.TakeRemovals());
    }

    [Fact]
    public void A_full_table_refuses_and_the_reserve_is_for_drops()
    {
        Table = New(capacity: 6, reserved: 2);
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(1), At(0)));
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(2), At(0)));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Bypass(3), At(0)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(4), At(0)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(5), At(0)));
        Assert.Equal((6, 0), (Table.Entries, Table.Budget.Free));
        Settle(0);
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(6), At(1)));
    }

    [Fact]
    public void Static_and_foreign_entries_take_room()
    {
        Table = New(capacity: 3, reserved: 0);
        foreach (var entry in StaticFlows.For(Wiring).Take(2)) Switch.Add(entry);
        Observe(0);
        Assert.Equal((2, 1), (Table.Budget.Others, Table.Budget.Free));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Bypass(), At(1)));
    }

    [Fact]
    public void What_was_taken_before_the_first_reading_and_does_not_fit_is_shed_bypasses_first()
    {
        Table = New(capacity: 4, reserved: 0);
        Table.Offer(Drop(1), At(0));
        Table.Offer(Bypass(2), At(0));
        foreach (var entry in StaticFlows.For(Wiring).Take(2)) Switch.Add(entry);
        Observe(1);
        Assert.Equal(FlowAction.Drop, Assert.Single(Table.Flows).Identity.Action);
    }

    [Fact]
    public void A_bypass_for_both_directions_and_one_for_a_single_direction_are_one_flow()
    {
        Table.Offer(Bypass(1, Placement.AToB), At(0));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Bypass(1, Placement.Either), At(1)));
        Table.Offer(Bypass(2, Placement.Either), At(0));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Bypass(2, Placement.BToA), At(1)));
        Assert.Equal(2 + 4, Table.Entries);
    }

    [Fact]
    public void What_was_not_sent_waits_ahead_of_what_came_since()
    {
        Table.Offer(Drop(1), At(0));
        Table.Offer(Drop(2), At(0));
        var set = Table.TakeChanges(At(1))!;
        Table.Offer(Drop(3), At(2));
        Table.NotSent(set);
        Assert.False(Table.AwaitsReadBack);
        Assert.Equal([Drop(1).Flow, Drop(2).Flow, Drop(3).Flow],
            Table.TakeChanges(At(3))!.Changes.Select(c => c.Record!.Identity));
    }

    [Fact]
    public void A_removal_that_was_not_sent_is_still_to_be_made()
    {
        var record = Installed(Drop());
        Table.Remove(record, At(3));
        Table.Offer(Drop(), At(1));
        var set = Table.TakeChanges(At(1))!;
        Table.NotSent(set);
        Assert.NotEmpty(Assert.Single(Table.TakeChanges(At(2))!.Changes, c => c.Record is not null).Change.Remove);
    }

    [Fact]
    public void A_flow_removed_while_its_change_was_not_sent_leaves_nothing_behind()
    {
        var record = Installed(Drop());
        Table.Remove(record, At(3));
        Table.Offer(Drop(), At(1));
        var set = Table.TakeChanges(At(1))!;
        Table.Remove(Table.Flows.First(), At(3));
        Table.NotSent(set);
        Settle(2);
        Assert.Empty(Switch.Names);
        Assert.False(Table.HasRemovals);
    }

    [Fact]
    public void An_unknown_outcome_is_resent_only_after_a_whole_reading_shows_nothing()
    {
        Table.Offer(Bypass(), At(0));
        var set = Table.TakeChanges(At(0))!;
        Table.Applied(set, [new ChangeResult(ChangeStatus.Unknown)], At(30));
        Assert.Null(Table.TakeChanges(At(31)));
        Switch.IsWhole = false;
        Observe(32);
        Assert.Null(Table.TakeChanges(At(32)));
        Switch.IsWhole = true;
        Observe(33);
        Assert.Single(Table.TakeChanges(At(33))!.Changes);
    }

    [Fact]
    public void An_unknown_outcome_that_the_switch_shows_is_not_resent()
    {
        Table.Offer(Bypass(), At(0));
        var set = Table.TakeChanges(At(0))!;
        Switch.Apply(set.Changes.Select(c => c.Change));
        Table.Applied(set, [new ChangeResult(ChangeStatus.Unknown)], At(30));
        Switch.Program();
        Assert.Single(Observe(31).Confirmed);
        Assert.Null(Table.TakeChanges(At(31)));
    }

    [Fact]
    public void The_time_to_program_counts_from_the_answer()
    {
        Table.Offer(Drop(), At(0));
        Send(Table.TakeChanges(At(0))!, 29);
        Assert.Empty(Observe(30).Rejected);
        Assert.Single(Observe(39).Rejected);
    }

    [Fact]
    public void A_deleted_flow_does_not_come_back_by_adoption()
    {
        var record = Installed(Drop());
        Table.Remove(record, At(3));
        var set = Table.TakeChanges(At(1))!;
        Table.Applied(set, [new ChangeResult(ChangeStatus.Accepted)], At(1));
        Assert.True(Table.HasRemovals);
        Assert.Empty(Observe(2).Adopted);
        Settle(3);
        Assert.Empty(Switch.Names);
        Assert.False(Table.HasRemovals);
    }

    [Fact]
    public void A_deleted_flow_whose_verdict_returns_is_removed_before_it_is_installed()
    {
        var record = Installed(Drop());
        var generation = Table.Generation;
        Table.Remove(record, At(3));
        Assert.NotEqual(generation, Table.Generation);
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(), At(1)));
        Send(Table.TakeChanges(At(1))!, 1);
        Table.Remove(Table.Flows.First(), At(3));
        Send(Table.TakeChanges(At(2))!, 2);
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(), At(3)));
        Settle(3);
        Assert.Single(Switch.Names);
        Assert.Equal(1, Table.Entries);
    }
}

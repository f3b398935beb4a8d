using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>A switch that describes its flows in words that nobody knows.</summary>
public sealed class UnknownStateTests : TableAndSwitch
{
    [Fact]
    public void A_flow_listed_with_all_its_lines_in_unknown_words_is_present_after_its_grace()
    {
        var record = Sent(Bypass());
        Assert.Empty(Observe(9).StateUnknown);
        Assert.Equal(FlowState.Pending, record.State);
        var seen = Observe(10);
        Assert.Equal((FlowState.Programmed, "Unknown"), (record.State, Assert.Single(seen.StateUnknown)));
        Assert.Empty(seen.Rejected);
        // Nobody knows when it began to act.
        Assert.Empty(seen.Reactions);
        Assert.Null(Table.TakeChanges(At(10)));
        Assert.Single(Observe(70).StateUnknown);
    }

    [Fact]
    public void It_ends_by_its_own_timer()
    {
        Sent(Drop(hard: 100));
        Observe(10);
        Table.Tick(At(100));
        Assert.Empty(Table.Flows);
        Settle(101);
        Assert.Empty(Switch.Names);
    }

    [Fact]
    public void One_of_which_a_line_is_missing_is_withdrawn()
    {
        Sent(Drop());
        var lines = Switch[EntryOf(Drop())];
        Switch.Lose(lines.Name);
        Switch.Add(lines with { Match = lines.Match with { Source = default } }, EntryStatus.Unknown);
        Assert.Single(Observe(1).Rejected);
    }

    [Fact]
    public void One_that_is_listed_by_its_name_alone_is_withdrawn_after_its_grace()
    {
        Sent(Drop());
        var read = Switch.Read();
        read = read with { Entries = [.. read.Entries.Select(entry => entry with { HasLines = false })] };
        Assert.Empty(Table.Observed(read, At(9)).Rejected);
        Assert.Single(Table.Observed(read, At(10)).Rejected);
    }

    [Fact]
    public void A_flow_of_an_earlier_run_is_adopted_from_unknown_words_if_it_is_whole()
    {
        foreach (var entry in Planner.Plan(Bypass(1))) Switch.Add(entry, EntryStatus.Unknown);
        var half = Planner.Plan(Drop(2))[0];
        Switch.Add(half with { Match = half.Match with { DestinationPort = 0 } }, EntryStatus.Unknown);
        Assert.Equal(Bypass(1).Flow, Assert.Single(Observe(0).Adopted).Identity);
        Assert.Equal(2, Table.Entries);
    }

    [Fact]
    public void A_persistent_entry_with_a_name_like_ours_is_never_ours()
    {
        var kept = Planner.Plan(Drop(1))[0] with { Persistent = true };
        Switch.Add(kept, EntryStatus.NotProgrammed);
        var seen = Observe(0);
        Assert.Empty(seen.Purged);
        Assert.Empty(seen.Adopted);
        Assert.Empty(Table.Unidentified);
        Table.RemoveUnidentified(kept.Key);
        Assert.Null(Table.TakeChanges(At(1)));
        Assert.Equal(1, Table.Budget.Others);
    }

    [Fact]
    public void A_flow_of_ours_that_somebody_made_persistent_is_left_on_the_switch()
    {
        var record = Installed(Drop());
        var lines = Switch[record.Entries[0].Key];
        Switch.Lose(lines.Name);
        Switch.Add(lines with { Persistent = true });
        Observe(60);
        Table.Remove(record, At(61));
        Assert.Null(Table.TakeChanges(At(61)));
    }

    [Fact]
    public void A_flow_whose_name_a_persistent_entry_has_is_refused_and_not_sent()
    {
        Switch.Add(Planner.Plan(Drop())[0] with { Persistent = true }, EntryStatus.NotProgrammed);
        Observe(0);
        Table.Offer(Drop(), At(1));
        Assert.Null(Table.TakeChanges(At(1)));
        var refused = Assert.Single(Table.Flows);
        Assert.Equal(FlowState.Rejected, refused.State);
        Assert.Contains("persistent", refused.Rejection!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_listed_by_its_name_alone_and_nobody_asked_for_is_left_alone()
    {
        Switch.Add(Planner.Plan(Drop())[0], EntryStatus.Rejected);
        var read = Switch.Read();
        read = read with { Entries = [.. read.Entries.Select(entry => entry with { HasLines = false })] };
        Assert.Empty(Table.Observed(read, At(0)).Purged);
        Assert.Empty(Table.Unidentified);
    }

    /// <summary>A flow that the switch took and describes in unknown words.</summary>
    private FlowRecord Sent(Verdict verdict)
    {
        Table.Offer(verdict, At(0));
        Send(Table.TakeChanges(At(0))!, 0);
        foreach (var name in Switch.Names.ToList()) Switch.Set(name, EntryStatus.Unknown);
        return Assert.Single(Table.Flows);
    }
}

using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>The table with a target that is nothing like a switch.</summary>
public sealed class AnyTargetTests
{
    private readonly FlowTable _table = new(
        new TableOptions { Capacity = 10, ReservedForDrops = 0 }, new NumberedPlanner());
    private readonly Dictionary<string, TargetEntry> _held = new(StringComparer.Ordinal);

    [Fact]
    public void A_flow_lives_under_a_number_and_takes_three_places()
    {
        Assert.Equal(Outcome.Drop, _table.Offer(Drop(), At(0)));
        Carry(1);
        Assert.Single(Observe(1).Confirmed);
        Assert.Equal(("1000", 3, 7), (Assert.Single(_held.Keys), _table.Entries, _table.Budget.Free));
        _table.Remove(_table.Flows.First(), At(2));
        Carry(2);
        Observe(2);
        Assert.Equal((0, 0, false), (_held.Count, _table.Entries, _table.HasRemovals));
        Assert.Equal("1000", Assert.Single(_table.Ends.Last).Name);
    }

    [Fact]
    public void A_table_of_ten_places_holds_three_flows_of_three()
    {
        for (var host = 1; host <= 3; host++) Assert.Equal(Outcome.Bypass, _table.Offer(Bypass(host), At(0)));
        Assert.Equal(Outcome.OverLimit, _table.Offer(Bypass(4), At(0)));
    }

    [Fact]
    public void What_an_earlier_run_left_is_adopted_and_what_is_not_ours_takes_its_places()
    {
        var planner = new NumberedPlanner();
        foreach (var entry in planner.Plan(Drop())) _held[entry.Key] = entry;
        _held["7"] = new NumberedPlanner.Numbered("7", default);
        Assert.Equal(Drop().Flow, Assert.Single(Observe(0).Adopted).Identity);
        Assert.Equal((3, 3), (_table.Entries, _table.Budget.Others));
        Assert.Null(_table.TakeChanges(At(0)));
    }

    [Theory]
    [InlineData(EntryStatus.Programmed)]
    [InlineData(EntryStatus.Advertised)]
    [InlineData(EntryStatus.Present)]
    public void Where_no_more_can_be_known_the_flow_is_held(EntryStatus status)
    {
        _table.Offer(Drop(), At(0));
        Carry(0);
        Assert.Single(Observe(1, status).Confirmed);
        Assert.Empty(Observe(60, status).Expired);
    }

    [Fact]
    public void What_counts_no_packets_is_never_taken_for_idle()
    {
        var table = new FlowTable(
            new TableOptions { Capacity = 10, SwitchEndsEntries = false, LeastActive = new LeastActive(1, 100) },
            new NumberedPlanner());
        table.Offer(Bypass(idle: 60), At(0));
        foreach (var change in table.TakeChanges(At(0))!.Changes.Select(planned => planned.Change)) Hold(change);
        for (var minute = 0; minute < 10; minute++) table.Observed(Shown(EntryStatus.Programmed), At(60 * minute));
        var flow = Assert.Single(table.Flows);
        Assert.Equal((FlowState.Programmed, null, null), (flow.State, flow.Packets, flow.PacketsPerMinute));
    }

    [Fact]
    public void No_name_prefix_or_suffix_of_DirectFlow_stands_in_the_code_of_the_table()
    {
        string[] words =
        [
            FlowName.DropPrefix, FlowName.BypassPrefix, FlowName.RedirectPrefix, FlowName.StaticPrefix,
            FlowName.MirrorPrefix, FlowName.InitiatorSuffix, FlowName.ResponderSuffix, nameof(FlowName),
            nameof(FlowPriority), nameof(Topology),
        ];
        var files = Directory.GetFiles(Path.Combine(RepositoryRoot.Directory, "src", "Assist.Core", "Flows"), "*.cs");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var code = File.ReadAllText(file);
            Assert.DoesNotContain(words, word => code.Contains(word, StringComparison.Ordinal));
        }
    }

    private void Carry(double at)
    {
        while (_table.TakeChanges(At(at)) is { } set)
        {
            foreach (var planned in set.Changes) Hold(planned.Change);
            _table.Applied(set, [.. set.Changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))], At(at));
        }
    }

    private void Hold(FlowChange change)
    {
        foreach (var key in change.Remove) _held.Remove(key);
        foreach (var entry in change.Install) _held.Add(entry.Key, entry);
    }

    private Reconciliation Observe(double at, EntryStatus status = EntryStatus.Programmed) =>
        _table.Observed(Shown(status), At(at));

    private InstalledFlows Shown(EntryStatus status) =>
        new() { Entries = [.. _held.Values.Select(entry => new InstalledEntry { Entry = entry, Status = status })] };
}

using Assist.Addresses;
using Assist.Flows;
using Assist.Guards;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class FlowAdoptionTests : TableAndSwitch
{
    private static readonly FlowMatch s_tagged = Match() with { InVlan = 10, OutVlan = 20 };

    public static TheoryData<string> Ours =>
        ["drop", "bypass AB", "bypass BA", "bypass both", "redirect", "bypass with VLANs", "drop with VLAN", "IPv6"];

    private static Verdict Of(string kind) => kind switch
    {
        "drop" => Drop(),
        "bypass AB" => Bypass(),
        "bypass BA" => Bypass(placement: Placement.BToA),
        "bypass both" => Bypass(placement: Placement.Either),
        "redirect" => Redirect(),
        "bypass with VLANs" => Verdict(new FlowIdentity(FlowAction.Bypass, s_tagged, Placement.AToB)),
        "drop with VLAN" => Verdict(
            new FlowIdentity(FlowAction.Drop, s_tagged with { OutVlan = 0 }, Placement.Anywhere)),
        _ => Verdict(new FlowIdentity(FlowAction.Bypass, new FlowMatch
        {
            Source = IpAddr.V6(UInt128.One << 125 | 0xfeed_beef_0123_4567),
            Destination = IpAddr.V6(UInt128.One << 125 | 7),
            Protocol = IpProtocol.Udp,
        }, Placement.AToB)),
    };

    [Theory]
    [MemberData(nameof(Ours))]
    public void A_flow_of_an_earlier_run_is_adopted_and_not_doubled(string kind)
    {
        var verdict = Of(kind);
        foreach (var entry in Planner.Plan(verdict)) Switch.Add(entry);
        var record = Assert.Single(Observe(0).Adopted);
        Assert.Equal((verdict.Flow, verdict.Timeouts), (record.Identity, record.Verdict.Timeouts));
        Assert.Equal((Switch.Names.Count(), 0), (Table.Entries, Table.Unidentified.Count));
        Assert.Null(Table.TakeChanges(At(1)));
        Assert.Equal(Outcome.Duplicate, Table.Offer(verdict, At(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Half_a_pair_of_an_earlier_run_is_withdrawn(int half)
    {
        Switch.Add(Planner.Plan(Bypass())[half]);
        Assert.Empty(Observe(0).Adopted);
        Settle(1);
        Assert.Empty(Switch.Names);
    }

    [Theory]
    [InlineData("BYPASS_FW_web-brows_TCP_10-0-0-1:50000_203-0-113-5:443_May29_14:10:11_INI")]
    [InlineData("DROP_Session_L_TCP_10-0-0-1_203-0-113-5_May29_14:08:51")]
    [InlineData("MSS_10-0-0-1")]
    public void Names_of_others_are_left_alone(string name)
    {
        Switch.Add(Planner.Plan(Drop())[0] with { Name = name });
        Assert.Empty(Observe(0).Adopted);
        Settle(1);
        Assert.Equal([name], Switch.Names);
        Assert.Equal((0, 1), (Table.Entries, Table.Budget.Others));
    }

    [Theory]
    [InlineData("bypass AB")]
    [InlineData("bypass both")]
    [InlineData("bypass with VLANs")]
    [InlineData("redirect")]
    public void A_flow_of_an_old_wiring_goes_at_the_start(string kind)
    {
        var old = new FlowPlanner(Wiring with { B = Wiring.B with { Network = "Ethernet6", Firewall = "Ethernet7" } });
        foreach (var entry in old.Plan(Of(kind))) Switch.Add(entry);
        var kept = Planner.Plan(Drop(9))[0];
        Switch.Add(kept);
        Assert.Equal(Drop(9).Flow, Assert.Single(Observe(0).Adopted).Identity);
        Settle(1);
        Assert.Equal([kept.Key], Switch.Names);
    }

    [Fact]
    public void A_remembered_flow_has_its_rule_and_origin_and_ends_when_it_would_have()
    {
        Switch.Add(Planner.Plan(Drop(hard: 1800, idle: 0))[0]);
        Table.Remember(new FlowMemory([new RememberedFlow(Drop(hard: 1800, idle: 0), At(700), IsWanted: true)]));
        var record = Assert.Single(Observe(0).Adopted);
        Assert.Equal(("a-rule", FromUdp, At(700)), (record.Verdict.Rule, record.Origin, record.ExpiresAt));
    }

    [Fact]
    public void A_remembered_flow_that_a_reload_has_lost_is_put_back_for_what_is_left_of_its_time()
    {
        Switch.Add(Planner.Plan(Drop(hard: 1800, idle: 300))[0]);
        Table.Remember(new FlowMemory([new RememberedFlow(Drop(), At(700), IsWanted: true)]));
        Observe(0);
        Switch.LoseAll();
        Assert.Single(Observe(60).Repaired);
        Settle(60);
        Assert.Equal(640, Switch[Assert.Single(Switch.Names)].Timeouts.Hard);
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_makes_no_flow_live_longer_than_its_verdict_said()
    {
        Switch.Add(Planner.Plan(Drop())[0]);
        Table.Remember(new FlowMemory([new RememberedFlow(Drop(hard: 1800), At(90_000), IsWanted: true)]));
        Assert.Equal(At(1800), Assert.Single(Observe(0).Adopted).ExpiresAt);
    }

    [Fact]
    public void A_flow_of_a_rule_that_is_gone_goes_at_the_start()
    {
        Switch.Add(Planner.Plan(Drop(1))[0]);
        Switch.Add(Planner.Plan(Drop(2))[0]);
        Table.Remember(new FlowMemory([new RememberedFlow(Drop(1), At(700), IsWanted: false)]));
        Assert.Equal(Drop(2).Flow, Assert.Single(Observe(0).Adopted).Identity);
        Settle(1);
        Assert.Equal([EntryOf(Drop(2))], Switch.Names);
    }

    [Fact]
    public void An_entry_of_our_name_and_another_kind_of_action_is_replaced_when_its_verdict_comes()
    {
        var planned = Planner.Plan(Bypass());
        foreach (var entry in planned)
            Switch.Add(entry with { Action = new EntryAction { Drop = true } });
        Assert.Empty(Observe(0).Adopted);
        Table.Offer(Bypass(), At(1));
        Assert.Equal(planned.Select(entry => entry.Name), Table.TakeChanges(At(1))!.Changes[0].Change.Remove);
    }

    [Fact]
    public void An_adopted_flow_that_ends_is_not_repaired()
    {
        Switch.Add(Planner.Plan(Drop(idle: 0))[0]);
        Observe(0);
        Switch.LoseAll();
        Assert.Single(Observe(60).Expired);
        Assert.Empty(Table.Flows);
    }

    [Fact]
    public void A_repeated_verdict_gives_an_adopted_flow_a_lease_of_its_own()
    {
        Switch.Add(Planner.Plan(Drop())[0]);
        Observe(0);
        Table.Offer(Drop(), At(10));
        Settle(10);
        Assert.Equal(1800, Switch[Assert.Single(Switch.Names)].Timeouts.Hard);
    }

    [Theory]
    [InlineData(EntryStatus.NotProgrammed)]
    [InlineData(EntryStatus.Rejected)]
    public void Leftovers_that_no_longer_act_are_purged_but_never_static_or_foreign_ones(EntryStatus status)
    {
        Switch.Add(Planner.Plan(Drop())[0], status);
        Switch.Add(Planner.Plan(Drop())[0] with { Name = "MSS_1" }, status);
        foreach (var entry in StaticFlows.For(Wiring)) Switch.Add(entry, status);
        Assert.Single(Observe(0).Purged);
        Settle(1);
        Assert.Equal(5, Switch.Names.Count());
    }

    [Fact]
    public void An_operator_may_delete_what_is_unidentified_and_nothing_else()
    {
        Switch.Add(Planner.Plan(Drop())[0] with { Name = "DROP_of_the_original" });
        Switch.Add(StaticFlows.For(Wiring)[0]);
        Observe(0);
        Table.RemoveUnidentified("DROP_of_the_original");
        Table.RemoveUnidentified(StaticFlows.For(Wiring)[0].Name);
        Settle(1);
        Assert.Equal([StaticFlows.For(Wiring)[0].Name], Switch.Names);
    }

    [Fact]
    public void A_drop_of_what_may_not_be_dropped_any_more_is_removed()
    {
        var guards = Protecting(new IpPrefix(Match(1).Source, 32));
        Table = new FlowTable(new TableOptions(), Planner) { Admits = guards.MayStay };
        Switch.Add(Planner.Plan(Drop(1))[0]);
        Switch.Add(Planner.Plan(Drop(2))[0]);
        foreach (var entry in Planner.Plan(Bypass(1))) Switch.Add(entry);
        Settle(0);
        Settle(1);
        Assert.Equal([Bypass(1).Flow, Drop(2).Flow], Table.Flows.Select(flow => flow.Identity));
        Assert.Equal(3, Switch.Names.Count());
    }

    [Fact]
    public void What_is_removed_at_the_start_has_its_cause()
    {
        var guards = Protecting(new IpPrefix(Match(1).Source, 32));
        Table = new FlowTable(new TableOptions(), Planner) { Admits = guards.MayStay };
        var old = new FlowPlanner(Wiring with { B = Wiring.B with { Network = "Ethernet6", Firewall = "Ethernet7" } });
        Switch.Add(Planner.Plan(Drop(1))[0]);
        Switch.Add(Planner.Plan(Drop(2))[0]);
        foreach (var entry in old.Plan(Bypass(3))) Switch.Add(entry);
        Switch.Add(Planner.Plan(Bypass(4))[0]);
        foreach (var entry in Planner.Plan(Bypass(5))) Switch.Add(entry);
        Switch.Add(Planner.Plan(Drop(6))[0], EntryStatus.NotProgrammed);
        Table.Remember(new FlowMemory([new RememberedFlow(Drop(2), At(700), IsWanted: false)]));
        Table.Offer(Drop(5), At(0));

        var purged = Observe(1).Purged.ToDictionary(entry => entry.Key, entry => (entry.Cause, entry.Rule));

        Assert.Equal(8, purged.Count);
        Assert.Equal((PurgeCause.Protected, ""), purged[EntryOf(Drop(1))]);
        Assert.Equal((PurgeCause.RuleGone, Drop(2).Rule), purged[EntryOf(Drop(2))]);
        Assert.All(Planner.Plan(Bypass(3)), entry => Assert.Equal(PurgeCause.OldWiring, purged[entry.Key].Cause));
        Assert.Equal(PurgeCause.Incomplete, purged[Planner.Plan(Bypass(4))[0].Key].Cause);
        Assert.All(Planner.Plan(Bypass(5)), entry => Assert.Equal(PurgeCause.SessionOver, purged[entry.Key].Cause));
        Assert.Equal(PurgeCause.Leftover, purged[EntryOf(Drop(6))].Cause);
    }

    [Fact]
    public void A_bypass_is_removed_where_the_mode_has_none_any_more()
    {
        var guards = new Admission(ProtectedSet.Empty, [FlowAction.Drop, FlowAction.Redirect]);
        Table = new FlowTable(new TableOptions(), Planner) { Admits = guards.MayStay };
        foreach (var entry in Planner.Plan(Bypass())) Switch.Add(entry);
        Assert.All(Observe(0).Purged, entry => Assert.Equal(PurgeCause.NotOfMode, entry.Cause));
        Settle(0);
        Settle(1);
        Assert.Empty(Switch.Names);
    }

    [Fact]
    public void A_flow_without_a_timer_gets_one()
    {
        Switch.Add(Planner.Plan(Drop(1, hard: 0, idle: 0))[0]);
        Assert.Equal(At(1800), Assert.Single(Observe(0).Adopted).ExpiresAt);
        Table.Tick(At(1800));
        Settle(1800);
        Assert.Empty(Switch.Names);
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void A_verdict_that_comes_before_the_first_reading_adopts_the_entries_too(string kind)
    {
        foreach (var entry in Planner.Plan(Of(kind))) Switch.Add(entry);
        Table.Offer(Of(kind), At(0));
        var record = Assert.Single(Observe(1).Adopted);
        Assert.Equal(FlowState.Programmed, record.State);
        Assert.Null(Table.TakeChanges(At(1)));
    }

    [Fact]
    public void What_an_earlier_run_had_installed_otherwise_is_installed_anew()
    {
        Switch.Add(Planner.Plan(Drop())[0] with { Priority = 1 });
        Table.Offer(Drop(), At(0));
        Assert.Empty(Observe(1).Adopted);
        Settle(1);
        Assert.Equal(50, Switch[Assert.Single(Switch.Names)].Priority);
    }

    [Fact]
    public void Packets_that_were_counted_before_are_not_this_runs()
    {
        var entry = Planner.Plan(Drop())[0];
        Switch.Add(entry);
        Switch.Count(entry.Name, 1_000_000);
        Observe(0);
        Switch.Count(entry.Name, 1_000_060);
        Observe(60);
        Assert.Equal((60, 60d), (Table.PacketsOf(FlowAction.Drop), Table.Flows.First().PacketsPerMinute));
    }

    [Fact]
    public void What_is_being_removed_is_not_adopted_by_its_verdicts_return()
    {
        var record = Installed(Drop());
        Table.Remove(record, At(1));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(), At(2)));
        Observe(3);
        Settle(3);
        Assert.Equal(FlowState.Programmed, Assert.Single(Table.Flows).State);
        Settle(70);
        Assert.Single(Switch.Names);
    }
}

using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class FlowPlannerTests
{
    [Fact]
    public void A_drop_is_one_entry_at_every_port()
    {
        var entry = Assert.Single(Planner.Plan(Drop()));
        Assert.Empty(entry.Match.InputInterfaces);
        Assert.Equal((true, 50, false), (entry.Action.Drop, entry.Priority, entry.Persistent));
        Assert.Equal(new FlowTimeouts(1800, 300), entry.Timeouts);
    }

    [Theory]
    [InlineData("DROP_TCP_10-0-0-1_203-0-113-5:443", false, true, true)]
    [InlineData("BYPASS_FW_AB_TCP_2001-db8--1:51000_2001-db8--2:443_RSP", false, true, true)]
    [InlineData("DROP_TCP_10-0-0-1_203-0-113-5:443", true, true, false)]
    [InlineData("DROP_TCP_10-0-0-1_203-0-113-5:443", false, false, false)]
    [InlineData("DROP_HALF", false, true, false)]
    public void A_persistent_entry_is_ours_only_if_it_broke_off_behind_its_name(
        string name, bool hasAction, bool isComplete, bool isOurs)
    {
        var entry = new FlowEntry
        {
            Name = name,
            Match = new EntryMatch(),
            Action = new EntryAction { Drop = hasAction },
            Priority = 0,
            Persistent = true,
        };

        Assert.Equal(isOurs, Given.Planner.IsOurs(new InstalledEntry
        {
            Entry = entry,
            Status = EntryStatus.Programmed,
            StatusText = "",
            IsComplete = isComplete,
        }));
    }

    [Theory]
    [InlineData(Placement.AToB, "Ethernet1", "Ethernet4")]
    [InlineData(Placement.BToA, "Ethernet4", "Ethernet1")]
    public void A_bypass_is_a_pair_and_the_way_back_is_mirrored(Placement way, string from, string to)
    {
        var match = Match() with { InVlan = 10, OutVlan = 20 };
        var (there, back) = Planner.Plan(Verdict(new FlowIdentity(FlowAction.Bypass, match, way))) is [var a, var b]
            ? (a, b)
            : default;
        Assert.Equal([from, to], [.. there!.Match.InputInterfaces, .. there.Action.OutputInterfaces]);
        Assert.Equal([to, from], [.. back!.Match.InputInterfaces, .. back.Action.OutputInterfaces]);
        Assert.Equal((match.Source, match.Destination, 50000, 443, 10),
            (there.Match.Source, there.Match.Destination, there.Match.SourcePort,
                there.Match.DestinationPort, there.Match.Vlan));
        Assert.Equal((match.Destination, match.Source, 443, 50000, 20),
            (back.Match.Source, back.Match.Destination, back.Match.SourcePort,
                back.Match.DestinationPort, back.Match.Vlan));
        Assert.Equal((40, 40), (there.Priority, back.Priority));
    }

    [Fact]
    public void A_bypass_for_both_directions_is_two_pairs() =>
        Assert.Equal(4, Planner.Plan(Bypass(placement: Placement.Either))
            .Select(entry => entry.Name).Distinct().Count());

    [Fact]
    public void Marking_and_VLAN_of_the_egress_side_are_written()
    {
        var planner = new FlowPlanner(Wiring with { RewriteVlan = true });
        var plan = planner.Plan(Bypass() with { Marking = new Marking(2, 8) });
        Assert.Equal([((byte?)2, (byte?)8, (ushort)12), (2, 8, 11)],
            plan.Select(e => (e.Action.SetCos, e.Action.SetTos, e.Action.SetVlan)));
        Assert.All(Planner.Plan(Bypass()), entry => Assert.Equal(
            (null, null, 0), (entry.Action.SetCos, entry.Action.SetTos, entry.Action.SetVlan)));
    }

    [Fact]
    public void A_redirect_sends_both_directions_to_both_firewalls()
    {
        var planner = new FlowPlanner(Wiring with { A = Wiring.A with { FirewallHa = "Ethernet3" } });
        Assert.Equal(
            ["Ethernet2,Ethernet3", "Ethernet5", "Ethernet5", "Ethernet2,Ethernet3"],
            planner.Plan(Redirect()).Select(entry => string.Join(',', entry.Action.OutputInterfaces)));
    }

    [Theory]
    [InlineData(OperatingMode.Shunt, 4)]
    [InlineData(OperatingMode.Inline, 2)]
    [InlineData(OperatingMode.Mirror, 1)]
    [InlineData(OperatingMode.MirrorAndShunt, 4)]
    public void Static_flows_are_persistent_without_timeouts_and_below_all_others(OperatingMode mode, int count)
    {
        var flows = StaticFlows.For(Wiring with { Mode = mode, TapMirrored = ["Po1"], TapToFirewall = ["Ethernet7"] });
        Assert.Equal(count, flows.Select(flow => flow.Name).Distinct().Count());
        Assert.All(flows, flow => Assert.True(
            flow is { Persistent: true, Priority: 10 } && flow.Timeouts == default && FlowName.IsStatic(flow.Name)));
        Assert.All(flows, flow => Assert.NotEmpty(flow.Match.InputInterfaces));
    }

    [Theory]
    [InlineData("e1", "Ethernet1")]
    [InlineData("Et5/1", "Ethernet5/1")]
    [InlineData("ethernet 5", "Ethernet5")]
    [InlineData("Po10", "Port-Channel10")]
    [InlineData("port-channel10", "Port-Channel10")]
    [InlineData("Ma1", "Management1")]
    [InlineData("Foo1", "Foo1")]
    [InlineData("1", "1")]
    [InlineData("", "")]
    public void Interfaces_are_compared_by_the_name_EOS_shows(string name, string shown) =>
        Assert.Equal(shown, InterfaceName.Canonical(name));
}

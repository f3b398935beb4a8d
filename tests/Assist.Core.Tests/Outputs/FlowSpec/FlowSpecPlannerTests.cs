using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.FlowSpec;

namespace Assist.Tests.Outputs.FlowSpec;

public sealed class FlowSpecPlannerTests
{
    private static readonly FlowSpecPlanner s_planner = new();

    private static readonly Verdict s_drop = new(
        new FlowIdentity(
            FlowAction.Drop, FlowSpecNlriTests.Match("198.51.100.7", 40001, "203.0.113.9", 443, IpProtocol.Tcp),
            Placement.Anywhere),
        new FlowTimeouts(1800, 0), default, "denied");

    [Fact]
    public void A_drop_is_one_rule_with_the_name_that_EOS_prints()
    {
        var planned = Assert.Single(s_planner.Plan(s_drop));

        Assert.Equal("ipv4-flowspec:170120CB0071090220C6336407038106059101BB06919C41", planned.Key);
        Assert.Equal("203.0.113.9/32;198.51.100.7/32;IP:=6;DP:=443;SP:=40001;", s_planner.NameOf([planned]));
        Assert.Equal(s_planner.NameOf([planned]), s_planner.NameOf(s_drop.Flow));
    }

    [Fact]
    public void A_rule_of_an_earlier_run_is_recognised_by_its_mark()
    {
        var rule = (FlowSpecEntry)s_planner.Plan(s_drop)[0];

        var found = Assert.Single(s_planner.Recognise([Shown(rule)]));
        Assert.Equal(s_drop.Flow, found.Verdict.Flow);
        Assert.True(found.IsWhole);
        Assert.True(s_planner.IsOurs(Shown(rule)));
        Assert.True(s_planner.IsWhole(rule, Shown(rule)));
    }

    [Fact]
    public void A_rule_without_our_mark_is_not_ours_whatever_it_matches()
    {
        var foreign = (FlowSpecEntry)s_planner.Plan(s_drop)[0] with { IsMarked = false };

        Assert.False(s_planner.IsOurs(Shown(foreign)));
        Assert.Empty(s_planner.Recognise([Shown(foreign)]));
        Assert.False(s_planner.IsWhole(s_planner.Plan(s_drop)[0], Shown(foreign)));
    }

    [Fact]
    public void A_rule_of_ours_that_does_something_else_now_is_a_fragment()
    {
        var planned = (FlowSpecEntry)s_planner.Plan(s_drop)[0];
        var altered = Shown(planned with { Drops = false });

        Assert.True(s_planner.IsFragment(planned, altered));
        Assert.False(s_planner.IsWhole(planned, altered));
    }

    private static InstalledEntry Shown(FlowSpecEntry entry) =>
        new() { Entry = entry, Status = EntryStatus.Advertised };
}

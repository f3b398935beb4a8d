using Assist.Flows;

namespace Assist.Tests.Configuration;

public sealed class DropLimitsTests
{
    [Fact]
    public void The_limits_hold_unless_the_file_says_otherwise()
    {
        Assert.Equal(new DropLimits(), Loading.Config("").Table.Drops);
        Assert.Equal(DropLimits.None, Loading.Config("""
            flows:
              per_source: 0
              ports_per_pair: 0
              denial_share: 100
              bypass_floor: 0
              replace_idle_drops: false
              repeat_when_short: false
              drops_per_minute: 0
              drops_per_rule: 0
              drops_per_sender: 0
              one_address_drops: 0
            """).Table.Drops);
    }

    [Fact]
    public void Ports_are_merged_only_where_bypasses_show_what_is_allowed() =>
        Assert.False(Loading.Config("", "mode=inline").Table.Drops.MergesPorts);

    [Fact]
    public void A_rule_says_what_its_drops_are_worth()
    {
        var rules = Loading.Config("""
            rules:
              - {name: a, when: {Action: deny}, action: drop, class: threat}
              - {name: b, when: {Action: drop}, action: drop, class: denial}
              - {name: c, when: {Action: reset}, action: drop}
            """).Decisions.Rules;
        Assert.Equal([FlowClass.Threat, FlowClass.Denial, null], rules.Select(rule => rule.Class));
    }
}

using Assist.Inputs.Formats.PanOs;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Rules;

/// <summary>A rule on trial is judged beside the others and changes none of them.</summary>
public sealed class ShadowRuleTests
{
    [Fact]
    public void The_rule_behind_it_fires_as_if_it_were_not_there()
    {
        var found = Find(Rule("trial", isShadow: true), Rule("acts"), Rule("after", isShadow: true));

        Assert.Equal("acts", found.Rule?.Name);
        Assert.Equal(["trial"], found.OnTrial!.Select(rule => rule.Name));
    }

    [Fact]
    public void Each_of_several_is_judged_as_if_it_were_the_only_one() => Assert.Equal(
        ["first", "second"],
        Find(Rule("first", isShadow: true), Rule("second", isShadow: true)).OnTrial!.Select(rule => rule.Name));

    [Fact]
    public void One_that_asks_for_a_field_behind_a_cut_does_not_end_the_search()
    {
        var found = Find(Rule("trial", isShadow: true, field: "offloaded"), Rule("acts"));

        Assert.Equal(("acts", null), (found.Rule?.Name, found.OnTrial));
    }

    [Fact]
    public void What_was_found_once_is_recalled_with_it()
    {
        var rules = new RuleSet([Rule("trial", isShadow: true), Rule("acts")], new PanOsFormat(), _ => true);
        var (memory, log) = (new RuleMemory(), PanOsLine.Traffic().Parse().Log);

        Assert.Equal(rules.Find(log, memory).OnTrial, rules.Find(log, memory).OnTrial);
        Assert.NotNull(rules.Find(log, memory).OnTrial);
    }

    [Fact]
    public void An_explanation_goes_on_behind_it() => Assert.Equal(
        [("trial", true, true), ("acts", true, false)],
        new RuleSet([Rule("trial", isShadow: true), Rule("acts"), Rule("after")], new PanOsFormat(), _ => true)
            .Checks(PanOsLine.Traffic().Parse().Log).Select(check => (check.Rule, check.Fired, check.IsShadow)));

    [Fact]
    public void An_explanation_names_a_rule_whose_field_such_logs_do_not_have() => Assert.Equal(
        [("other-vendor", "logs of this kind have no devid"), ("acts", "all its fields match")],
        new RuleSet([Rule("other-vendor", field: "devid"), Rule("acts")], new PanOsFormat(), _ => true)
            .Checks(PanOsLine.Traffic().Parse().Log).Select(check => (check.Rule, check.Why)));

    private static RuleFinding Find(params RuleOptions[] rules) =>
        new RuleSet(rules, new PanOsFormat(), _ => true).Find(PanOsLine.Traffic().Parse().Log);

    private static RuleOptions Rule(string name, bool isShadow = false, string field = "Type") => new()
    {
        Name = name,
        Action = RuleAction.Drop,
        Shadow = isShadow,
        When = [new(field, ["TRAFFIC"])],
    };
}

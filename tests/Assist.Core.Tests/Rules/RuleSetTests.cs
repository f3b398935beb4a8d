using Assist.Inputs.Formats.PanOs;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Rules;

public sealed class RuleSetTests
{
    [Fact]
    public void The_first_rule_that_holds_wins() => Assert.Equal("second", Find(
        PanOsLine.Traffic(), Rule("first", ("Action", "deny")), Rule("second", ("Action", "allow")),
        Rule("third", ("Action", "allow"))));

    [Fact]
    public void All_fields_must_hold_and_any_pattern_of_each()
    {
        var rule = new RuleOptions
        {
            Name = "r",
            Action = RuleAction.Ignore,
            When = [new("Type", ["^TRAFFIC$"]), new("Action", ["^deny$", "^allow$"])],
        };
        Assert.Equal("r", Find(PanOsLine.Traffic(), rule));
        Assert.Null(Find(PanOsLine.Threat(), rule));
    }

    [Fact]
    public void A_rule_is_tried_only_where_the_layout_has_its_fields() => Assert.Equal("any", Find(
        PanOsLine.Traffic(), Rule("threats", ("Threat/Content Name", "")), Rule("any", ("Type", ""))));

    [Fact]
    public void A_rule_that_is_left_out_lets_the_next_one_win()
    {
        var rules = new RuleSet(
            [Rule("first", ("Type", "")), Rule("second", ("Type", ""))], new PanOsFormat(),
            rule => rule.Name != "first");
        Assert.Equal("second", rules.Find(PanOsLine.Traffic().Parse().Log).Rule?.Name);
    }

    [Fact]
    public void A_message_cut_before_a_field_that_decides_ends_the_search()
    {
        var rules = new RuleSet(
            [Rule("exception", ("offloaded", "1")), Rule("any", ("Type", ""))], new PanOsFormat(), _ => true);
        Assert.Equal(new RuleFinding(null, IsCut: true), rules.Find(PanOsLine.Traffic().Parse().Log));
    }

    [Fact]
    public void A_cut_field_does_not_matter_where_another_one_decides()
    {
        var rule = new RuleOptions
        {
            Name = "r",
            Action = RuleAction.Ignore,
            When = [new("offloaded", ["1"]), new("Action", ["deny"])],
        };
        Assert.Equal("any", Find(PanOsLine.Traffic(), rule, Rule("any", ("Type", ""))));
    }

    private static RuleOptions Rule(string name, (string Field, string Pattern) when) =>
        new() { Name = name, Action = RuleAction.Ignore, When = [new(when.Field, [when.Pattern])] };

    private static string? Find(PanOsLine line, params RuleOptions[] rules) =>
        new RuleSet(rules, new PanOsFormat(), _ => true).Find(line.Parse().Log).Rule?.Name;
}

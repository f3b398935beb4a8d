using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>What a reload tells of a file: the values that changed, and no others.</summary>
public sealed class ConfigurationDifferenceTests
{
    private const string First = "{name: first, when: {Action: deny}, action: drop}";
    private const string Second = "{name: second, when: {Action: allow}, action: bypass}";

    [Fact]
    public void A_file_that_says_the_same_otherwise_has_no_difference() =>
        Assert.Empty(Difference("log: {level: info}\n", "# a comment\nlog:\n  level: info\n"));

    [Fact]
    public void A_list_of_values_is_one_value() => Assert.Equal(
        ["protect.never_drop: 10.0.0.1 -> 10.0.0.1, 10.0.0.2"],
        Difference("protect: {never_drop: [10.0.0.1]}\n", "protect: {never_drop: [10.0.0.1, 10.0.0.2]}\n"));

    [Fact]
    public void A_rule_goes_by_its_name_wherever_it_stands() => Assert.Equal(
        ["rules.first.action: drop -> ignore"],
        Difference(
            $"rules: [{First}, {Second}]\n",
            $"rules: [{First.Replace("drop", "ignore", StringComparison.Ordinal)}, {Second}]\n"));

    [Fact]
    public void A_rule_that_is_new_does_not_change_those_behind_it() => Assert.Equal(
        ["rules.first.action:  -> drop", "rules.first.name:  -> first", "rules.first.when.Action:  -> deny"],
        Difference($"rules: [{Second}]\n", $"rules: [{First}, {Second}]\n"));

    [Fact]
    public void Another_order_of_rules_is_told() => Assert.Equal(
        ["rules (order): first, second -> second, first"],
        Difference($"rules: [{First}, {Second}]\n", $"rules: [{Second}, {First}]\n"));

    private static string[] Difference(string before, string after) =>
    [
        .. ConfigurationDifference.Of(Loading.Config(before).Source, Loading.Config(after).Source)
            .Select(value => $"{value.Key}: {value.Before} -> {value.After}"),
    ];
}

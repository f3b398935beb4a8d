using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>A rule is taken off its trial in the text of the file.</summary>
public sealed class RulePromotionTests
{
    [Theory]
    [InlineData("  - name: a\n    shadow: true\n    action: drop\n", "  - name: a\n    action: drop\n")]
    [InlineData("  - name: a # why\n    shadow: true # since May\n    action: drop\n",
        "  - name: a # why\n    # since May\n    action: drop\n")]
    [InlineData("  - shadow: true\n    name: a\n", "  - name: a\n")]
    [InlineData("  - shadow: true # first\n    name: a\n", "  - shadow: false # first\n    name: a\n")]
    [InlineData("  - {name: a, action: drop, shadow: true}  # one\n", "  - {name: a, action: drop}  # one\n")]
    [InlineData("  - {shadow: true, name: a}\n", "  - {name: a}\n")]
    [InlineData("  - {name: a, shadow: true, action: drop}\n", "  - {name: a, action: drop}\n")]
    [InlineData("  - {\n    name: a,\n    shadow: true\n  }\n", "  - {\n    name: a,\n  }\n")]
    [InlineData("  - name: a\n    shadow: 'true'\n", "  - name: a\n")]
    [InlineData("  - name: a\r\n    shadow: true\r\n    action: drop\r\n", "  - name: a\r\n    action: drop\r\n")]
    [InlineData("  - name: b\n    shadow: true\n  - name: a\n    shadow: true\n",
        "  - name: b\n    shadow: true\n  - name: a\n")]
    public void Nothing_else_changes(string rules, string expected) =>
        Assert.Equal($"# kept\nmode: inline\nrules:\n{expected}x: 1   # kept\n",
            RulePromotion.Of($"# kept\nmode: inline\nrules:\n{rules}x: 1   # kept\n", "a"));

    [Theory]
    [InlineData("rules:\n  - name: a\n    action: drop\n")]
    [InlineData("rules:\n  - name: a\n    shadow: false\n")]
    [InlineData("rules:\n  - name: b\n    shadow: true\n")]
    [InlineData("rules:\n  - name: a\n    shadow:\n      true\n")]
    [InlineData("rules: [\n")]
    public void What_is_not_there_or_cannot_be_taken_out_alone_is_left_alone(string text) =>
        Assert.Null(RulePromotion.Of(text, "a"));

    [Fact]
    public void A_rule_on_trial_keeps_no_log_from_a_rule_behind_it()
    {
        const string rules = """
            rules:
              - {name: a, when: {Action: deny}, action: drop, shadow: true}
              - {name: b, when: {Action: deny}, action: drop}
              - {name: c, when: {Action: allow}, action: bypass}
            """;
        Assert.Empty(Loading.With(rules).Warnings);
        Assert.NotEmpty(Loading.With(rules.Replace(", shadow: true", "", StringComparison.Ordinal)).Warnings);
    }
}

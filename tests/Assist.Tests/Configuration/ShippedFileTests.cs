using System.Globalization;
using System.Text;
using Assist.Configuration;
using Assist.Rules;

namespace Assist.Tests.Configuration;

public sealed class ShippedFileTests
{
    private static readonly string s_file = Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml");

    [Fact]
    public void The_shipped_file_loads_without_errors_or_warnings()
    {
        var result = ConfigurationLoader.Load(s_file, [], Loading.Format);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal(s_file, result.Config!.Source.File);
    }

    [Fact]
    public void The_shipped_rules_are_the_defaults_written_out()
    {
        var written = ConfigurationLoader.Load(s_file, [], Loading.Format).Config!.Decisions.Rules;
        var defaults = DefaultRules.For("pan-os");

        Assert.Equal(defaults.Select(Show), written.Select(Show));
        Assert.Equal(9, defaults.Count);
    }

    [Fact]
    public void What_the_shipped_file_comments_out_is_valid_too_and_is_the_default()
    {
        var text = File.ReadAllText(s_file);
        var begin = text.IndexOf("# flows:", StringComparison.Ordinal);
        var end = text.IndexOf("# The first rule", StringComparison.Ordinal);
        var flows = text[begin..end].Replace("\n# ", "\n", StringComparison.Ordinal)[2..];

        var (written, defaults) = (Loading.Config(flows), Loading.Config(""));

        Assert.Equal(defaults.Table, written.Table);
        Assert.Equal(defaults.Decisions.Lifetimes, written.Decisions.Lifetimes);
    }

    [Fact]
    public void A_format_without_safe_defaults_has_no_rules() => Assert.Empty(DefaultRules.For("other"));

    private static string Show(Assist.Rules.RuleOptions rule)
    {
        var text = new StringBuilder();
        foreach (var field in rule.When)
            text.Append(CultureInfo.InvariantCulture, $"{field.Field} ~ {string.Join(" | ", field.Patterns)}; ");
        return $"{rule.Name}: {text}{rule.Action} {rule.Match} {rule.Lifetime} {rule.Idle} {rule.Widen}";
    }
}

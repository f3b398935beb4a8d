using System.Text.RegularExpressions;

namespace Assist.Tests.Documentation;

/// <summary>docs/operating.md says of each alert what it means and what to do, and each alert leads there.</summary>
public sealed partial class OperatingPageTests
{
    private static readonly string s_page = Text("docs", "operating.md");
    private static readonly string s_rules = Text("packaging", "monitoring", "assist.rules.yml");

    private static readonly string[] s_alerts =
        [.. Alert().Matches(s_rules).Select(match => match.Groups["name"].Value)];

    [Fact]
    public void Every_alert_leads_to_its_section_and_every_section_is_of_an_alert()
    {
        var sections = s_page[s_page.IndexOf("## What each alarm means", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]);
        var links = Runbook().Matches(s_rules).Select(match => match.Groups["anchor"].Value);

        Assert.True(s_alerts.Length > 15, "the alerts are not found");
        Assert.Equal(s_alerts, sections);
        // As GitHub and most other readers of Markdown make an anchor of a heading.
        Assert.Equal(s_alerts.Select(name => name.ToLowerInvariant()), links);
    }

    [Fact]
    public void Every_alert_says_how_grave_it_is_and_what_is_so() => Assert.All(
        s_rules.Split("- alert: ")[1..],
        rule => Assert.Matches(Whole(), rule));

    private static string Text(params string[] path) =>
        File.ReadAllText(Path.Combine([RepositoryRoot.Directory, .. path]));

    [GeneratedRegex("^ *- alert: (?<name>[A-Za-z]+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Alert();

    [GeneratedRegex("runbook_url: .*/docs/operating\\.md#(?<anchor>[a-z]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Runbook();

    [GeneratedRegex("expr: .*for: .*severity: (warning|critical).*summary: .*description: .*runbook_url: ",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Whole();
}

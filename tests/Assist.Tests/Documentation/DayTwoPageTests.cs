namespace Assist.Tests.Documentation;

/// <summary>docs/day-two.md answers every finding of an operator's first week, by a test or a page.</summary>
public sealed class DayTwoPageTests
{
    private static readonly string s_pages = Path.Combine(RepositoryRoot.Directory, "docs");

    private static readonly string s_page = File.ReadAllText(Path.Combine(s_pages, "day-two.md"));

    private static readonly string[][] s_findings =
    [
        .. s_page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)),
    ];

    [Fact]
    public void Every_finding_stands_on_it_once() =>
        Assert.Equal(Enumerable.Range(1, 20).Select(number => $"{number}"), s_findings.Select(row => row[1]));

    [Fact]
    public void Every_story_is_told() => Assert.All("abcdefgh", story =>
    {
        Assert.Contains($"\n| `{story}` | ", s_page, StringComparison.Ordinal);
        Assert.Contains($"\n- **{story}.** ", s_page, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_answer_names_a_test_or_a_page() => Assert.All(s_findings, row => Assert.True(
        NamedTests.On(row[4]).Count > 0 || row[4].StartsWith('['), $"{row[1]}: {row[4]}"));

    [Fact]
    public void Every_test_it_names_exists()
    {
        var named = NamedTests.On(s_page);

        Assert.True(named.Count > 20, "the names are not found");
        Assert.All(named, NamedTests.AssertExists);
    }
}

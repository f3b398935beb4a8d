namespace Assist.Tests.Documentation;

/// <summary>docs/security.md names for each fear what guards against it, and the tests that fail without it.</summary>
public sealed class SecurityPageTests
{
    private static readonly string s_page =
        File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "docs", "security.md"));

    [Fact]
    public void Every_guard_names_a_test()
    {
        var rows = s_page.Split('\n').SkipWhile(line => line != "| fear | guard | test |").Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();

        Assert.True(rows.Count > 50, "the table is not found");
        Assert.All(rows, row => Assert.True(
            NamedTests.On(row[3]).Count > 0 || row[3].Contains("tests/", StringComparison.Ordinal), row[2]));
    }

    [Fact]
    public void Every_test_it_names_exists()
    {
        var named = NamedTests.On(s_page);

        Assert.True(named.Count > 100, "the names are not found");
        Assert.All(named, NamedTests.AssertExists);
    }
}

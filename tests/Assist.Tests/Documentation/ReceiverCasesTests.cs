namespace Assist.Tests.Documentation;

/// <summary>docs/receiver-cases.md names the test of each case; names rot where nobody looks.</summary>
public sealed class ReceiverCasesTests
{
    private static readonly string s_page = File.ReadAllText(
        Path.Combine(RepositoryRoot.Directory, "docs", "receiver-cases.md"));

    [Fact]
    public void Every_test_it_names_exists()
    {
        var named = NamedTests.On(s_page);

        Assert.True(named.Count > 80, "the names are not found");
        Assert.All(named, NamedTests.AssertExists);
    }

    [Theory]
    [InlineData('F', 25)]
    [InlineData('L', 9)]
    [InlineData('U', 15)]
    [InlineData('N', 12)]
    [InlineData('S', 18)]
    [InlineData('O', 6)]
    public void Every_case_of_the_receiver_stands_on_it_once(char section, int cases)
    {
        var rows = s_page.Split('\n').Where(line => line.StartsWith($"| {section}", StringComparison.Ordinal));

        Assert.Equal(
            Enumerable.Range(1, cases).Select(i => $"{section}{i}"), rows.Select(row => row.Split('|')[1].Trim()));
    }
}

using System.Text.RegularExpressions;

namespace Assist.Tests.Documentation;

/// <summary>docs/format-cases.md names classes of tests and the beginnings of their names.</summary>
public sealed partial class FormatCasesTests
{
    [Fact]
    public void Every_test_it_names_exists()
    {
        var tests = string.Concat(Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Directory, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var page = File.ReadAllLines(Path.Combine(RepositoryRoot.Directory, "docs", "format-cases.md"));
        var named = page.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split('|')[^2])).Select(match => match.Value).Distinct().ToList();

        Assert.True(named.Count > 30, "the names are not found");
        Assert.All(
            named.SelectMany(name => TestClass().Matches(name)),
            match => Assert.Matches($"class {match.Value}\\b", tests));
        Assert.All(
            named.SelectMany(name => TestName().Matches(name)),
            match => Assert.Contains(match.Value, tests, StringComparison.Ordinal));
    }

    [GeneratedRegex("`[^`]+`", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Z][A-Za-z0-9]*Tests\\b", RegexOptions.None, 1000)]
    private static partial Regex TestClass();

    [GeneratedRegex("\\b[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]*", RegexOptions.None, 1000)]
    private static partial Regex TestName();
}

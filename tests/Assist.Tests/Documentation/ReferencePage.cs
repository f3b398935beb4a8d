using System.Text.RegularExpressions;

namespace Assist.Tests.Documentation;

/// <summary>The names that docs/reference.md explains: those in the first column of its tables.</summary>
internal static partial class ReferencePage
{
    private static readonly string[] s_lines =
        File.ReadAllLines(Path.Combine(RepositoryRoot.Directory, "docs", "reference.md"));

    /// <param name="heading">Such as "## Outcomes"; the section ends at the next heading of any level.</param>
    public static IReadOnlyList<string> NamesUnder(string heading) =>
    [
        .. s_lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Name().Matches(line.Split('|')[1]))
            .Select(match => match.Groups["name"].Value),
    ];

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

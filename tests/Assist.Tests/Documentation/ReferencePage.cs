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

    /// <param name="row">What stands first in the row, such as a command.</param>
    /// <returns>What the row says of it last; null where there is none.</returns>
    public static string? LastOfRow(string row) => s_lines
        .Where(line => line.StartsWith($"| `{row}`", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[^2]).FirstOrDefault();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

using System.Text.RegularExpressions;

namespace Assist.Tests.Documentation;

/// <summary>The tests that a page names; names rot where nobody looks.</summary>
internal static partial class NamedTests
{
    private static readonly Dictionary<string, string> s_files = Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Directory, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .GroupBy(file => Path.GetFileNameWithoutExtension(file))
        .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));

    /// <summary>Each once; with their class where the page says it.</summary>
    public static IReadOnlyList<string> On(string page) =>
        [.. Named().Matches(page).Select(match => match.Groups["name"].Value).Distinct()];

    public static void AssertExists(string name)
    {
        var parts = name.Split('.');
        IEnumerable<string> files = parts.Length == 1 ? s_files.Values : [s_files.GetValueOrDefault(parts[0], "")];
        Assert.True(files.Any(tests => tests.Contains($" {parts[^1]}(", StringComparison.Ordinal)), name);
    }

    [GeneratedRegex(
        "`(?<name>([A-Z][A-Za-z0-9]*Tests\\.)?[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}

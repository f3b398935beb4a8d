using System.Text.RegularExpressions;

namespace Assist.Tests.Documentation;

/// <summary>The tests that a page names; names rot where nobody looks.</summary>
internal static partial class NamedTests
{
    private static readonly Dictionary<string, string> s_files = Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Directory, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .GroupBy(file => Path.GetFileNameWithoutExtension(file))
        .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));

    /// <summary>Each once; with their class where the page says it, also by a dot for the class named last. A class may
    /// stand for all its tests.</summary>
    public static IReadOnlyList<string> On(string page)
    {
        var (names, last) = (new List<string>(), "");
        foreach (Match match in Named().Matches(page))
        {
            var (type, test) = (match.Groups["class"].Value, match.Groups["test"].Value);
            if (type.Length > 0) last = type;
            names.Add(test.StartsWith('.') ? last + test : type + test);
        }
        return [.. names.Distinct()];
    }

    public static void AssertExists(string name)
    {
        var parts = name.Split('.');
        if (parts is [var whole] && whole.EndsWith("Tests", StringComparison.Ordinal))
        {
            Assert.True(s_files.ContainsKey(whole), name);
            return;
        }
        IEnumerable<string> files = parts.Length == 1 ? s_files.Values : [s_files.GetValueOrDefault(parts[0], "")];
        Assert.True(files.Any(tests => tests.Contains($" {parts[^1]}(", StringComparison.Ordinal)), name);
    }

    [GeneratedRegex(
        "`((?<class>[A-Z][A-Za-z0-9]*Tests)(?<test>\\.[A-Z]\\w*_\\w+)?|(?<test>\\.?[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+))`",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}

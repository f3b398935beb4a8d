namespace Assist.Configuration;

/// <summary>Takes <c>shadow: true</c> out of the text of a configuration, and leaves every other character where it
/// is: comments and layout are the operator's.</summary>
internal static class RulePromotion
{
    private const string Key = "shadow";

    /// <summary>The text without it; null where the file does not have it, or where it stands in a way that cannot be
    /// changed alone.</summary>
    public static string? Of(string text, string rule)
    {
        if (Find(text, rule) is not { } entry) return null;
        var lines = text.Split('\n');
        return Tries(lines, entry).Select(changed => string.Join('\n', changed))
            .FirstOrDefault(changed => IsThatAlone(text, changed, rule));
    }

    private static ConfigEntry? Find(string text, string rule)
    {
        var root = YamlReader.Read(text, new Position("", 1, 1), new Diagnostics());
        var rules = root?.Entries.Find(entry => entry.Key == "rules")?.Value.Items;
        return rules?.Find(item => item.Entries.Exists(entry => entry.Key == "name" && entry.Value.Text == rule))
            ?.Entries.Find(entry => entry.Key == Key && entry.Value.Text == "true");
    }

    // Taking it out is nicer to read; where that gives another configuration, the value says the same.
    private static IEnumerable<string[]> Tries(string[] lines, ConfigEntry entry)
    {
        var (at, value) = (entry.At.Line - 1, entry.Value.At);
        if (value.Line != entry.At.Line) yield break;
        var (line, start) = (lines[at], value.Column - 1);
        var length = line.IndexOf("true", start, StringComparison.Ordinal) == start ? 4 : 6;
        if (start + length > line.Length) yield break;
        var (before, after) = (line[..(entry.At.Column - 1)], line[(start + length)..]);
        if (WithoutIt(lines, at, before, after) is { } without) yield return without;
        yield return [.. lines[..at], line[..start] + "false" + after, .. lines[(at + 1)..]];
    }

    private static string[]? WithoutIt(string[] lines, int at, string before, string after)
    {
        var (rest, next) = (lines[(at + 1)..], at + 1 < lines.Length ? lines[at + 1] : "");
        var ahead = after.TrimStart(' ', '\t');
        var (isAtBegin, isAtEnd) = (string.IsNullOrWhiteSpace(before), string.IsNullOrWhiteSpace(after));
        if (isAtBegin && isAtEnd) return [.. lines[..at], .. rest];
        // A comment behind it stays.
        if (isAtBegin && ahead.StartsWith('#')) return [.. lines[..at], before + ahead, .. rest];
        // The first key of a rule: the next one takes its place behind the dash.
        if (before.Trim() == "-" && isAtEnd && next.Length > before.Length
            && string.IsNullOrWhiteSpace(next[..before.Length]))
            return [.. lines[..at], before + next[before.Length..], .. rest[1..]];
        if (ahead.StartsWith(',')) return [.. lines[..at], before + ahead[1..].TrimStart(' '), .. rest];
        return before.TrimEnd(' ').EndsWith(',') ? [.. lines[..at], before.TrimEnd(' ')[..^1] + after, .. rest] : null;
    }

    private static bool IsThatAlone(string text, string changed, string rule)
    {
        var (old, read) = (Values(text), Values(changed));
        if (old is null || read is null || Find(changed, rule) is not null) return false;
        var gone = old.Keys.Where(key => !read.TryGetValue(key, out var value) || value != old[key]).ToList();
        return gone is [var only] && only.EndsWith($".{Key}", StringComparison.Ordinal)
            && read.Keys.All(old.ContainsKey) && read.GetValueOrDefault(only, "false") == "false";
    }

    private static IReadOnlyDictionary<string, string>? Values(string text)
    {
        var faults = new Diagnostics();
        var root = YamlReader.Read(text, new Position("", 1, 1), faults);
        return root is null || faults.HasErrors ? null : ConfigurationSource.ValuesOf(root);
    }
}

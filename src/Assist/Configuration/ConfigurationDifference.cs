namespace Assist.Configuration;

/// <summary>The values in which two readings of a configuration differ, as an operator would tell them: a list of
/// single values counts as one value, and a rule goes by its name, wherever it stands.</summary>
internal static class ConfigurationDifference
{
    private const string Rules = "rules";
    private const string Order = "rules (order)";

    /// <summary>In the order of their keys; null stands for a value that is not there.</summary>
    public static IReadOnlyList<(string Key, string? Before, string? After)> Of(
        ConfigurationSource before, ConfigurationSource after)
    {
        var (old, now) = (Named(before.Values), Named(after.Values));
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(key => (Key: key, Before: old.GetValueOrDefault(key), After: now.GetValueOrDefault(key)))
                .Where(value => value.Before != value.After && !IsOrderOfOthers(value)),
        ];
    }

    // That a rule has come or gone is told by its own values.
    private static bool IsOrderOfOthers((string Key, string? Before, string? After) value) =>
        value.Key == Order && !(Names(value.Before).ToHashSet().SetEquals(Names(value.After)));

    private static string[] Names(string? order) => (order ?? "").Split(", ");

    private static Dictionary<string, string> Named(IReadOnlyDictionary<string, string> values)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var (key, value) in values)
        {
            var parts = key.Split('.').ToList();
            if (parts is [Rules, var index, ..])
            {
                parts[1] = values.GetValueOrDefault($"{Rules}.{index}.name") ?? index;
                if (parts is [_, _, "name"]) order.Add(value);
            }
            Add(named, parts, value);
        }
        if (order.Count > 0) named[Order] = string.Join(", ", order);
        return named;
    }

    // The values come in the order of the file, so those of a list one behind the other.
    private static void Add(Dictionary<string, string> named, List<string> parts, string value)
    {
        var isInList = parts.Count > 1 && parts[^1].All(char.IsAsciiDigit);
        var key = string.Join('.', isInList ? parts.SkipLast(1) : parts);
        named[key] = isInList && named.TryGetValue(key, out var others) ? $"{others}, {value}" : value;
    }
}

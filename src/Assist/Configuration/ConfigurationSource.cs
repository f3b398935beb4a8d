namespace Assist.Configuration;

/// <summary>What a configuration was made of.</summary>
/// <param name="Text">The file's, as it was read.</param>
/// <param name="Sets">What each --set said.</param>
/// <param name="Values">Every value by its key, such as <c>listeners.0.port</c>, with --set over the file.</param>
public sealed record ConfigurationSource(
    string File, string Text, IReadOnlyList<string> Sets, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Where each value was written, by the same keys.</summary>
    internal IReadOnlyDictionary<string, Position> Places { get; init; } = new Dictionary<string, Position>();

    /// <summary>False while the file says what it said when it was read.</summary>
    public bool HasChanged() => TextFile.Read(File, out _) != Text;

    /// <summary>The keys whose values differ, without indexes and in order: of a list the whole list.</summary>
    public IReadOnlyList<string> ChangedKeys(ConfigurationSource other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return
        [
            .. Values.Keys.Union(other.Values.Keys)
                .Where(key => Values.GetValueOrDefault(key) != other.Values.GetValueOrDefault(key))
                .Select(WithoutIndex).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The values of a file as the reader has them, by their keys.</summary>
    internal static IReadOnlyDictionary<string, string> ValuesOf(ConfigNode root) => Of(root, node => node.Text);

    internal static IReadOnlyDictionary<string, Position> PlacesOf(ConfigNode root) => Of(root, node => node.At);

    private static Dictionary<string, T> Of<T>(ConfigNode root, Func<ConfigNode, T> part)
    {
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        Add(root, "", values, part);
        return values;
    }

    private static void Add<T>(ConfigNode node, string path, Dictionary<string, T> values, Func<ConfigNode, T> part)
    {
        var prefix = path.Length == 0 ? "" : $"{path}.";
        if (node.Kind == NodeKind.Scalar || node is { Items: [], Entries: [] }) values[path] = part(node);
        for (var i = 0; i < node.Items.Count; i++) Add(node.Items[i], $"{prefix}{i}", values, part);
        foreach (var entry in node.Entries) Add(entry.Value, prefix + entry.Key, values, part);
    }

    private static string WithoutIndex(string key) =>
        string.Join('.', key.Split('.').TakeWhile(part => !part.All(char.IsAsciiDigit)));
}

using System.Globalization;

namespace Assist.Configuration;

/// <summary>Puts --set key.path=value into the tree that was read, so that one set of checks serves both.</summary>
internal static class Overrides
{
    private const int MaxDepth = 8;

    public static void Apply(ConfigNode root, string set, Diagnostics faults)
    {
        var equals = set.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? set : set[..equals];
        var at = new Position($"--set {path}", 0, 0);
        var keys = path.Split('.');
        if (equals <= 0 || keys.Length > MaxDepth || keys.Any(k => k.Length == 0))
        {
            faults.Error(at, "write it as --set key.path=value, such as --set listeners.0.port=10514");
            return;
        }
        if (Value(set[(equals + 1)..], at, faults) is not { } value) return;
        var node = root;
        for (var i = 0; i < keys.Length; i++)
        {
            var last = i == keys.Length - 1;
            var next = last ? value : new ConfigNode(IsIndex(keys[i + 1]) ? NodeKind.List : NodeKind.Map, at);
            if (Enter(node, keys[i], next, replace: last, at, faults) is not { } child) return;
            node = child;
        }
    }

    private static ConfigNode? Enter(
        ConfigNode parent, string key, ConfigNode fresh, bool replace, Position at, Diagnostics faults)
    {
        if (parent.Kind == NodeKind.Map) return EnterMap(parent, key, fresh, replace, at);
        if (parent.Kind == NodeKind.List) return EnterList(parent, key, fresh, replace, at, faults);
        if (parent.Kind != NodeKind.Broken)
            faults.Error(
                at, $"\"{key}\" is looked for in a single value; name the key of a section or the index of a list");
        return null;
    }

    private static ConfigNode EnterMap(ConfigNode map, string key, ConfigNode fresh, bool replace, Position at)
    {
        if (map.Entries.Find(e => e.Key == key) is not { } entry)
            map.Entries.Add(entry = new ConfigEntry(key, at, fresh));
        else if (replace || entry.Value.IsEmpty)
            entry.Value = fresh;
        return entry.Value;
    }

    private static ConfigNode? EnterList(
        ConfigNode list, string key, ConfigNode fresh, bool replace, Position at, Diagnostics faults)
    {
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index > list.Items.Count)
        {
            faults.Error(at, $"\"{key}\" is no index of that list; it has {list.Items.Count} entries, counted from 0, "
                + $"and {list.Items.Count} appends one");
            // The list may be there for this option only; that it stays empty is not a second fault.
            if (list.At == at) list.Items.Add(new ConfigNode(NodeKind.Broken, at));
            return null;
        }
        if (index == list.Items.Count) list.Items.Add(fresh);
        else if (replace || list.Items[index].IsEmpty) list.Items[index] = fresh;
        return list.Items[index];
    }

    /// <summary>A list, a section or a quoted text is read as YAML; anything else is taken as it stands.</summary>
    private static ConfigNode? Value(string text, Position at, Diagnostics faults) =>
        text.Length > 0 && text[0] is '[' or '{' or '"' or '\''
            ? YamlReader.Read(text, at, faults)
            : new ConfigNode(NodeKind.Scalar, at) { Text = text, IsPlain = true };

    private static bool IsIndex(string key) => key.All(char.IsAsciiDigit);
}

namespace Assist.Configuration;

internal enum NodeKind
{
    Scalar,
    List,
    Map,

    /// <summary>Already reported; whoever asks for it takes the default and says nothing more.</summary>
    Broken,
}

/// <summary>One node of the file, with its place.</summary>
internal sealed class ConfigNode(NodeKind kind, Position at)
{
    public NodeKind Kind { get; } = kind;
    public Position At { get; } = at;

    /// <summary>A scalar's text.</summary>
    public string Text { get; init; } = "";

    /// <summary>True for a scalar written without quotes.</summary>
    public bool IsPlain { get; init; }
    public List<ConfigNode> Items { get; } = [];
    public List<ConfigEntry> Entries { get; } = [];

    /// <summary>True where nothing stands behind the key, as when everything below it is commented out.</summary>
    public bool IsEmpty => Kind == NodeKind.Scalar && IsPlain && (Text is "" or "~" or "null");

    public string Describe =>
        Kind switch { NodeKind.List => "a list", NodeKind.Map => "a section", _ => $"\"{Text}\"" };
}

/// <summary>A key of a section and what stands behind it; --set replaces the value, and a misspelt key gets the name
/// that was meant.</summary>
internal sealed class ConfigEntry(string key, Position at, ConfigNode value)
{
    public string Key { get; set; } = key;
    public Position At { get; } = at;
    public ConfigNode Value { get; set; } = value;
}

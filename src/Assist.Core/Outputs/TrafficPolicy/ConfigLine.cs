namespace Assist.Outputs.TrafficPolicy;

/// <summary>A line of the running configuration with those below it, told by their indentation. Lenient: whatever EOS
/// prints between has its place, and `!` is no line.</summary>
internal sealed record ConfigLine(string Text)
{
    private readonly List<ConfigLine> _below = [];

    public IReadOnlyList<ConfigLine> Below => _below;

    public string[] Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public bool IsComment => Text.StartsWith("!!", StringComparison.Ordinal);

    /// <summary>The lines below this one that begin so.</summary>
    public IEnumerable<ConfigLine> Under(string head) =>
        _below.Where(line => line.Text == head || line.Text.StartsWith(head + " ", StringComparison.Ordinal));

    /// <summary>A line without text, above all of them.</summary>
    public static ConfigLine Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var root = new ConfigLine("");
        var above = new Stack<(int Indent, ConfigLine Line)>([(-1, root)]);
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line == "!") continue;
            var indent = raw.Length - raw.TrimStart().Length;
            while (above.Peek().Indent >= indent) above.Pop();
            var added = new ConfigLine(line);
            above.Peek().Line._below.Add(added);
            above.Push((indent, added));
        }
        return root;
    }
}

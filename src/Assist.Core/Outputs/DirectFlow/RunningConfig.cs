namespace Assist.Outputs.DirectFlow;

/// <summary>The text of `show running-config`, by its blocks: a line at the margin and those indented below
/// it.</summary>
internal sealed class RunningConfig
{
    private const string FlowHead = "flow ";
    private const string InterfaceHead = "interface ";

    private readonly List<(string Head, List<string> Lines)> _blocks = [];

    public RunningConfig(string text)
    {
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            if (line[0] is not ' ' and not '\t') _blocks.Add((line, []));
            else if (_blocks.Count > 0) _blocks[^1].Lines.Add(line.Trim());
        }
    }

    /// <summary>Ports that have lines of their own, by their long names.</summary>
    public IEnumerable<string> Ports => _blocks.Select(block => block.Head)
        .Where(head => head.StartsWith(InterfaceHead, StringComparison.Ordinal))
        .Select(head => head[InterfaceHead.Length..]);

    /// <summary>Names of the flows of DirectFlow, whether or not it is on.</summary>
    public IEnumerable<string> Flows => Block("directflow")
        .Where(line => line.StartsWith(FlowHead, StringComparison.Ordinal)).Select(line => line[FlowHead.Length..]);

    /// <summary>Lines at the margin.</summary>
    public IEnumerable<string> Heads => _blocks.Select(block => block.Head);

    public IReadOnlyList<string> Port(string name) => Block($"{InterfaceHead}{InterfaceName.Canonical(name)}");

    /// <summary>Empty where there is no such block.</summary>
    public IReadOnlyList<string> Block(string head) => _blocks.Find(block => block.Head == head).Lines ?? [];
}

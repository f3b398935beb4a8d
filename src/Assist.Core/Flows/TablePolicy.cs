namespace Assist.Flows;

/// <summary>Says whether a flow may be in the table now.</summary>
public delegate bool FlowCheck(in FlowIdentity flow);

/// <summary>What the configuration asks of the table; replaced as a whole while it runs.</summary>
internal sealed class TablePolicy(TableOptions options)
{
    public TableOptions Options { get; set; } = options;
    public FlowCheck Admits { get; set; } = (in _) => true;
}

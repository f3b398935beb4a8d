namespace Assist.Flows;

/// <summary>Says whether a flow may be in the table now.</summary>
public delegate bool FlowCheck(in FlowIdentity flow);

/// <summary>What a new configuration makes of the table.</summary>
public sealed partial class FlowTable
{
    /// <summary>Asked for each flow before it is taken in or adopted. The threads that decide have asked the same
    /// before, but perhaps by the configuration before this one.</summary>
    public FlowCheck Admits { get; set; } = (in _) => true;

    /// <summary>Takes new limits and times, and ends the flows that are not allowed any more; gives how many. Those
    /// that stay keep their timeouts until their verdicts repeat.</summary>
    public int Reconfigure(TableOptions options, FlowCheck admits, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(admits);
        (_options, Admits) = (options, admits);
        Budget.Configure(options);
        var revoked = _flows.Values.Where(record => !admits(record.Identity)).ToList();
        foreach (var record in revoked)
        {
            ForgetRepeats(record);
            End(record, FlowEnd.Revoked, now);
        }
        // There may be room for what was refused before.
        Generation++;
        return revoked.Count;
    }
}

namespace Assist.Flows;

/// <summary>Every limit that a new flow must keep, in one order, and how often each has refused one.</summary>
internal sealed class FlowLimits(
    PortMerging merging, SourceLimit sources, FirstDenials firsts, BlastRadius blast, Displacement displacement,
    FlowBudget budget, IFlowPlanner planner)
{
    private readonly long[] _refused = new long[Enum.GetValues<FlowLimit>().Length];

    /// <summary>How often each limit has refused a flow, as it is now, for readers on other threads.</summary>
    public Func<FlowLimit, long> Refused()
    {
        long[] refused = [.. _refused];
        return limit => refused[(int)limit];
    }

    /// <summary>The one that has refused last.</summary>
    public FlowLimit Last { get; private set; }

    public void Count(FlowLimit limit)
    {
        _refused[(int)limit]++;
        Last = limit;
    }

    /// <summary>True where the table may take the flow, if need be in the place of others.</summary>
    /// <param name="flow">Becomes the drop of its pair where the pair has too many ports.</param>
    public bool Admit(ref Verdict flow, TimeSpan now)
    {
        if (Refusal(ref flow, now) is { } limit)
        {
            Count(limit);
            return false;
        }
        if (flow.Flow.Action == FlowAction.Drop) blast.Count(flow);
        return true;
    }

    private FlowLimit? Refusal(ref Verdict flow, TimeSpan now)
    {
        var isDrop = flow.Flow.Action == FlowAction.Drop;
        if (flow.Class == FlowClass.Denial && !firsts.MayPass(flow.Flow.Match, now)) return FlowLimit.FirstOfItsKind;
        // Before anything gives way for it.
        if (isDrop && blast.Refusal(flow, now) is { } limit) return limit;
        if (isDrop && !merging.Limit(ref flow, now)) return FlowLimit.PortsPerPair;
        var entries = planner.CostOf(flow.Flow);
        if (isDrop && !sources.HasRoom(flow, entries, now)) return FlowLimit.PerSource;
        if (displacement.HasRoom(flow.Class, entries, now)) return null;
        return flow.Class == FlowClass.Denial && budget.DenialShortfall(entries) > 0
            ? FlowLimit.DenialShare : FlowLimit.Room;
    }
}

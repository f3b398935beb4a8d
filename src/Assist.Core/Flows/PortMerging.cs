namespace Assist.Flows;

/// <summary>Makes one entry for a pair of addresses of many denials of single ports. Only of denials: a threat is found
/// on a port that is allowed, and says nothing of the others.</summary>
internal sealed class PortMerging(FlowSet flows, FlowLifecycle lifecycle, TablePolicy policy)
{
    // It also drops ports that nobody has denied, so it has to be asked for again and again.
    private static readonly TimeSpan s_longestLease = TimeSpan.FromMinutes(5);

    /// <summary>The merged drop that takes the packets of this denial; null where there is none.</summary>
    public FlowRecord? MergedWith(in Verdict offered) =>
        IsOfOnePort(offered) && flows.Find(PairOf(offered.Flow)) is { Verdict.IsMerged: true } merged ? merged : null;

    /// <summary>What a denial of one port asks for where the pair has a merged drop.</summary>
    public static Verdict Merged(in Verdict denial)
    {
        var hard = (int)s_longestLease.TotalSeconds;
        var own = denial.Timeouts;
        hard = own.Hard == 0 ? hard : Math.Min(own.Hard, hard);
        return denial with
        {
            Flow = PairOf(denial.Flow),
            IsMerged = true,
            Timeouts = new FlowTimeouts(hard, Math.Min(own.Idle, hard)),
        };
    }

    /// <summary>False where the pair holds as many ports as it may and may not be merged.</summary>
    /// <param name="drop">Becomes the merged drop where the ports are too many; the drops of single ports end
    /// then.</param>
    public bool Limit(ref Verdict drop, TimeSpan now)
    {
        var limits = policy.Options.Drops;
        if (limits.PortsPerPair == 0 || !IsOfOnePort(drop)) return true;
        var pair = PairOf(drop.Flow);
        var isSession = IsSession(drop.Flow.Match);
        var ports = flows.DropsOf(pair.Match.Source)
            .Where(record => IsPortOf(pair, record) && IsSession(record.Identity.Match) == isSession).ToList();
        if (ports.Count < limits.PortsPerPair) return true;
        if (isSession || drop.IsConfined || !limits.MergesPorts || !MayMerge(pair)) return false;
        // One that came back lives longer for it, and must not end sooner.
        foreach (var port in ports.Where(port => port.Escalation == 0)) lifecycle.End(port, FlowEnd.Merged, now);
        drop = Merged(drop);
        return true;
    }

    /// <summary>The firewall allows the session: a merged drop that would take it was too wide.</summary>
    public void Allow(in FlowMatch session, TimeSpan now)
    {
        foreach (var merged in flows.DropsOver(session).Where(record => record.Verdict.IsMerged).ToList())
            lifecycle.End(merged, FlowEnd.Retracted, now);
    }

    private bool MayMerge(in FlowIdentity pair) =>
        flows.BypassesOf(pair.Match).Count == 0 && flows.Find(pair) is null && policy.Admits(pair);

    // Many sessions of one service, as through a proxy, are no scan: nobody has denied the other ports.
    private static bool IsSession(in FlowMatch match) => match.SourcePort != 0;

    private static bool IsOfOnePort(in Verdict drop) => drop.Class == FlowClass.Denial && IsOfOnePort(drop.Flow.Match);

    private static bool IsOfOnePort(in FlowMatch match) =>
        match.HasPort && match.Source.IsKnown && match.Destination.IsKnown && match.Protocol.IsKnown;

    private static bool IsPortOf(in FlowIdentity pair, FlowRecord record) =>
        record is { Class: FlowClass.Denial, State: not FlowState.Rejected }
        && IsOfOnePort(record.Identity.Match) && PairOf(record.Identity) == pair;

    private static FlowIdentity PairOf(in FlowIdentity flow) =>
        flow with { Match = flow.Match with { SourcePort = 0, DestinationPort = 0 } };
}

namespace Assist.Flows;

/// <summary>Keeps one source from holding more of the table than it may.</summary>
internal sealed class SourceLimit(FlowSet flows, FlowLifecycle lifecycle, TablePolicy policy)
{
    /// <summary>True where the drop's source may hold so many entries more. A threat takes the place of denials of its
    /// own source if need be.</summary>
    public bool HasRoom(in Verdict drop, int entries, TimeSpan now)
    {
        var most = policy.Options.Drops.PerSource;
        if (most == 0) return true;
        var held = flows.DropsOf(drop.Flow.Match.Source);
        var lacking = held.Sum(record => record.Size) + entries - most;
        return lacking <= 0 || (drop.IsThreat && Free(lacking, held, now));
    }

    private bool Free(int lacking, IReadOnlyCollection<FlowRecord> held, TimeSpan now)
    {
        var displaced = new List<FlowRecord>();
        foreach (var denial in held.Where(record => record is { Class: FlowClass.Denial, Size: > 0 })
            .OrderBy(record => record.PacketsPerMinute ?? 0))
        {
            if (lacking <= 0) break;
            lacking -= denial.Size;
            displaced.Add(denial);
        }
        if (lacking > 0) return false;
        foreach (var denial in displaced) lifecycle.End(denial, FlowEnd.Displaced, now);
        return true;
    }
}

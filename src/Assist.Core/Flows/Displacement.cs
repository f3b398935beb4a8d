namespace Assist.Flows;

/// <summary>Makes room: which flows give way to what is worth more.</summary>
internal sealed class Displacement(FlowSet flows, FlowBudget budget, FlowLifecycle lifecycle)
{
    // The bypasses there had been when a search found none to displace: only a reading or a new bypass can change that.
    private int? _noneAmong;
    private TimeSpan _inactiveDue;

    /// <summary>True where a flow that takes so many entries can be had, if need be in the place of others.</summary>
    public bool HasRoom(FlowAction action, int entries, TimeSpan now) =>
        budget.HasRoom(action, entries) || (action == FlowAction.Drop && MakeRoom(entries, now));

    /// <summary>A reading has measured the flows anew.</summary>
    public void Reconsider()
    {
        if (!MaySearch) lifecycle.Reopen();
        _noneAmong = null;
    }

    /// <summary>Verdicts taken before the target told what it holds: the surplus stays on the firewall, drops last, and
    /// what is reserved for drops stays free.</summary>
    public void ShedSurplus(TimeSpan now)
    {
        var surplus = budget.Shortfall(0);
        var overReserve = flows.All.Where(record => !IsDrop(record)).Sum(record => record.Size)
            + budget.Others + budget.Reserve - budget.Limit;
        if (surplus <= 0 && overReserve <= 0) return;
        foreach (var record in flows.All.Where(record => record.IsNew)
            .OrderBy(IsDrop).ThenByDescending(record => record.RequestedAt).ToList())
        {
            if (surplus <= 0 && (IsDrop(record) || overReserve <= 0)) return;
            surplus -= record.Size;
            overReserve -= record.Size;
            lifecycle.End(record, FlowEnd.Displaced, now);
        }
    }

    public void RemoveInactive(TableOptions options, TimeSpan now)
    {
        if (options.RemovesOneWayBypasses) RemoveOneWay(now);
        if (options.LeastActive is not { } least || now < _inactiveDue) return;
        if ((budget.Used + budget.Others) * 100L < (long)least.AtPercent * budget.Limit) return;
        // Not before the next measurement: what is measured now has been looked at.
        _inactiveDue = now + options.ReconcileInterval;
        var left = (budget.Used * least.RemovePercent + 99) / 100;
        // Of what is not counted nobody knows that it is idle.
        foreach (var record in flows.All.Where(record => record.PacketsPerMinute is not null)
            .OrderBy(record => record.PacketsPerMinute).ThenBy(IsDrop).ToList())
        {
            if (left <= 0) return;
            left -= record.Size;
            lifecycle.End(record, FlowEnd.Displaced, now);
        }
    }

    private bool MaySearch => _noneAmong != flows.BypassesAdded;

    private void RemoveOneWay(TimeSpan now)
    {
        foreach (var record in flows.All
            .Where(record => record is { OneWayMeasurements: >= 2, Identity.Action: FlowAction.Bypass }).ToList())
            lifecycle.End(record, FlowEnd.OneWay, now);
    }

    // A drop is worth more than a bypass, whose sessions then pass the firewall again. Those that wait go first, then
    // the least active. One whose packets have not been measured yet stays, as does every redirect: it protects.
    private bool MakeRoom(int entries, TimeSpan now)
    {
        if (!MaySearch) return false;
        var lacking = budget.Shortfall(entries);
        var displaced = new List<FlowRecord>();
        foreach (var bypass in flows.All.Where(MayGiveWay).OrderBy(record => record.PacketsPerMinute ?? -1))
        {
            if (lacking <= 0) break;
            lacking -= bypass.Size;
            displaced.Add(bypass);
        }
        _noneAmong = lacking <= 0 ? null : flows.BypassesAdded;
        if (lacking > 0) return false;
        foreach (var bypass in displaced) lifecycle.End(bypass, FlowEnd.Displaced, now);
        return true;
    }

    private static bool MayGiveWay(FlowRecord record) =>
        record is { Size: > 0, Identity.Action: FlowAction.Bypass }
        && (record.IsNew || record.PacketsPerMinute is not null);

    private static bool IsDrop(FlowRecord record) => record.Identity.Action == FlowAction.Drop;
}

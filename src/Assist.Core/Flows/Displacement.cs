namespace Assist.Flows;

/// <summary>Makes room: which flows give way to what is worth more.</summary>
internal sealed class Displacement(FlowSet flows, FlowBudget budget, FlowLifecycle lifecycle, TablePolicy policy)
{
    // How many flows had ever come when a search found none to displace for that class: only a reading or a new flow
    // can change that.
    private readonly int?[] _noneAmong = new int?[Enum.GetValues<FlowClass>().Length];
    private TimeSpan _inactiveDue;

    /// <summary>True where a flow of that class that takes so many entries can be had, if need be in the place of
    /// others.</summary>
    public bool HasRoom(FlowClass asked, int entries, TimeSpan now) =>
        budget.HasRoom(asked, entries) || (asked >= FlowClass.Denial && MakeRoom(asked, entries, now));

    /// <summary>A reading has measured the flows anew.</summary>
    public void Reconsider()
    {
        if (Array.Exists(_noneAmong, none => none == flows.Added)) lifecycle.Reopen();
        Array.Clear(_noneAmong);
    }

    /// <summary>Verdicts taken before the target showed how much room it has: the surplus stays on the firewall,
    /// threats last, and what is reserved for drops stays free.</summary>
    public void ShedSurplus(TimeSpan now)
    {
        var surplus = budget.Shortfall(0);
        var overReserve = flows.All.Where(record => !IsDrop(record)).Sum(record => record.Size)
            + budget.Others + budget.Reserve - budget.Limit;
        if (surplus <= 0 && overReserve <= 0) return;
        foreach (var record in flows.All.Where(record => record.IsNew)
            .OrderBy(record => IsDrop(record) ? record.Class : default)
            .ThenByDescending(record => record.RequestedAt).ToList())
        {
            if (surplus <= 0 && (IsDrop(record) || overReserve <= 0)) return;
            surplus -= record.Size;
            overReserve -= record.Size;
            lifecycle.End(record, FlowEnd.NoRoom, now);
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

    private void RemoveOneWay(TimeSpan now)
    {
        foreach (var record in flows.All
            .Where(record => record is { OneWayMeasurements: >= 2, Identity.Action: FlowAction.Bypass }).ToList())
            lifecycle.End(record, FlowEnd.OneWay, now);
    }

    private bool MakeRoom(FlowClass asked, int entries, TimeSpan now)
    {
        if (_noneAmong[(int)asked] == flows.Added) return false;
        var displaced = Choose(asked, entries);
        _noneAmong[(int)asked] = displaced.Count > 0 ? null : flows.Added;
        foreach (var record in displaced) lifecycle.End(record, FlowEnd.Displaced, now);
        return displaced.Count > 0;
    }

    /// <summary>Flows without which so many entries fit; none where they do not.</summary>
    private List<FlowRecord> Choose(FlowClass asked, int entries)
    {
        var (lacking, denials) = (budget.Shortfall(entries), 0);
        if (asked == FlowClass.Denial) denials = budget.DenialShortfall(entries);
        var bypasses = budget.Of(FlowClass.Bypass) - budget.BypassFloor;
        var chosen = new List<FlowRecord>();
        foreach (var (record, _) in flows.All.Select(record => (record, Order: OrderFor(asked, record)))
            .Where(candidate => candidate.Order is not null).OrderBy(candidate => candidate.Order)
            .ThenBy(candidate => candidate.record.PacketsPerMinute ?? -1)
            .ThenByDescending(candidate => candidate.record.RequestedAt))
        {
            if (lacking <= 0 && denials <= 0) break;
            if (record.Class == FlowClass.Bypass && (lacking <= 0 || record.Size > bypasses)) continue;
            if (record.Class == FlowClass.Bypass) bypasses -= record.Size;
            else denials -= record.Size;
            lacking -= record.Size;
            chosen.Add(record);
        }
        return lacking <= 0 && denials <= 0 ? chosen : [];
    }

    /// <summary>When its turn comes to give way, 0 first; null where it never does. What moves no packet goes first.
    /// Then denials, because the firewall denies without them; a bypass with packets goes last, because its session
    /// passes the firewall again, which may have forgotten it.</summary>
    private int? OrderFor(FlowClass asked, FlowRecord record) => record switch
    {
        { Size: 0 } or { Class: FlowClass.Redirect } => null,
        { Class: FlowClass.Denial, IsIdle: true } when policy.Options.Drops.ReplacesIdle => 0,
        { Class: FlowClass.Bypass, IsNew: true } => 1,
        { Class: FlowClass.Bypass, PacketsPerMinute: 0 } => 2,
        _ when asked != FlowClass.Threat => null,
        { Class: FlowClass.Denial } => 3,
        { Class: FlowClass.Bypass, PacketsPerMinute: not null } => 4,
        { Class: FlowClass.Threat, IsIdle: true } when policy.Options.Drops.ReplacesIdle => 5,
        _ => null,
    };

    private static bool IsDrop(FlowRecord record) => record.Identity.Action == FlowAction.Drop;
}

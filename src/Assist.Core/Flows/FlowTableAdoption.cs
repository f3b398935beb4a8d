using Assist.Outputs;
using Assist.Outputs.DirectFlow;

namespace Assist.Flows;

/// <summary>What an earlier run, another writer or a full switch made of the table.</summary>
public sealed partial class FlowTable
{
    private TimeSpan _inactiveDue;

    /// <summary>Working entries with our prefix that are no flow of ours, such as those of the original program: left to
    /// their timeouts unless an operator deletes them.</summary>
    public IReadOnlyList<FlowEntry> Unidentified { get; private set; } = [];

    /// <summary>Removes an entry of <see cref="Unidentified"/>; anything else is left alone.</summary>
    public void RemoveUnidentified(string name)
    {
        if (Unidentified.Any(entry => entry.Name == name)) _removals.Add(name);
    }

    private void Adopt(List<InstalledEntry> rest, bool isComplete, TimeSpan now, Reconciliation result)
    {
        var packets = rest.ToDictionary(entry => entry.Entry.Name, StringComparer.Ordinal);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (verdict, planned, present) in FlowAdoption.Identify(rest, _planner))
        {
            settled.UnionWith(present);
            var isWhole = present.Count == planned.Count;
            if (isWhole && Find(verdict.Flow) is null && IsAllowed(verdict.Flow))
            {
                Adopt(verdict, planned, packets, now, result);
                continue;
            }
            // Half of one of our pairs (see CompareSent), or what the configuration has forbidden since.
            if (!isWhole) result.HalfPairs++;
            foreach (var name in present)
            {
                Purge(name);
                result.Purged.Add(name);
            }
        }
        foreach (var drop in result.Adopted.Where(IsDrop)) Retract(drop.Identity.Match, now);
        foreach (var match in _retractedUnread?.ToList() ?? []) Retract(match, now);
        // What a reading has left out, another will show.
        if (isComplete)
        {
            _retractedUnread = null;
            Bypassed.Complete();
        }
        Unidentified = [.. rest.Select(entry => entry.Entry).Where(entry => !settled.Contains(entry.Name))];
    }

    // Its verdict came before the first reading, and an earlier run had installed it already.
    private void AdoptAs(FlowRecord record, Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        record.State = FlowState.Programmed;
        (record.MayBeInstalled, record.SeenAt) = (true, now);
        StartMeasuring(record, found, now);
        RememberProgrammed(record, now);
        result.Adopted.Add(record);
    }

    private static void StartMeasuring(FlowRecord record, Dictionary<string, InstalledEntry> found, TimeSpan now)
    {
        var (towards, back) = PacketsIn(record.Entries.Select(entry => found[entry.Name]));
        record.StartMeasuring(towards, back, now);
    }

    private bool IsAllowed(in FlowIdentity flow) =>
        Admits(flow) && (flow.Action != FlowAction.Bypass || !IsDropped(flow.Match));

    private void Adopt(
        Verdict verdict, IReadOnlyList<FlowEntry> planned, Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        // An entry without a timer would outlive every policy.
        if (verdict.Timeouts.Hard == 0) verdict = verdict with { Timeouts = _options.Lifetimes(verdict.Flow.Action) };
        var record = new FlowRecord(verdict, planned)
        {
            State = FlowState.Programmed,
            RequestedAt = now,
            SeenAt = now,
            OfferedAt = now,
            ExpiresAt = EndOf(verdict, now),
            MayBeInstalled = true,
        };
        StartMeasuring(record, found, now);
        RememberAdopted(record, now);
        Add(record);
        result.Adopted.Add(record);
    }

    // The hardware has less room than we were told: what it holds is the limit for now. A drop takes the place of a bypass.
    private void LearnLimit(Dictionary<string, InstalledEntry> found, TimeSpan now, Reconciliation result)
    {
        Budget.Refused(found.Values.Count(entry =>
            !entry.LacksRoom && entry.Status is EntryStatus.Programmed or EntryStatus.Unknown), now);
        foreach (var drop in result.Rejected.Where(record => IsDrop(record) && IsCurrent(record) && record is { LackedRoom: true, Rejections: 1 }))
        {
            if (!HasRoom(drop.Identity, now)) return;
            drop.ExpiresAt = EndOf(drop.Verdict, drop.OfferedAt);
            Enqueue(drop);
            Budget.Used += drop.Size;
        }
    }

    // Verdicts taken before the switch told what it holds: the surplus stays on the firewall, drops last, and what is
    // reserved for drops stays free.
    private void ShedSurplus(TimeSpan now)
    {
        var surplus = Budget.Lacks(0);
        var overReserve = _flows.Values.Where(record => !IsDrop(record)).Sum(record => record.Size)
            + Budget.Others + Budget.Reserve - Budget.Limit;
        if (surplus <= 0 && overReserve <= 0) return;
        foreach (var record in _flows.Values.Where(IsNew).OrderBy(IsDrop).ThenByDescending(record => record.RequestedAt).ToList())
        {
            if (surplus <= 0 && (IsDrop(record) || overReserve <= 0)) return;
            surplus -= record.Size;
            overReserve -= record.Size;
            End(record, FlowEnd.Displaced, now);
        }
    }

    private void RemoveInactive(TimeSpan now)
    {
        if (_options.RemovesOneWayBypasses)
            foreach (var record in _flows.Values.Where(record => record is { OneWayMeasurements: >= 2, Identity.Action: FlowAction.Bypass }).ToList())
                End(record, FlowEnd.OneWay, now);
        if (_options.LeastActive is not { } least || now < _inactiveDue || (Budget.Used + Budget.Others) * 100L < (long)least.AtPercent * Budget.Limit)
            return;
        // Not before the next measurement: what is measured now has been looked at.
        _inactiveDue = now + _options.ReconcileInterval;
        var left = (Budget.Used * least.RemovePercent + 99) / 100;
        foreach (var record in _flows.Values.Where(record => record.PacketsPerMinute is not null)
            .OrderBy(record => record.PacketsPerMinute).ThenBy(IsDrop).ToList())
        {
            if (left <= 0) return;
            left -= record.Size;
            End(record, FlowEnd.Displaced, now);
        }
    }
}

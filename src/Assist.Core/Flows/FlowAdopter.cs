namespace Assist.Flows;

/// <summary>What an earlier run or another writer left on the target.</summary>
internal sealed class FlowAdopter(
    FlowSet flows, FlowLifecycle lifecycle, RemovalLedger removals, RepeatedDrops repeats, IFlowPlanner planner,
    TablePolicy policy)
{
    // Beyond this nobody knows any more which bypasses an earlier run may have left rightly, and none is adopted.
    private const int MaxRetractedUnread = 4096;

    // What was taken back before the first whole reading; null after it.
    private HashSet<FlowMatch>? _retractedUnread = [];
    private bool _hasForgotten;

    // Flows of the run before; null after the first whole reading.
    private FlowMemory? _memory;

    /// <summary>Working entries of ours by their keys that are no flow of ours: left to their timeouts unless an
    /// operator deletes them.</summary>
    public IReadOnlyList<TargetEntry> Unidentified { get; private set; } = [];

    /// <summary>What is known of flows that the first whole reading may show.</summary>
    public void Remember(FlowMemory memory) => _memory = memory;

    /// <summary>A bypass of this match is not to be adopted: what an earlier run left is not known yet.</summary>
    public void Retracted(in FlowMatch match)
    {
        if (_retractedUnread is not { } unread) return;
        if (unread.Count < MaxRetractedUnread) unread.Add(match);
        else _hasForgotten = true;
    }

    /// <summary>Bypasses were taken back of which nobody knows any more which they are.</summary>
    public void RetractedSome() => _hasForgotten = _retractedUnread is not null;

    public void RemoveUnidentified(string key)
    {
        if (Unidentified.Any(entry => entry.Key == key)) removals.Want(key);
    }

    /// <summary>Its verdict came before the first reading, and an earlier run had installed it already.</summary>
    public void TakeOver(FlowRecord record, IEnumerable<InstalledEntry> shown, TimeSpan now, Reconciliation result)
    {
        record.TakeOver(FlowTraffic.Of(shown), now, _memory?.Find(record.Identity)?.BegunAt);
        repeats.Programmed(record, now);
        result.Adopted.Add(record);
    }

    /// <param name="rest">Entries of ours that act and that nobody asked for.</param>
    /// <param name="isComplete">The reading listed everything.</param>
    public void Adopt(IReadOnlyList<InstalledEntry> rest, bool isComplete, TimeSpan now, Reconciliation result)
    {
        var shown = rest.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in planner.Recognise(rest))
        {
            settled.UnionWith(found.Present);
            if (Obstacle(found) is { } cause) Purge(found, cause, result);
            else Adopt(found, shown, now, result);
        }
        foreach (var drop in result.Adopted.Where(record => record.Identity.Action == FlowAction.Drop))
            Retract(drop.Identity.Match, now);
        foreach (var match in _retractedUnread?.ToList() ?? []) Retract(match, now);
        // What a reading has left out, another will show.
        if (isComplete)
        {
            (_retractedUnread, _hasForgotten, _memory) = (null, false, null);
            flows.Bypassed.MarkComplete();
        }
        Unidentified =
        [
            .. rest.Where(entry => entry.HasLines && !settled.Contains(entry.Key)).Select(entry => entry.Entry),
        ];
    }

    private void Retract(in FlowMatch match, TimeSpan now)
    {
        Retracted(match);
        lifecycle.EndBypasses(match, now);
    }

    // Null where it may be taken over.
    private PurgeCause? Obstacle(RecognisedFlow found)
    {
        var flow = found.Verdict.Flow;
        if (!found.IsWhole) return PurgeCause.Incomplete;
        if (found.IsStale) return PurgeCause.OldWiring;
        // Of what is not remembered nobody knows which rule asked for it.
        if (_memory?.Find(flow) is { IsWanted: false }) return PurgeCause.RuleGone;
        if (flows.Find(flow) is not null) return PurgeCause.Leftover;
        if (!policy.Admits(flow))
            return flow.Action == FlowAction.Drop ? PurgeCause.Protected : PurgeCause.NotOfMode;
        return flow.Action == FlowAction.Bypass && (_hasForgotten || flows.IsDropped(flow.Match))
            ? PurgeCause.SessionOver
            : null;
    }

    private void Adopt(
        RecognisedFlow found, Dictionary<string, InstalledEntry> shown, TimeSpan now, Reconciliation result)
    {
        var known = _memory?.Find(found.Verdict.Flow);
        var verdict = known?.Verdict ?? found.Verdict;
        // An entry without a timer would outlive every policy.
        if (verdict.Timeouts.Hard == 0)
            verdict = verdict with { Timeouts = policy.Options.Lifetimes(verdict.Flow.Action) };
        var traffic = FlowTraffic.Of(found.Planned.Select(entry => shown[entry.Key]));
        var record = FlowRecord.Adopted(verdict, found.Planned, traffic, now, known?.EndsAt, known?.BegunAt);
        repeats.Adopted(record, now);
        lifecycle.Add(record);
        result.Adopted.Add(record);
    }

    private void Purge(RecognisedFlow found, PurgeCause cause, Reconciliation result)
    {
        var rule = _memory?.Find(found.Verdict.Flow)?.Verdict.Rule ?? "";
        if (!found.IsWhole) result.HalfPairs++;
        foreach (var key in found.Present)
        {
            removals.WantAgain(key);
            result.Purged.Add(new PurgedEntry(key, cause, rule));
        }
    }
}

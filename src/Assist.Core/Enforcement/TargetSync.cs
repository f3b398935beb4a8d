using Assist.Flows;
using Assist.Outputs;

namespace Assist.Enforcement;

/// <summary>Brings the switch to what the table asks for, and the table to what the switch shows: decides which call
/// comes next, and takes its answer. Touched only by the loop.</summary>
internal sealed class TargetSync(
    FlowTable table, TargetLink link, ReadBack readBack, TableReports reports, PauseState pause, Func<TimeSpan> clock)
{
    // Partial readings in a row after which a removal is looked for only as often as everything is read.
    private const int MaxHastyReadings = 5;

    private int _partialReadings;

    /// <summary>Compares the static flows of a reading with those that the switch is to have.</summary>
    public Func<InstalledFlows, StaticFaults> JudgeStatics { get; set; } = _ => StaticFaults.None;

    /// <summary>When the next reading may begin; never while a call is under way, whose answer wakes the
    /// loop.</summary>
    public TimeSpan Due => link.IsBusy ? TimeSpan.MaxValue
        : readBack.Due > link.RetryAt ? readBack.Due : link.RetryAt;

    /// <summary>Begins the call that is due, where none is under way.</summary>
    public void StartNext(TimeSpan now)
    {
        if (!MayCall(now)) return;
        // Nothing is sent before the first reading: what an earlier run left is adopted, not doubled.
        if (now >= readBack.Due) StartReading(now);
        else if ((pause.IsPaused ? table.TakeRemovals() : table.TakeChanges(now)) is { } changes) Send(changes);
    }

    /// <summary>Sends removals that wait, where no call is under way: at a stop nothing else is sent.</summary>
    public void SendRemovals(TimeSpan now)
    {
        // What has been taken back must not be adopted by the next run.
        if (MayCall(now) && table.TakeRemovals() is { } changes) Send(changes);
    }

    /// <summary>Reads the whole table before anything else is sent.</summary>
    public void ReadNow()
    {
        readBack.ReadAllFirst();
        link.RetryAtOnce();
    }

    /// <summary>Removes every flow and every entry that may be one, also what only the next reading shows.</summary>
    public void TakeAllBack()
    {
        ReadNow();
        Clear();
    }

    /// <summary>Ends the flows that the switch has never been told of: after a pause they would be news of
    /// yesterday.</summary>
    public void RemoveUnsent()
    {
        foreach (var record in table.Flows.Where(record => record.IsNew).ToList()) table.Remove(record, clock());
    }

    /// <summary>Removes every flow that the table has.</summary>
    public void RemoveFlows()
    {
        foreach (var record in table.Flows.ToList()) table.Remove(record, clock());
    }

    private bool MayCall(TimeSpan now) => !link.IsBusy && now >= link.RetryAt;

    private void StartReading(TimeSpan now)
    {
        if (readBack.MayReadQuickly(now, table.IsInDoubt(now)))
        {
            link.ReadQuickly(table.AwaitedKeys(), ReadQuickly, fault => Lost(fault.Message));
            return;
        }
        readBack.ReadingBegins();
        link.Read(Read, fault => Lost(fault.Message));
    }

    private void Send(ChangeSet changes) =>
        link.Apply(changes, results => Applied(changes, results), fault => NotApplied(changes, fault));

    private void Applied(ChangeSet set, IReadOnlyList<ChangeResult> results)
    {
        var now = clock();
        table.Applied(set, results, now);
        if (link.IsChangeRefused) reports.ChangesTaken(now);
        link.Succeeded();
        // Nothing retried blindly: an unknown outcome is looked at before anything else is sent.
        var allAccepted = results.All(result => result.Status == ChangeStatus.Accepted);
        if (results.Any(result => result.Status == ChangeStatus.Unknown)) readBack.ReadAllFirst();
        else if (!allAccepted || !link.IsDoneWhenAccepted) readBack.Sent(now, table.HasChanges, allAccepted);
    }

    private void NotApplied(ChangeSet set, TargetException fault)
    {
        // Nothing retried blindly: unless nothing was sent, the switch is read before anything else.
        if (fault.NothingApplied) table.NotSent(set);
        else table.Applied(
            set, [.. set.Changes.Select(_ => new ChangeResult(ChangeStatus.Unknown, fault.Message))], clock());
        Lost(fault.Message);
        link.ChangesFailed();
    }

    private void Lost(string reason)
    {
        var now = clock();
        if (link.Failed(reason, now)) reports.TargetLost(reason, now);
        readBack.ReadAllFirst();
    }

    private void Read(InstalledFlows installed)
    {
        var now = clock();
        var found = table.Observed(installed, now);
        link.RetryAtOnce();
        // A switch that can be read but takes no changes is not one to work with.
        if (!link.IsChangeRefused || !table.HasChanges)
        {
            if (link.Fault is not null) reports.TargetBack(installed.Entries.Count, found.Adopted.Count, now);
            link.Succeeded();
        }
        reports.StaticsRead(JudgeStatics(installed), installed.IsComplete, now);
        reports.Found(found, now);
        reports.States(found, now);
        if (pause.TakesAllBack)
        {
            Clear();
            pause.Cleared(installed.IsComplete, table.HasRemovals, now);
        }
        _partialReadings = installed.IsComplete ? 0 : _partialReadings + 1;
        // A list that stays partial does not prove the sooner that something is gone.
        var awaits = _partialReadings < MaxHastyReadings ? table.AwaitsReadBack : table.AwaitsFlows;
        readBack.Read(now, isSettled: !awaits);
    }

    private void ReadQuickly(InstalledFlows installed)
    {
        var now = clock();
        reports.Found(table.ObservedSome(installed, now), now);
        readBack.ReadQuickly(now, isSettled: !table.AwaitsReadBack);
    }

    private void Clear()
    {
        RemoveFlows();
        foreach (var entry in table.Unidentified) table.RemoveUnidentified(entry.Key);
    }
}

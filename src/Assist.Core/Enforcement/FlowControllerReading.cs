using Assist.Flows;
using Assist.Outputs;
using Microsoft.Extensions.Logging;

namespace Assist.Enforcement;

/// <summary>Reading the switch, as a whole or at a glance, and what is told of it.</summary>
public sealed partial class FlowController
{
    // Of flows of one kind in one reading, so many get a line of their own.
    private const int NamedInLog = 3;

    private void ReadNow()
    {
        _readBack.ReadAllFirst();
        _holdUntil = TimeSpan.Zero;
    }

    private Task ReadAsync() => AskTarget(_target.ReadAsync, TakeIn);

    private Task GlanceAsync()
    {
        var names = _table.AwaitedKeys();
        return AskTarget(cancellation => _target.ReadSomeAsync(names, cancellation), TakeInGlance);
    }

    private Task AskTarget(Func<CancellationToken, Task<InstalledFlows>> ask, Action<InstalledFlows> takeIn) => Carry(async () =>
    {
        try
        {
            var installed = await ask(_targetCalls.Token);
            return () => takeIn(installed);
        }
        catch (TargetException e)
        {
            return () => Unreachable(e.Message);
        }
    });

    private void TakeIn(InstalledFlows installed)
    {
        _inFlight = null;
        var now = Now;
        var result = _table.Observed(installed, now);
        _holdUntil = default;
        foreach (var reaction in result.Reactions) Reaction.Observe(reaction);
        // A switch that can be read but takes no changes is not one to work with.
        if (!_isChangeRefused || !_table.HasChanges)
        {
            if (TargetFault is not null) TargetBack(_log, installed.Entries.Count, result.Adopted.Count);
            ForgetFault();
        }
        ReportStatics(installed);
        Report(result);
        if (IsClearing) Clear(installed.IsComplete);
        _readBack.Read(now, isSettled: !_table.AwaitsReadBack);
    }

    private void TakeInGlance(InstalledFlows installed)
    {
        _inFlight = null;
        var now = Now;
        foreach (var reaction in _table.ObservedSome(installed, now).Reactions) Reaction.Observe(reaction);
        _readBack.Glanced(now, isSettled: !_table.AwaitsReadBack);
    }

    private void ReportStatics(InstalledFlows installed)
    {
        if (!installed.IsComplete) return;
        var present = installed.Entries.Where(entry => entry.Status is EntryStatus.Programmed or EntryStatus.Unknown)
            .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var missing = ExpectedStatics.Where(name => !present.Contains(name)).ToList();
        if (!missing.SequenceEqual(MissingStatics))
            if (missing.Count == 0) StaticsBack(_log);
            else if (_log.IsEnabled(LogLevel.Error)) StaticsMissing(_log, string.Join(", ", missing));
        MissingStatics = missing;
    }

    // A full table or a reload concerns thousands of flows in one reading.
    private void Report(Reconciliation result)
    {
        foreach (var record in result.Rejected.Take(NamedInLog))
            Rejected(_log, record.Entries[0].Key, record.Verdict.Rule, record.Rejection ?? "");
        if (result.Rejected.Count > NamedInLog) MoreRejected(_log, result.Rejected.Count - NamedInLog);
        foreach (var record in result.Repaired.Take(NamedInLog)) Repaired(_log, record.Entries[0].Key);
        if (result.Repaired.Count > NamedInLog) MoreRepaired(_log, result.Repaired.Count - NamedInLog);
        if (result.Purged.Count > 0) Purged(_log, result.Purged.Count);
    }
}

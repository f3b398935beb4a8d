namespace Assist.Flows;

/// <summary>Where the table asks and tells the memory of drops that came back.</summary>
public sealed partial class FlowTable
{
    /// <summary>Null where every drop lives as long as its rule says.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>The verdict for a flow that is not in the table, and its level.</summary>
    private (Verdict Verdict, int Level) Escalate(in Verdict verdict, TimeSpan now)
    {
        if (Escalation is null || verdict.Flow.Action != FlowAction.Drop) return (verdict, 0);
        var level = Escalation.NextLevel(verdict.Flow.Match, verdict.Timeouts, now);
        return (AtLevel(verdict, level), level);
    }

    private Verdict AtLevel(in Verdict verdict, int level) =>
        level == 0 || Escalation is null ? verdict : verdict with { Timeouts = Escalation.Lease(verdict.Timeouts, level) };

    private void RememberProgrammed(FlowRecord record, TimeSpan now)
    {
        if (IsDrop(record)) Escalation?.Programmed(record.Identity.Match, record.Escalation, record.ExpiresAt, now);
    }

    private void RememberAdopted(FlowRecord record, TimeSpan now)
    {
        if (IsDrop(record)) record.Escalation = Escalation?.Adopted(record.Identity.Match, record.ExpiresAt, now) ?? 0;
    }

    private void ForgetRepeats(FlowRecord record)
    {
        if (IsDrop(record)) Escalation?.Forget(record.Identity.Match);
    }
}

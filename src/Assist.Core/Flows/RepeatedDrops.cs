namespace Assist.Flows;

/// <summary>Where the table asks and tells the memory of drops that came back.</summary>
internal sealed class RepeatedDrops
{
    /// <summary>Null where every drop lives as long as its rule says.</summary>
    public Escalation? Memory { get; set; }

    /// <summary>The verdict for a flow that is not in the table, and its level.</summary>
    public (Verdict Verdict, int Level) Escalate(in Verdict verdict, TimeSpan now)
    {
        if (Memory is null || !Counts(verdict)) return (verdict, 0);
        var level = Memory.NextLevel(verdict.Flow.Match, verdict.Timeouts, now);
        return (AtLevel(verdict, level), level);
    }

    public Verdict AtLevel(in Verdict verdict, int level) =>
        level == 0 || Memory is null ? verdict : verdict with { Timeouts = Memory.Lease(verdict.Timeouts, level) };

    public void Programmed(FlowRecord record, TimeSpan now)
    {
        if (Counts(record.Verdict)) Memory?.Programmed(record.Identity.Match, record.Escalation, record.ExpiresAt, now);
    }

    public void Adopted(FlowRecord record, TimeSpan now)
    {
        if (IsDrop(record)) record.Escalate(Memory?.Adopted(record.Identity.Match, record.ExpiresAt, now) ?? 0);
    }

    public void Forget(FlowRecord record)
    {
        if (IsDrop(record)) Memory?.Forget(record.Identity.Match);
    }

    // Who forges a message must not be able to make the next drop longer.
    private static bool Counts(in Verdict verdict) => IsDrop(verdict) && !verdict.IsConfined;

    private static bool IsDrop(FlowRecord record) => IsDrop(record.Verdict);

    // What the table has merged nobody asked for, so its coming back means nothing.
    private static bool IsDrop(in Verdict verdict) => verdict is { Flow.Action: FlowAction.Drop, IsMerged: false };
}

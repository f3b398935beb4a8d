namespace Assist.Flows;

public enum FlowState
{
    /// <summary>Decided, waiting to be sent.</summary>
    Requested,

    /// <summary>Sent; the target has not been seen to hold it.</summary>
    Pending,

    /// <summary>Read back from the target as held, every entry of it.</summary>
    Programmed,

    /// <summary>Refused by the target and withdrawn; tried again after a back-off when the verdict repeats.</summary>
    Rejected,
}

/// <summary>One flow and what is known of it. Changes only by what happens to it, one method each. Touched only by the
/// loop that owns the table; times are monotonic, on its clock.</summary>
public sealed class FlowRecord
{
    private FlowBudget? _budget;
    private Lease _lease;
    private Delivery _delivery;
    private Refusal _refusal;

    // Null until the target was seen to hold the flow: most that is asked for in an attack never gets so far.
    private Measurement? _measured;

    /// <summary>A flow that is asked for and waits to be sent.</summary>
    /// <param name="level">See <see cref="Escalation"/>.</param>
    internal FlowRecord(in Verdict verdict, IReadOnlyList<TargetEntry> entries, int level, TimeSpan now)
    {
        (Verdict, Entries, Escalation, RequestedAt, OfferedAt, BegunAt) = (verdict, entries, level, now, now, now);
        _lease = Lease.From(verdict, now);
    }

    public Verdict Verdict { get; private set; }
    public IReadOnlyList<TargetEntry> Entries { get; private set; }
    public FlowState State { get; private set; }

    /// <summary>How often this drop had come back after it ended when it was asked for; 0 for the first and for what is
    /// no drop.</summary>
    public int Escalation { get; private set; }

    /// <summary>When the first verdict asked for it, also in an earlier run; null where nobody knows.</summary>
    public TimeSpan? BegunAt { get; private set; }
    public TimeSpan RequestedAt { get; private set; }
    public TimeSpan OfferedAt { get; private set; }

    /// <summary>When a reading last showed every entry as held.</summary>
    public TimeSpan SeenAt { get; private set; }

    public FlowIdentity Identity => Verdict.Flow;

    /// <summary>That of a threat as soon as one verdict for it was one.</summary>
    public FlowClass Class => Verdict.Class;

    /// <summary>Where the last verdict for it came from that was no duplicate; null for a flow of an earlier
    /// run.</summary>
    public Origin? Origin => Verdict.Origin;

    /// <summary>Entries it takes of the target's table.</summary>
    public int Size => State == FlowState.Rejected ? 0 : CostOf(Entries);

    /// <summary>When the flow ends unless its verdict repeats; <see cref="TimeSpan.MaxValue"/> where it has no hard
    /// timeout.</summary>
    public TimeSpan ExpiresAt => _lease.ExpiresAt;

    /// <summary>The target may end it sooner: nobody knows when its timer began.</summary>
    internal bool IsEndUnsure => _lease.IsUnsure;

    /// <summary>A repeated verdict asks to keep the flow until then.</summary>
    public TimeSpan RenewUntil => _lease.RenewUntil;

    /// <summary>When it was last sent, then when the target answered; null for a flow of an earlier run.</summary>
    public TimeSpan? SentAt => _delivery.SentAt;

    /// <summary>Sent, and no answer came that can be judged.</summary>
    public bool IsUncertain => _delivery.IsUncertain;

    /// <summary>Sent at some time, so that the target may hold its entries.</summary>
    public bool MayBeInstalled => _delivery.MayBeInstalled;

    /// <summary>Nothing of it was ever sent.</summary>
    internal bool IsNew => State == FlowState.Requested && !MayBeInstalled;

    /// <summary>The target's own words, for a rejected flow.</summary>
    public string? Rejection => _refusal.Reason;
    public int Rejections => _refusal.Times;
    public TimeSpan RetryAt => _refusal.RetryAt;

    /// <summary>The target said that it had no room for it.</summary>
    public bool LackedRoom => _refusal.LackedRoom;

    public FlowTraffic Traffic => _measured?.Traffic ?? FlowTraffic.NotSent;

    /// <summary>Null where the target does not count them.</summary>
    public long? Packets => Traffic.Packets;

    /// <summary>See <see cref="Measurement.PacketsPerMinute"/>.</summary>
    public double? PacketsPerMinute => _measured?.PacketsPerMinute;

    /// <summary>See <see cref="Measurement.IsIdle"/>.</summary>
    internal bool IsIdle => State == FlowState.Programmed && _measured?.IsIdle == true;

    /// <summary>See <see cref="Measurement.OneWay"/>.</summary>
    public int OneWayMeasurements => _measured?.OneWay ?? 0;

    /// <summary>When the packet counters last moved, as far as readings could see.</summary>
    public TimeSpan ActiveAt => _measured?.ActiveAt ?? RequestedAt;

    internal static TimeSpan ShortestMeasurement => Measurement.Shortest;

    /// <summary>A flow that an earlier run installed.</summary>
    /// <param name="endsAt">When its hard timeout ends it; null where nobody knows.</param>
    /// <param name="begunAt">See <see cref="BegunAt"/>.</param>
    internal static FlowRecord Adopted(
        in Verdict verdict, IReadOnlyList<TargetEntry> entries, in FlowTraffic traffic, TimeSpan now,
        TimeSpan? endsAt = null, TimeSpan? begunAt = null)
    {
        var record = new FlowRecord(verdict, entries, 0, now);
        record.TakeOver(traffic, now, begunAt);
        // A wall clock that was set back must not make it live longer than its verdict said.
        if (endsAt is { } end)
            record._lease = record._lease with { ExpiresAt = Earlier(end, record.ExpiresAt), IsUnsure = false };
        return record;
    }

    /// <summary>Moves what it takes of the table from one budget to another: here and in <see cref="Become"/> a sum
    /// changes, and nowhere else.</summary>
    internal void CountIn(FlowBudget? budget)
    {
        _budget?.Add(Class, -Size);
        _budget = budget;
        _budget?.Add(Class, Size);
    }

    /// <summary>The verdict came again, and changes nothing but when it was last heard.</summary>
    internal void Hear(TimeSpan now) => OfferedAt = now;

    /// <summary>The verdict came again: who asks last says for how long and with which marking.</summary>
    internal void Repeat(in Verdict verdict, TimeSpan now)
    {
        Take(verdict);
        if (verdict.Timeouts.Hard > 0)
            _lease = _lease with { RenewUntil = now + TimeSpan.FromSeconds(verdict.Timeouts.Hard) };
    }

    /// <summary>Another verdict says that what is denied is an attack.</summary>
    internal void BecomeThreat() => Take(Verdict with { IsThreat = true });

    /// <summary>A refused flow is asked for anew, as its rule says: perhaps the target does not take a longer
    /// lifetime.</summary>
    internal void Retry(in Verdict verdict, IReadOnlyList<TargetEntry> entries, TimeSpan now)
    {
        Take(verdict);
        // The target holds nothing of it, so it begins now.
        (Escalation, RequestedAt, BegunAt) = (0, now, now);
        _lease = Lease.From(Verdict, now);
        Become(FlowState.Requested, entries);
    }

    /// <summary>A refused flow is asked for once more without a new verdict.</summary>
    internal void Restore() => _lease = _lease with { ExpiresAt = Lease.From(Verdict, OfferedAt).ExpiresAt };

    /// <summary>It is to be sent, for the first time or again.</summary>
    internal void Wait() => Become(FlowState.Requested, Entries);

    /// <summary>Takes the longer life that a repeat asked for.</summary>
    internal void Renew()
    {
        if (RenewUntil > ExpiresAt) _lease = _lease with { ExpiresAt = RenewUntil };
    }

    internal void Send(IReadOnlyList<TargetEntry> entries, TimeSpan now)
    {
        _delivery = _delivery with { SentAt = now, IsUncertain = false, MayBeInstalled = true };
        _lease = _lease with { IsUnsure = false };
        Become(FlowState.Pending, entries);
    }

    /// <summary>It did not leave us.</summary>
    internal void NotSent(bool mayBeInstalled)
    {
        _delivery = _delivery with { MayBeInstalled = mayBeInstalled };
        Become(FlowState.Requested, Entries);
    }

    internal void Answer(bool isUncertain, TimeSpan now) =>
        _delivery = _delivery with { SentAt = now, IsUncertain = isUncertain };

    /// <summary>It was sent and neither answered nor found afterwards; gives how often in a row.</summary>
    internal int LoseAnswer()
    {
        _delivery = _delivery with { LostAnswers = _delivery.LostAnswers + 1 };
        return _delivery.LostAnswers;
    }

    internal int LostAnswers => _delivery.LostAnswers;

    /// <summary>A reading shows what was sent.</summary>
    internal void Confirm(in FlowTraffic traffic, TimeSpan now)
    {
        (_delivery, _refusal) = (_delivery with { LostAnswers = 0 }, _refusal with { Times = 0, Reason = null });
        _measured = new Measurement(traffic, now);
        SeenAt = now;
        Become(FlowState.Programmed, Entries);
    }

    /// <summary>A reading shows what is known to be there.</summary>
    internal void Measure(in FlowTraffic traffic, TimeSpan now)
    {
        _measured?.Add(traffic, now);
        SeenAt = now;
    }

    /// <summary>An earlier run installed it.</summary>
    internal void TakeOver(in FlowTraffic traffic, TimeSpan now, TimeSpan? begunAt)
    {
        BegunAt = begunAt;
        _delivery = _delivery with { MayBeInstalled = true };
        _lease = _lease with { IsUnsure = true };
        _measured = new Measurement(traffic, now);
        SeenAt = now;
        Become(FlowState.Programmed, Entries);
    }

    internal void Escalate(int level) => Escalation = level;

    /// <summary>A reading tells what is left of it.</summary>
    internal void Miss(bool mayBeInstalled) => _delivery = _delivery with { MayBeInstalled = mayBeInstalled };

    internal void Reject(in Rejection why, TimeSpan now)
    {
        _refusal = _refusal.Again(why, now);
        _delivery = _delivery with { MayBeInstalled = false };
        // A verdict that does not repeat by then is history, and so is its refusal.
        _lease = _lease with { ExpiresAt = RetryAt + Backoff.Longest };
        Become(FlowState.Rejected, Entries);
    }

    internal static int CostOf(IReadOnlyList<TargetEntry> entries)
    {
        var cost = 0;
        for (var i = 0; i < entries.Count; i++) cost += entries[i].Cost;
        return cost;
    }

    private void Take(in Verdict verdict)
    {
        var budget = _budget;
        CountIn(null);
        Verdict = verdict with { Flow = Identity, IsThreat = verdict.IsThreat || Verdict.IsThreat };
        CountIn(budget);
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Become(FlowState state, IReadOnlyList<TargetEntry> entries)
    {
        var before = Size;
        (State, Entries) = (state, entries);
        _budget?.Add(Class, Size - before);
    }
}

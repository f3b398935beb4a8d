namespace Assist.Flows;

/// <summary>How long a flow may live.</summary>
/// <param name="IsUnsure">The target may end it sooner: nobody knows when its timer began.</param>
internal readonly record struct Lease(TimeSpan ExpiresAt, TimeSpan RenewUntil, bool IsUnsure = false)
{
    public static Lease From(in Verdict verdict, TimeSpan now) =>
        new(
            verdict.Timeouts.Hard == 0 ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(verdict.Timeouts.Hard),
            RenewUntil: default);
}

/// <summary>What became of sending a flow.</summary>
internal readonly record struct Delivery(TimeSpan? SentAt, bool IsUncertain, bool MayBeInstalled, int LostAnswers);

/// <summary>Why the target does not hold a flow.</summary>
internal readonly record struct Rejection(string? Reason, bool LacksRoom = false);

/// <summary>How often in a row the target refused a flow, and why the last time.</summary>
internal readonly record struct Refusal(string? Reason, int Times, TimeSpan RetryAt, bool LackedRoom)
{
    public Refusal Again(in Rejection why, TimeSpan now) =>
        new(why.Reason, Times + 1, now + Backoff.After(Times), why.LacksRoom);
}

/// <summary>How long to leave alone what the target refuses: what it refuses once it mostly refuses the next
/// time.</summary>
internal static class Backoff
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(30);

    /// <param name="times">How often it was refused before.</param>
    public static TimeSpan After(int times)
    {
        var delay = s_first * Math.Pow(2, Math.Min(times, 10));
        return delay < Longest ? delay : Longest;
    }
}

namespace Assist.Flows;

/// <summary>How much longer a drop lives that comes back after it ended.</summary>
public sealed record EscalationOptions
{
    /// <summary>The longest lifetime of any drop.</summary>
    public static readonly TimeSpan LongestLease = TimeSpan.FromDays(7);

    /// <summary>Lifetimes of the repeats in their order, each longer than the one before. Empty: off.</summary>
    public IReadOnlyList<TimeSpan> Steps { get; init; } = [];

    /// <summary>A drop that has been over for so long is as if it had never been.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromDays(30);

    public bool IsOn => Steps.Count > 0;

    /// <summary>Lifetimes of the repeats of a drop whose rule gives it this hard timeout: a rule with a long one begins
    /// further up, so that no drop is ever shortened.</summary>
    public IReadOnlyList<TimeSpan> StepsAfter(FlowTimeouts own) =>
        own.Hard == 0 ? [] : [.. Steps.Where(step => step > TimeSpan.FromSeconds(own.Hard))];
}

/// <summary>A drop that the switch held: how often it had come back by then, and when its lease ends or ended
/// (monotonic, on the table's clock).</summary>
public readonly record struct RememberedDrop(FlowMatch Match, int Level, TimeSpan EndsAt);

/// <summary>Remembers drops that ended, so that each one that comes back gets the next longer lifetime. Pure: time
/// comes in as an argument and is monotonic, so that a wall clock that is set moves nothing. Touched only by the owner
/// of the flow table, which never asks about anything but drops.</summary>
public sealed class Escalation(EscalationOptions options)
{
    /// <summary>Matches remembered, in some 10 MB; beyond that those whose drops ended first are forgotten.</summary>
    public const int MaxMatches = 50_000;

    // At once, because finding the oldest looks at all of them.
    private const int ForgottenTogether = MaxMatches / 16;

    // OpenFlow 1.0, of which DirectFlow is a superset, counts idle seconds in 16 bits, and what EOS takes beyond nobody
    // could verify.
    private const int LongestIdle = 65_535;

    private readonly Dictionary<FlowMatch, Last> _drops = [];

    private readonly record struct Last(int Level, TimeSpan EndsAt);

    public int Count => _drops.Count;

    /// <summary>Moves with every change of what is remembered.</summary>
    public int Revision { get; private set; }

    /// <summary>The level of a drop that is not in the table: 0 the first time, then one more than when the switch last
    /// held it, up to the last step that <paramref name="own"/> leaves.</summary>
    public int NextLevel(in FlowMatch match, FlowTimeouts own, TimeSpan now) =>
        Find(match, now) is { } last ? Math.Min(last.Level + 1, options.StepsAfter(own).Count) : 0;

    /// <summary>What a drop of that level asks for: at level 0 what the rule says, then the steps that are longer. A
    /// drop that came back must not end early by silence, so its idle timeout is as long, or as long as one may
    /// be.</summary>
    public FlowTimeouts Lease(FlowTimeouts own, int level)
    {
        var steps = options.StepsAfter(own);
        if (level <= 0 || steps.Count == 0) return own;
        var hard = (int)steps[Math.Min(level, steps.Count) - 1].TotalSeconds;
        return new FlowTimeouts(hard, own.Idle > 0 ? Math.Min(hard, LongestIdle) : 0);
    }

    /// <summary>The switch holds the drop: only that counts as a step.</summary>
    public void Programmed(in FlowMatch match, int level, TimeSpan endsAt, TimeSpan now)
    {
        // One that the switch refused to hold for so long, and holds for less, keeps its level.
        var known = Find(match, now)?.Level ?? 0;
        Remember(match, new Last(Math.Max(level, known), endsAt), now);
    }

    /// <summary>The switch holds a drop of an earlier run; gives its level.</summary>
    public int Adopted(in FlowMatch match, TimeSpan endsAt, TimeSpan now)
    {
        if (Find(match, now) is { } known) return known.Level;
        Remember(match, new Last(0, endsAt), now);
        return 0;
    }

    /// <summary>An operator took the drop back: should it come again, it is the first.</summary>
    public void Forget(in FlowMatch match)
    {
        if (_drops.Remove(match)) Revision++;
    }

    /// <summary>The same for all that an operator means, whether they have ended or not.</summary>
    public void ForgetWhere(Func<FlowMatch, bool> isMeant)
    {
        foreach (var match in _drops.Keys.Where(isMeant).ToList()) Forget(match);
    }

    /// <summary>What is worth keeping over a restart.</summary>
    public IReadOnlyList<RememberedDrop> Remembered(TimeSpan now) =>
        [.. _drops.Where(drop => !IsOver(drop.Value, now))
            .Select(drop => new RememberedDrop(drop.Key, drop.Value.Level, drop.Value.EndsAt))];

    /// <summary>Takes in what an earlier run remembered.</summary>
    public void Restore(IEnumerable<RememberedDrop> drops, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(drops);
        foreach (var drop in drops)
        {
            var last = new Last(drop.Level, drop.EndsAt);
            if (!IsOver(last, now)) Remember(drop.Match, last, now);
        }
    }

    private Last? Find(in FlowMatch match, TimeSpan now) =>
        _drops.TryGetValue(match, out var drop) && !IsOver(drop, now) ? drop : null;

    private bool IsOver(in Last drop, TimeSpan now) => now - drop.EndsAt >= options.Forget;

    private void Remember(in FlowMatch match, in Last last, TimeSpan now)
    {
        if (_drops.Count >= MaxMatches && !_drops.ContainsKey(match))
            foreach (var old in _drops.OrderBy(known => known.Value.EndsAt).Take(ForgottenTogether).ToList())
                _drops.Remove(old.Key);
        // A later end than any lease has: the wall clock was put back between two runs.
        var latest = now + EscalationOptions.LongestLease;
        _drops[match] = last.EndsAt < latest ? last : last with { EndsAt = latest };
        Revision++;
    }
}

namespace Assist.Flows;

/// <summary>Why a flow left the table.</summary>
public enum FlowEnd
{
    /// <summary>Its hard or idle timeout.</summary>
    Expired,

    /// <summary>An operator took it back.</summary>
    Removed,

    /// <summary>The firewall took it back: the session has ended, or is denied now.</summary>
    Retracted,

    /// <summary>It made room: for a drop, or as one of the least active.</summary>
    Displaced,

    /// <summary>A reading showed less room than when it was taken in, and it had not been sent yet.</summary>
    NoRoom,

    /// <summary>Only one direction of a bypass counted packets.</summary>
    OneWay,

    /// <summary>The switch refused it, and its verdict did not repeat.</summary>
    Forgotten,

    /// <summary>A new configuration does not allow it.</summary>
    Revoked,

    /// <summary>A denial of one port that became part of an entry for both addresses.</summary>
    Merged,
}

/// <summary>A flow that left the table.</summary>
public readonly record struct EndedFlow(string Name, FlowIdentity Flow, string Rule, FlowEnd End, TimeSpan At)
{
    public FlowAction Action => Flow.Action;

    /// <summary>Null for a flow of an earlier run.</summary>
    public Origin? Origin { get; init; }

    /// <summary>What it has counted up to the last reading.</summary>
    public FlowTraffic Traffic { get; init; }

    /// <summary>Null where nobody knows.</summary>
    public TimeSpan? BegunAt { get; init; }
}

/// <summary>What left the table: how many for each reason since the start, and the last of them.</summary>
public sealed class FlowEnds
{
    /// <summary>How many of the last are remembered.</summary>
    public const int Remembered = 64;

    // A whole table that is lost at once.
    private const int MostNew = 2048;

    private static readonly int s_reasons = Enum.GetValues<FlowEnd>().Length;

    private readonly long[] _counts = new long[Enum.GetValues<FlowAction>().Length * s_reasons];
    private readonly Queue<EndedFlow> _last = new();
    private readonly Queue<EndedFlow> _new = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyCollection<EndedFlow> Last => _last;

    /// <summary>All that left since the start.</summary>
    public long Total { get; private set; }

    public long Count(FlowAction action, FlowEnd end) => _counts[IndexOf(action, end)];

    /// <summary>The counts as they are now, for readers on other threads.</summary>
    public Func<FlowAction, FlowEnd, long> Counts()
    {
        long[] counts = [.. _counts];
        return (action, end) => counts[IndexOf(action, end)];
    }

    internal void Add(in EndedFlow ended)
    {
        _counts[IndexOf(ended.Action, ended.End)]++;
        Total++;
        Keep(_last, ended, Remembered);
        Keep(_new, ended, MostNew);
    }

    /// <summary>Those that ended since the last call, oldest first; at most so many, the last of them.</summary>
    internal IReadOnlyList<EndedFlow> TakeNew()
    {
        if (_new.Count == 0) return [];
        EndedFlow[] taken = [.. _new];
        _new.Clear();
        return taken;
    }

    private static void Keep(Queue<EndedFlow> queue, in EndedFlow ended, int most)
    {
        if (queue.Count == most) queue.Dequeue();
        queue.Enqueue(ended);
    }

    private static int IndexOf(FlowAction action, FlowEnd end) => (int)action * s_reasons + (int)end;
}

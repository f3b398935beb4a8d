using Assist.Flows;

namespace Assist.Pipeline;

/// <summary>The sessions whose ends were logged a short time ago. Logs may overtake each other on their way: a start
/// that comes behind the end of its own session must make no bypass, which the next user of its ports would have.
/// Shared by the receiving threads without a lock. At most 32,768 ends are known, in 256 KiB, each for at most five
/// minutes; one more takes the place of the oldest of four. To take another session for one of them is a matter of
/// one in 2^40, and leaves that session on the firewall.</summary>
internal sealed class EndedSessions
{
    /// <summary>A start that is older is refused as stale, by the default of firewall.max_message_age.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    public const int Capacity = 1 << 15;
    private const int Reach = 4;

    // The upper bits of a hash, and the second of the end, which begins anew after half a year. 0 was never used.
    private const int SecondBits = 24;
    private const ulong Seconds = (1UL << SecondBits) - 1;

    private readonly ulong[] _places = new ulong[Capacity];

    /// <param name="session">The five-tuple, as of a bypass.</param>
    /// <param name="id">The firewall's number of the session; without it the five-tuple alone tells.</param>
    public void Note(in FlowIdentity session, ReadOnlySpan<byte> id, TimeSpan now)
    {
        var key = KeyOf(session, id);
        var places = PlacesOf(key);
        var oldest = 0;
        for (var i = 0; i < Reach; i++)
        {
            var known = Volatile.Read(ref places[i]);
            if (IsSame(known, key))
            {
                oldest = i;
                break;
            }
            if (AgeOf(known, now) > AgeOf(Volatile.Read(ref places[oldest]), now)) oldest = i;
        }
        Volatile.Write(ref places[oldest], (key & ~Seconds) | SecondOf(now));
    }

    /// <summary>True where the end of this session was noted within <see cref="Memory"/>.</summary>
    public bool Has(in FlowIdentity session, ReadOnlySpan<byte> id, TimeSpan now)
    {
        var key = KeyOf(session, id);
        foreach (ref var place in PlacesOf(key))
        {
            var known = Volatile.Read(ref place);
            if (IsSame(known, key) && AgeOf(known, now) <= (ulong)Memory.TotalSeconds) return true;
        }
        return false;
    }

    // Never 0 in the upper bits.
    private static ulong KeyOf(in FlowIdentity session, ReadOnlySpan<byte> id) =>
        FlowHash.Of(session, id) | 1UL << SecondBits;

    private Span<ulong> PlacesOf(ulong key) => _places.AsSpan((int)(key & (Capacity / Reach - 1)) * Reach, Reach);

    private static bool IsSame(ulong known, ulong key) => (known & ~Seconds) == (key & ~Seconds);

    private static ulong SecondOf(TimeSpan now) => (ulong)(now.Ticks / TimeSpan.TicksPerSecond) & Seconds;

    // Right also where the seconds begin anew, and for a thread that is a moment behind the one that noted the end. A
    // place never used is older than any.
    private static ulong AgeOf(ulong known, TimeSpan now) =>
        known == 0 ? ulong.MaxValue : (SecondOf(now) + 1 - known) & Seconds;
}

using Assist.Addresses;
using Assist.Flows;

namespace Assist.Telemetry;

/// <summary>A message that became no flow although somebody may have meant it to.</summary>
/// <param name="At">Monotonic, on the clock of the receivers.</param>
/// <param name="Reason">In the operator's words.</param>
/// <param name="Line">The beginning of the message, as it came; to be shown escaped.</param>
public sealed record RefusedMessage(
    TimeSpan At, Outcome Outcome, Transport Transport, IpAddr Sender, string Reason, ReadOnlyMemory<byte> Line);

/// <summary>The last messages that were refused, of each kind of refusal apart, so that a flood of one hides no other.
/// Bounded in number, size and rate. Written by receiving threads and by the loop, which pay only for what is
/// kept.</summary>
public sealed class RefusedMessages
{
    /// <summary>Of each kind.</summary>
    public const int Capacity = 32;

    /// <summary>Of each kind, the first of a second.</summary>
    public const int PerSecond = 10;

    /// <summary>Bytes of a message that are kept.</summary>
    public const int MaxLine = 512;

    private static readonly Outcome[] s_kinds =
    [
        Outcome.Malformed, Outcome.Stale, Outcome.RefusedSender, Outcome.Protected, Outcome.NoInterface,
        Outcome.OverLimit,
    ];

    private readonly Kind?[] _kinds = new Kind?[Enum.GetValues<Outcome>().Length];

    public RefusedMessages()
    {
        foreach (var kind in s_kinds) _kinds[(int)kind] = new Kind();
    }

    /// <summary>True where a message of this outcome has a place; the caller then keeps it.</summary>
    public bool Takes(Outcome outcome, TimeSpan now) => _kinds[(int)outcome]?.Takes(now) == true;

    public void Keep(
        TimeSpan now, Outcome outcome, Transport transport, IpAddr sender, string reason, ReadOnlySpan<byte> message) =>
        _kinds[(int)outcome]?.Keep(new RefusedMessage(
            now, outcome, transport, sender, reason, message[..Math.Min(message.Length, MaxLine)].ToArray()));

    /// <summary>The latest first.</summary>
    public IReadOnlyList<RefusedMessage> Last(int most) =>
        [.. _kinds.OfType<Kind>().SelectMany(kind => kind.All()).OrderByDescending(each => each.At).Take(most)];

    private sealed class Kind
    {
        private readonly Lock _gate = new();

        // Guarded by the gate.
        private readonly Queue<RefusedMessage> _last = new(Capacity);
        private long _second = -1;
        private int _taken;

        // Two threads at the turn of a second may take a few more, which is no harm.
        public bool Takes(TimeSpan now)
        {
            var second = now.Ticks / TimeSpan.TicksPerSecond;
            if (Volatile.Read(ref _second) != second)
            {
                Volatile.Write(ref _second, second);
                Volatile.Write(ref _taken, 0);
            }
            return Volatile.Read(ref _taken) < PerSecond && Interlocked.Increment(ref _taken) <= PerSecond;
        }

        public void Keep(RefusedMessage message)
        {
            lock (_gate)
            {
                if (_last.Count == Capacity) _last.Dequeue();
                _last.Enqueue(message);
            }
        }

        public RefusedMessage[] All()
        {
            lock (_gate) return [.. _last];
        }
    }
}

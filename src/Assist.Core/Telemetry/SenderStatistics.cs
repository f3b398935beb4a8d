using Assist.Addresses;
using Assist.Flows;

namespace Assist.Telemetry;

/// <summary>What came of the messages of each sender. Only senders of the configuration get here, and a prefix may hold
/// any number of them: those that come when the places are taken are counted together. Written by many
/// threads.</summary>
public sealed class SenderStatistics
{
    /// <summary>Senders that are counted apart.</summary>
    public const int Capacity = 64;

    private readonly Lock _gate = new();

    // Replaced as a whole, under the gate.
    private volatile Dictionary<IpAddr, SenderCounts> _known = [];

    /// <summary>In the order of their addresses.</summary>
    public IReadOnlyList<SenderCounts> Known => [.. _known.Values.OrderBy(counts => $"{counts.Sender}")];

    /// <summary>Those without a place of their own.</summary>
    public SenderCounts Others { get; } = new(default);

    /// <summary>Keeps places for the addresses that stand alone in the configuration, so that forged ones of a prefix
    /// cannot take them, and gives up the places of those that are no senders any more.</summary>
    public void Configure(IReadOnlyList<IpPrefix> senders)
    {
        lock (_gate)
        {
            var known = _known.Where(pair => senders.Any(prefix => prefix.Contains(pair.Key))).ToDictionary();
            foreach (var prefix in senders.Where(prefix => prefix.IsSingle))
                if (known.Count < Capacity) known.TryAdd(prefix.Address, new SenderCounts(prefix.Address));
            _known = known;
        }
    }

    public SenderCounts Of(IpAddr sender) => _known.TryGetValue(sender, out var counts) ? counts : Add(sender);

    private SenderCounts Add(IpAddr sender)
    {
        if (_known.Count >= Capacity) return Others;
        lock (_gate)
        {
            if (_known.TryGetValue(sender, out var known)) return known;
            if (_known.Count >= Capacity) return Others;
            var counts = new SenderCounts(sender);
            _known = new Dictionary<IpAddr, SenderCounts>(_known) { [sender] = counts };
            return counts;
        }
    }
}

/// <summary>The messages of one sender by transport and outcome, and when the last one came.</summary>
/// <param name="sender">Not known where several are counted together.</param>
public sealed class SenderCounts(IpAddr sender)
{
    private const long Never = long.MinValue;
    private static readonly int s_outcomes = Enum.GetValues<Outcome>().Length;
    private static readonly int s_transports = Enum.GetValues<Transport>().Length;

    private readonly long[] _counts = new long[s_transports * s_outcomes];
    private readonly long[] _heardAt = [.. Enumerable.Repeat(Never, s_transports)];

    public IpAddr Sender => sender;

    /// <summary>Monotonic, on the clock of the receivers; null where none has come.</summary>
    public TimeSpan? LastHeard
    {
        get
        {
            var last = Enumerable.Range(0, s_transports).Max(transport => Volatile.Read(ref _heardAt[transport]));
            return last == Never ? null : new TimeSpan(last);
        }
    }

    public void Heard(Transport transport, TimeSpan now) => Volatile.Write(ref _heardAt[(int)transport], now.Ticks);

    public void Count(Transport transport, Outcome outcome) =>
        Interlocked.Increment(ref _counts[(int)transport * s_outcomes + (int)outcome]);

    public TimeSpan? LastHeardBy(Transport transport) =>
        Volatile.Read(ref _heardAt[(int)transport]) is not Never and var ticks ? new TimeSpan(ticks) : null;

    public long Of(Transport transport, Outcome outcome) =>
        Interlocked.Read(ref _counts[(int)transport * s_outcomes + (int)outcome]);

    public long Total(Outcome outcome)
    {
        long sum = 0;
        for (var transport = 0; transport < s_transports; transport++) sum += Of((Transport)transport, outcome);
        return sum;
    }

    /// <summary>Messages that have become something.</summary>
    public long Total()
    {
        long sum = 0;
        for (var i = 0; i < _counts.Length; i++) sum += Interlocked.Read(ref _counts[i]);
        return sum;
    }
}

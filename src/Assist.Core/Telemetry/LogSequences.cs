using System.Runtime.InteropServices;
using System.Text;

namespace Assist.Telemetry;

/// <summary>Whose logs are numbered together: those of one type from one firewall.</summary>
/// <param name="Serial">The serial number's bytes, the rest zero.</param>
public readonly record struct SequenceKey(UInt128 Serial, bool IsThreat)
{
    private const int MaxSerial = 16;

    public string Type => IsThreat ? "THREAT" : "TRAFFIC";

    /// <summary>The serial number as text.</summary>
    public string SerialText
    {
        get
        {
            var serial = Serial;
            return Encoding.ASCII.GetString(Bytes(ref serial)).TrimEnd('\0');
        }
    }

    /// <summary>Null where nobody knows whose numbers they are: several firewalls may be behind "no-serial".</summary>
    public static SequenceKey? Of(ReadOnlySpan<byte> serial, bool isThreat)
    {
        if (serial.Length is 0 or > MaxSerial) return null;
        foreach (var letter in serial)
            if (!char.IsAsciiLetterOrDigit((char)letter)) return null;
        UInt128 packed = 0;
        serial.CopyTo(Bytes(ref packed));
        return new SequenceKey(packed, isThreat);
    }

    private static Span<byte> Bytes(ref UInt128 value) => MemoryMarshal.AsBytes(new Span<UInt128>(ref value));
}

/// <summary>Whether all logs have come, and each once, where a firewall numbers them. It only tells: nothing is refused
/// for its number. Written by many threads.</summary>
public sealed class LogSequences
{
    /// <summary>Sequences that are followed; later ones are not.</summary>
    public const int Capacity = 64;

    private readonly Lock _gate = new();

    // Replaced as a whole, under the gate.
    private volatile Dictionary<SequenceKey, LogSequence> _known = [];

    /// <summary>In the order of their serial numbers.</summary>
    public IReadOnlyList<LogSequence> Known =>
    [
        .. _known.Values.OrderBy(each => each.Key.SerialText, StringComparer.Ordinal)
            .ThenBy(each => each.Key.Type, StringComparer.Ordinal),
    ];

    /// <summary>Null where all places are taken.</summary>
    public LogSequence? Of(in SequenceKey key)
    {
        if (_known.TryGetValue(key, out var known)) return known;
        if (_known.Count >= Capacity) return null;
        lock (_gate)
        {
            if (_known.TryGetValue(key, out known)) return known;
            if (_known.Count >= Capacity) return null;
            known = new LogSequence(key);
            _known = new Dictionary<SequenceKey, LogSequence>(_known) { [key] = known };
            return known;
        }
    }
}

/// <summary>What the numbers of a sequence have shown since the start.</summary>
/// <param name="Missing">Numbers that were left out: lost on the way, or logs that the firewall does not send
/// here.</param>
/// <param name="Repeated">Logs whose number had come before, or that came far too late.</param>
/// <param name="Restarted">How often the numbers began anew.</param>
public readonly record struct SequenceCounts(long Received, long Missing, long Repeated, long Restarted)
{
    /// <summary>Numbers that were passed over a moment ago and may still come.</summary>
    public int Awaited { get; init; }
}

/// <summary>The numbers of one firewall's logs of one type, which rise by one: a window over the last of them, as IPsec
/// keeps one against replay (RFC 4303, 3.4.3).</summary>
public sealed class LogSequence(SequenceKey key)
{
    /// <summary>A log may come so many numbers late, as those of several threads do.</summary>
    public const int Window = 256;

    // Further ahead or behind the firewall has begun to count anew, or was not heard for long.
    private const ulong Leap = 1 << 20;

    // So long nothing new came, while old numbers do.
    private static readonly TimeSpan s_restartAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly bool[] _seen = new bool[Window];
    private ulong _first;
    private ulong _newest;
    private TimeSpan _risenAt;
    private SequenceCounts _counts;

    public SequenceKey Key => key;

    public SequenceCounts Counts
    {
        get
        {
            lock (_gate) return _counts with { Awaited = Awaited() };
        }
    }

    /// <param name="number">0 is none: releases before 6.0 write it.</param>
    /// <param name="now">Monotonic.</param>
    public void Note(ulong number, TimeSpan now)
    {
        if (number == 0) return;
        lock (_gate)
        {
            _counts = _counts with { Received = _counts.Received + 1 };
            if (_newest == 0) Begin(number, now);
            else if (number > _newest) Rise(number, now);
            else Fall(number, now);
        }
    }

    private int Awaited()
    {
        if (_newest == 0) return 0;
        var awaited = 0;
        var oldest = _newest - Math.Min(_newest - _first, Window - 1);
        for (var number = oldest; number <= _newest; number++)
            if (!_seen[number % Window]) awaited++;
        return awaited;
    }

    private void Begin(ulong number, TimeSpan now)
    {
        Array.Clear(_seen);
        (_first, _newest, _risenAt) = (number, number, now);
        _seen[number % Window] = true;
    }

    private void Restart(ulong number, TimeSpan now)
    {
        _counts = _counts with { Restarted = _counts.Restarted + 1 };
        Begin(number, now);
    }

    private void Rise(ulong number, TimeSpan now)
    {
        if (number - _newest > Leap)
        {
            Restart(number, now);
            return;
        }
        var steps = number - _newest;
        // What leaves the window without having come is missing, and so is what was never in it.
        var missing = steps > Window ? (long)(steps - Window) : 0;
        for (var i = 1ul; i <= Math.Min(steps, Window); i++)
        {
            ref var seen = ref _seen[(_newest + i) % Window];
            if (!seen && _newest + i >= _first + Window) missing++;
            seen = false;
        }
        _seen[number % Window] = true;
        (_newest, _risenAt) = (number, now);
        _counts = _counts with { Missing = _counts.Missing + missing };
    }

    private void Fall(ulong number, TimeSpan now)
    {
        if (_newest - number > Leap || now - _risenAt > s_restartAfter) Restart(number, now);
        // Older than what was heard first: nobody knows.
        else if (number < _first) return;
        else if (_newest - number >= Window || _seen[number % Window])
            _counts = _counts with { Repeated = _counts.Repeated + 1 };
        else _seen[number % Window] = true;
    }
}

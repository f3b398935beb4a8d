using Assist.Syslog;

namespace Assist.Flows;

/// <summary>A verdict on its way to the table: when its message came, and over what.</summary>
public readonly record struct PostedVerdict(Verdict Verdict, Transport Transport, TimeSpan ReceivedAt);

/// <summary>What reaches the loop that owns the flow table: verdicts in a bounded ring, and rare requests beside it. A
/// plain lock and a dedicated reader, because a pool thread would spin a core away between messages.</summary>
public sealed class VerdictInbox : IDisposable
{
    /// <summary>Verdicts that may wait: about a second of an attack's distinct verdicts, in some 2 MB.</summary>
    public const int Capacity = 16_384;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly PostedVerdict[] _ring = new PostedVerdict[Capacity];
    private readonly Queue<Action> _requests = new();
    private int _head;
    private int _count;

    public int Length
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>False where the inbox is full: the caller counts the message as shed.</summary>
    public bool TryPost(in PostedVerdict verdict)
    {
        lock (_gate)
        {
            if (_count == Capacity) return false;
            _ring[(_head + _count++) % Capacity] = verdict;
            if (_count > 1) return true;
        }
        _arrived.Set();
        return true;
    }

    /// <summary>Runs an action on the owner's thread: an answer of the switch, an operator's request.</summary>
    public void Post(Action request)
    {
        lock (_gate) _requests.Enqueue(request);
        _arrived.Set();
    }

    /// <summary>Waits until something arrives or the time has passed.</summary>
    public void Wait(TimeSpan atMost)
    {
        lock (_gate)
            if (_count > 0 || _requests.Count > 0) return;
        _arrived.WaitOne(atMost);
    }

    /// <summary>Takes what is there, requests first: they are few, and some of them stop us.</summary>
    public int Take(Span<PostedVerdict> verdicts, List<Action> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        lock (_gate)
        {
            while (_requests.TryDequeue(out var request)) requests.Add(request);
            var taken = Math.Min(_count, verdicts.Length);
            for (var i = 0; i < taken; i++) verdicts[i] = _ring[(_head + i) % Capacity];
            _head = (_head + taken) % Capacity;
            _count -= taken;
            return taken;
        }
    }

    public void Dispose() => _arrived.Dispose();
}

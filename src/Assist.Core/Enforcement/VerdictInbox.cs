using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Enforcement;

/// <summary>A verdict on its way to the table: when its message came, and over what.</summary>
/// <param name="Otherwise">Null asks for the flow. For a log that only takes a bypass back: what its message becomes where
/// there is none.</param>
public readonly record struct PostedVerdict(
    Verdict Verdict, Transport Transport, TimeSpan ReceivedAt, Outcome? Otherwise = null)
{
    internal bool AsksForBypass => Otherwise is null && Verdict.Flow.Action == FlowAction.Bypass;
}

/// <summary>What reaches the loop that owns the flow table: verdicts in two bounded rings, drops and the rest, and rare
/// requests beside them. A plain lock and a dedicated reader, because a pool thread would spin a core away between
/// messages.</summary>
public sealed class VerdictInbox : IDisposable
{
    /// <summary>Drops, and as many others, that may wait: under a second of an attack's distinct verdicts.</summary>
    public const int Capacity = 8192;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly Ring _drops = new();
    private readonly Ring _others = new();
    private readonly Queue<Action> _requests = new();

    public int Length
    {
        get
        {
            lock (_gate) return _drops.Count + _others.Count;
        }
    }

    /// <summary>Bypasses in the table and on their way to it.</summary>
    public BypassedAddresses Bypassed { get; } = new();

    /// <summary>False where the ring is full: the caller counts the message as shed.</summary>
    public bool TryPost(in PostedVerdict verdict)
    {
        lock (_gate)
        {
            var wasEmpty = _drops.Count + _others.Count == 0;
            var ring = verdict.Verdict.Flow.Action == FlowAction.Drop ? _drops : _others;
            if (!ring.TryAdd(verdict)) return false;
            if (verdict.AsksForBypass) Bypassed.Add(verdict.Verdict.Flow.Match);
            if (!wasEmpty) return true;
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
            if (_drops.Count + _others.Count > 0 || _requests.Count > 0) return;
        _arrived.WaitOne(atMost);
    }

    /// <summary>The table has what it wants of a verdict that was taken.</summary>
    public void Settle(in PostedVerdict verdict)
    {
        if (verdict.AsksForBypass) Bypassed.Remove(verdict.Verdict.Flow.Match);
    }

    /// <summary>Takes what is there: requests first, which are few and some of which stop us, then drops. Each verdict is to be
    /// given to <see cref="Settle"/>.</summary>
    public int Take(Span<PostedVerdict> verdicts, List<Action> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        lock (_gate)
        {
            while (_requests.TryDequeue(out var request)) requests.Add(request);
            var drops = _drops.Take(verdicts);
            return drops + _others.Take(verdicts[drops..]);
        }
    }

    public void Dispose() => _arrived.Dispose();

    // In pieces that come as they are needed and go when they are empty: of verdicts that wait there are a handful at rest,
    // and megabytes in an attack.
    private sealed class Ring
    {
        private const int PieceLength = 128;

        private readonly Queue<PostedVerdict[]> _pieces = new();
        private PostedVerdict[] _last = [];
        private int _head;
        private int _end;

        public int Count { get; private set; }

        public bool TryAdd(in PostedVerdict verdict)
        {
            if (Count == Capacity) return false;
            if (_end == _last.Length) AddPiece();
            _last[_end++] = verdict;
            Count++;
            return true;
        }

        public int Take(Span<PostedVerdict> into)
        {
            var taken = Math.Min(Count, into.Length);
            for (var i = 0; i < taken; i++) into[i] = TakeOne();
            return taken;
        }

        private PostedVerdict TakeOne()
        {
            var first = _pieces.Peek();
            var verdict = first[_head++];
            Count--;
            if (Count == 0) (_head, _end) = (0, 0);   // the piece at hand once more
            else if (_head == PieceLength) DropFirst();
            return verdict;
        }

        private void AddPiece()
        {
            _pieces.Enqueue(_last = new PostedVerdict[PieceLength]);
            _end = 0;
        }

        private void DropFirst()
        {
            _pieces.Dequeue();
            _head = 0;
        }
    }
}

using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>What reaches the loop that owns the flow table: requests in four bounded rings, bypasses to be taken
/// back, threats, denials and the rest, and rare orders beside them. A plain lock and a dedicated reader, because a
/// pool thread would spin a core away between messages.</summary>
public sealed class VerdictInbox : IDisposable
{
    /// <summary>Requests that may wait in each ring: under a second of an attack's distinct verdicts.</summary>
    public const int Capacity = 8192;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);

    // In the order in which they are served. Taking back is no new risk, so nothing stands before it.
    private readonly Ring[] _rings = [new(), new(), new(), new()];
    private readonly Queue<Action> _orders = new();
    private AddressMarks? _overflow;
    private bool _isAwaited;
    private volatile int _generation;

    public int Length
    {
        get
        {
            lock (_gate) return Waiting;
        }
    }

    /// <summary>Neither a request nor an order waits.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return Waiting == 0 && _orders.Count == 0;
        }
    }

    /// <summary>Bypasses in the table and on their way to it.</summary>
    public BypassedAddresses Bypassed { get; } = new();

    /// <summary>Moves when flows have left the table or verdicts were refused for a while: whoever remembers repeats
    /// must forget them then. Written by the loop, read by the receiving threads.</summary>
    public int Generation
    {
        get => _generation;
        set => _generation = value;
    }

    /// <summary>True where a request for such a flow would probably be refused; asked without the lock, so that in an
    /// overload a request that is not taken is not prepared either.</summary>
    public bool IsFull(FlowClass kind) => _rings[RingOf(kind)].Count == Capacity;

    /// <summary>False where the ring is full: the caller counts the message. A flow is shed then. A bypass that is to
    /// be taken back never is: all bypasses of its addresses go with it.</summary>
    public bool TryPost(in FlowRequest request)
    {
        bool wakes;
        lock (_gate)
        {
            var isTakeBack = request.Kind == RequestKind.TakeBack;
            if (!_rings[isTakeBack ? 0 : RingOf(request.Verdict.Class)].TryAdd(request))
            {
                if (isTakeBack) (_overflow ??= new AddressMarks()).Add(request.Verdict.Flow.Match);
                return false;
            }
            if (request.AsksForBypass) Bypassed.Add(request.Verdict.Flow.Match);
            wakes = TakeAwaited();
        }
        if (wakes) _arrived.Set();
        return true;
    }

    /// <summary>Runs an action on the owner's thread: an answer of the switch, an operator's request.</summary>
    public void Post(Action order)
    {
        bool wakes;
        lock (_gate)
        {
            _orders.Enqueue(order);
            wakes = TakeAwaited();
        }
        if (wakes) _arrived.Set();
    }

    /// <summary>Waits until something arrives or the time has passed.</summary>
    public void Wait(TimeSpan atMost)
    {
        lock (_gate)
        {
            if (Waiting > 0 || _orders.Count > 0) return;
            _isAwaited = true;
        }
        _arrived.WaitOne(atMost);
    }

    /// <summary>The table has done what it can for a request that was taken; whoever waits for the answer gets
    /// it.</summary>
    public void Settle(in FlowRequest request, Outcome outcome)
    {
        if (request.AsksForBypass) Bypassed.Remove(request.Verdict.Flow.Match);
        request.Answered?.Invoke(outcome);
    }

    /// <summary>The addresses of which every bypass is to be taken back, because their requests found no room; null
    /// where all found some.</summary>
    public AddressMarks? TakeOverflow()
    {
        lock (_gate)
        {
            var overflow = _overflow;
            _overflow = null;
            return overflow;
        }
    }

    /// <summary>Takes what is there: orders first, which are few and some of which stop us, then the rings in their
    /// order. Each request is to be given to <see cref="Settle"/>.</summary>
    public int Take(Span<FlowRequest> requests, List<Action> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        lock (_gate)
        {
            while (_orders.TryDequeue(out var order)) orders.Add(order);
            var taken = 0;
            foreach (var ring in _rings) taken += ring.Take(requests[taken..]);
            return taken;
        }
    }

    public void Dispose() => _arrived.Dispose();

    private int Waiting => _rings[0].Count + _rings[1].Count + _rings[2].Count + _rings[3].Count;

    // Under the lock. To wake somebody is a call to the kernel, and most requests find the loop at work.
    private bool TakeAwaited()
    {
        var wasAwaited = _isAwaited;
        _isAwaited = false;
        return wasAwaited;
    }

    private static int RingOf(FlowClass kind) => 1 + kind.Place();

    // In pieces that come as they are needed and go when they are empty: a handful of requests wait at rest, and
    // megabytes of them in an attack.
    private sealed class Ring
    {
        private const int PieceLength = 128;

        private readonly Queue<FlowRequest[]> _pieces = new();
        private FlowRequest[] _last = [];
        private int _head;
        private int _end;

        public int Count { get; private set; }

        public bool TryAdd(in FlowRequest request)
        {
            if (Count == Capacity) return false;
            if (_end == _last.Length) AddPiece();
            _last[_end++] = request;
            Count++;
            return true;
        }

        public int Take(Span<FlowRequest> into)
        {
            var taken = Math.Min(Count, into.Length);
            for (var i = 0; i < taken; i++) into[i] = TakeOne();
            return taken;
        }

        private FlowRequest TakeOne()
        {
            var first = _pieces.Peek();
            var request = first[_head];
            // Not kept: what it came from would live until the piece is written again.
            first[_head++] = default;
            Count--;
            if (Count == 0) (_head, _end) = (0, 0);   // the piece at hand once more
            else if (_head == PieceLength) DropFirst();
            return request;
        }

        private void AddPiece()
        {
            _pieces.Enqueue(_last = new FlowRequest[PieceLength]);
            _end = 0;
        }

        private void DropFirst()
        {
            _pieces.Dequeue();
            _head = 0;
        }
    }
}

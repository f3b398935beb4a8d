namespace Assist.Syslog;

/// <summary>Lets a second thread handle datagrams while the first receives the next, but only while a socket holds more than
/// one receive takes: to wake another thread costs more than to handle a message. Batches are handled one after the other, in
/// the order in which they were received.</summary>
/// <param name="handle">Handles the first so many datagrams of a batch; never called by both threads at once.</param>
/// <param name="start">Starts the second thread, when it is first needed.</param>
internal sealed class BatchRelay(Action<DatagramBatch, int, TimeSpan> handle, Func<Action, Thread> start)
{
    private const int Capacity = 8;

    // Woken for so many at once, the other thread costs little to wake.
    private const int Together = 4;

    private readonly object _gate = new();
    private readonly Entry[] _entries = [.. Enumerable.Range(0, Capacity).Select(_ => new Entry())];
    private Thread? _second;

    // Batches that were handed over, the one in hand included, and the place of the first of them.
    private int _waiting;
    private int _first;
    private bool _isDue;
    private volatile bool _isEnding;
    private bool _hasEnded;

    /// <summary>Batches lie there that nobody handles yet: do not wait for the next datagram before
    /// <see cref="Flush"/>. For the receiving thread.</summary>
    public bool HoldsBack { get; private set; }

    public bool IsEnding => _isEnding;

    /// <summary>Where to receive into; waits while all are full. Null after the second thread's unexpected end.</summary>
    public DatagramBatch? Next()
    {
        lock (_gate)
        {
            if (_waiting == Capacity)
                while (_waiting > Capacity - Together && !_hasEnded) Monitor.Wait(_gate);
            return _hasEnded ? null : Last.Batch;
        }
    }

    /// <summary>Takes what was received into <see cref="Next"/>.</summary>
    public void Take(int count, TimeSpan now)
    {
        if (count == 0) return;
        lock (_gate)
        {
            var isFull = count == DatagramBatch.Capacity;
            if (isFull || _waiting > 0)
            {
                (Last.Count, Last.ReceivedAt) = (count, now);
                _waiting++;
                HoldsBack = true;
                if (!isFull || _waiting >= Together) Wake();
                return;
            }
        }
        // The other thread has nothing in hand, and nobody but us gives it anything.
        handle(Last.Batch, count, now);
    }

    /// <summary>Has everything handled that was taken.</summary>
    public void Flush()
    {
        lock (_gate) Wake();
    }

    /// <summary>Ends the second thread and waits for it.</summary>
    /// <param name="abandon">After the batch in hand; else after the last.</param>
    public void End(bool abandon)
    {
        lock (_gate)
        {
            if (abandon) _waiting = Math.Min(_waiting, 1);
            _isEnding = true;
            Wake();
        }
        _second?.Join();
    }

    private Entry Last => _entries[(_first + _waiting) % Capacity];

    private void Wake()
    {
        HoldsBack = false;
        if (_waiting > 0) _second ??= start(Run);
        _isDue = true;
        Monitor.PulseAll(_gate);
    }

    private void Run()
    {
        try
        {
            while (First() is { } entry)
            {
                handle(entry.Batch, entry.Count, entry.ReceivedAt);
                Release();
            }
        }
        finally
        {
            lock (_gate)
            {
                _hasEnded = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    // Waits until several are there, or there will be no more soon.
    private Entry? First()
    {
        lock (_gate)
        {
            while (_waiting == 0 || !_isDue)
            {
                if (_isEnding && _waiting == 0) return null;
                Monitor.Wait(_gate);
            }
            return _entries[_first];
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _first = (_first + 1) % Capacity;
            _waiting--;
            if (_waiting == 0) _isDue = false;
            if (_waiting == Capacity - Together) Monitor.PulseAll(_gate);
        }
    }

    private sealed class Entry
    {
        // Where no flood comes there is one.
        public DatagramBatch Batch => field ??= new DatagramBatch();
        public int Count { get; set; }
        public TimeSpan ReceivedAt { get; set; }
    }
}

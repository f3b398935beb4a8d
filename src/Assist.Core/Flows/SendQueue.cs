namespace Assist.Flows;

/// <summary>Flows that wait to be sent, threats first and then denials, and those that were sent and have not been read
/// back.</summary>
internal sealed class SendQueue(FlowSet flows, FlowBudget budget)
{
    // What the target has not programmed by then may be what a quick read never shows.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<FlowRecord> _pending = [];

    // In the order in which they are sent.
    private readonly Queue<FlowRecord>[] _queues =
        [.. Enumerable.Range(0, FlowClassOrder.Places).Select(_ => new Queue<FlowRecord>())];

    public bool IsEmpty => Array.TrueForAll(_queues, queue => queue.Count == 0);

    /// <summary>Flows that wait.</summary>
    public int Waiting => flows.All.Count(record => record.State == FlowState.Requested);

    /// <summary>Flows that were sent and have not been read back.</summary>
    public IReadOnlyCollection<FlowRecord> Pending => _pending;

    /// <summary>Keys of their entries.</summary>
    public IReadOnlySet<string> PendingKeys() => _pending.SelectMany(record => record.Entries)
        .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>True where the target should have programmed something by now.</summary>
    public bool IsLate(TimeSpan now) => _pending.Any(record => now - record.SentAt > s_patience);

    /// <summary>Appends a flow that waits.</summary>
    public void Add(FlowRecord record)
    {
        _pending.Remove(record);
        var queue = _queues[record.Class.Place()];
        // While the switch is away flows come and go without leaving the queue.
        if (queue.Count > 2 * budget.Capacity) Compact(queue);
        queue.Enqueue(record);
    }

    /// <summary>The next flow that still waits, or null.</summary>
    public FlowRecord? Take()
    {
        foreach (var queue in _queues)
            while (queue.TryDequeue(out var record))
                if (IsWaiting(record)) return record;
        return null;
    }

    public void Sent(FlowRecord record) => _pending.Add(record);

    /// <summary>The flow was read back, or nothing is awaited of it any more.</summary>
    public void Settle(FlowRecord record) => _pending.Remove(record);

    /// <summary>These were not sent: they wait ahead of what has come since.</summary>
    public void PutBack(IReadOnlyCollection<FlowRecord> records)
    {
        foreach (var record in records) _pending.Remove(record);
        for (var place = 0; place < _queues.Length; place++)
        {
            var own = place;
            _queues[own] = new Queue<FlowRecord>(
                records.Where(record => record.Class.Place() == own).Concat(_queues[own]));
        }
    }

    private void Compact(Queue<FlowRecord> queue)
    {
        for (var left = queue.Count; left > 0; left--)
            if (queue.Dequeue() is var waiting && IsWaiting(waiting)) queue.Enqueue(waiting);
    }

    private bool IsWaiting(FlowRecord record) => record.State == FlowState.Requested && flows.IsCurrent(record);
}

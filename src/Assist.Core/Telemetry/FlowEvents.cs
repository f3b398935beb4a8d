using Assist.Flows;

namespace Assist.Telemetry;

public enum FlowEventKind
{
    /// <summary>A verdict asked for a flow that was not in the table.</summary>
    Requested,

    /// <summary>A reading has shown that the switch holds it.</summary>
    Programmed,

    /// <summary>The switch did not program it; it is withdrawn.</summary>
    Rejected,

    /// <summary>It was missing on the switch before its time and waits to be installed again.</summary>
    Repaired,
    Ended,

    /// <summary>Entries with our names that no flow owns are removed.</summary>
    Purged,
    TableShort,
    TableHasRoom,
    TargetLost,
    TargetBack,

    /// <summary>The switch, which could be read all the time, takes changes again.</summary>
    ChangesTaken,
    StaticsMissing,
    StaticsBack,

    /// <summary>The switch lists flows in words that nobody understands, and they count as present.</summary>
    StateUnknown,
    StateKnown,

    /// <summary>An earlier run had installed it, and it is taken over.</summary>
    Adopted,

    /// <summary>Somebody has given the daemon an order.</summary>
    Ordered,

    /// <summary>The order could not be carried out.</summary>
    OrderFailed,

    /// <summary>The health checks have found a problem; the log has a line of its own for it.</summary>
    ProblemBegan,
    ProblemOver,
}

/// <summary>An order to the daemon.</summary>
/// <param name="Command">As it would be typed.</param>
/// <param name="User">The user that gave it.</param>
/// <param name="Login">Who that user logged in as, where it is another one.</param>
/// <param name="Words">The operator's own reason.</param>
public sealed record OperatorOrder(string Command, string User, string? Login = null, string? Words = null)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"`assist {Command}` by {(Login is null ? User : $"{Login} as {User}")}"
        + (Words is null ? "" : $" ({Words})");
}

/// <summary>One fact about the flow table. What a kind has no use for is empty.</summary>
/// <param name="At">Monotonic, on the clock of the table's loop.</param>
public sealed record FlowEvent(FlowEventKind Kind, TimeSpan At)
{
    /// <summary>Name of the flow or of its entry; of several, separated by commas.</summary>
    public string Flow { get; init; } = "";
    public string Rule { get; init; } = "";
    public string Reason { get; init; } = "";

    /// <summary>Flows or entries meant where they have no event each; else 0.</summary>
    public int Count { get; init; }
    public int Limit { get; init; }

    /// <summary>Null for what no message asked for.</summary>
    public Origin? Origin { get; init; }

    /// <summary>What the flow is; null where the event is not of one flow.</summary>
    public FlowIdentity? Identity { get; init; }

    /// <summary>Another event sums it up, for readers who need not know of each flow.</summary>
    public bool IsDetail { get; init; }

    /// <summary>Of an order; else null.</summary>
    public OperatorOrder? Order { get; init; }

    /// <summary>Which kind of problem.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What a flow that ended has counted up to the last reading; null of all others.</summary>
    public FlowTraffic? Traffic { get; init; }

    /// <summary>From its first verdict to its end; null where nobody knows, and of all others.</summary>
    public TimeSpan? Lasted { get; init; }
}

/// <summary>The facts that the loop of the flow table tells, for whoever wants to know: log, audit, pages, other
/// systems. Bounded: a reader that is too slow loses the oldest and is told how many. The loop never waits for a
/// reader.</summary>
public sealed class FlowEvents
{
    /// <summary>A whole table that is lost at once, twice over.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly FlowEvent[] _last = new FlowEvent[Capacity];
    private long _next;
    private TaskCompletionSource? _awaited;

    /// <summary>The cursor of the event that comes next.</summary>
    public long Next
    {
        get
        {
            lock (_gate) return _next;
        }
    }

    public void Publish(FlowEvent fact)
    {
        TaskCompletionSource? awaited;
        lock (_gate)
        {
            _last[_next++ % Capacity] = fact;
            (awaited, _awaited) = (_awaited, null);
        }
        awaited?.TrySetResult();
    }

    /// <summary>The events from the cursor on, oldest first, at most <paramref name="most"/>; moves the cursor behind
    /// them.</summary>
    /// <param name="lost">Events before them that were overwritten unread.</param>
    public IReadOnlyList<FlowEvent> Read(ref long cursor, int most, out long lost)
    {
        lock (_gate)
        {
            var first = Math.Max(cursor, _next - Capacity);
            lost = first - cursor;
            var read = new FlowEvent[(int)Math.Min(most, _next - first)];
            for (var i = 0; i < read.Length; i++) read[i] = _last[(first + i) % Capacity];
            cursor = first + read.Length;
            return read;
        }
    }

    /// <summary>Ends when there is an event at or behind the cursor.</summary>
    public Task ArrivedAsync(long cursor, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_next > cursor) return Task.CompletedTask;
            _awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _awaited.Task.WaitAsync(cancellation);
        }
    }
}

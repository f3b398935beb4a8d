using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>What one turn of the loop takes from the inbox.</summary>
internal sealed class LoopTurn
{
    private const int Batch = 256;

    private readonly FlowRequest[] _batch = new FlowRequest[Batch];
    private readonly List<Action> _orders = [];
    private int _taken;
    private long _at;

    public ReadOnlySpan<FlowRequest> Requests => _batch.AsSpan(0, _taken);

    /// <summary>When the turn began; monotonic. Read by any thread.</summary>
    public TimeSpan At
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _at));
        set => Interlocked.Exchange(ref _at, value.Ticks);
    }

    /// <summary>See <see cref="VerdictInbox.TakeOverflow"/>.</summary>
    public AddressMarks? Overflow { get; private set; }

    public void Take(VerdictInbox inbox)
    {
        Overflow = inbox.TakeOverflow();
        _taken = inbox.Take(_batch, _orders);
    }

    /// <summary>False where there were none.</summary>
    public bool RunOrders()
    {
        foreach (var order in _orders) order();
        var hadOrders = _orders.Count > 0;
        _orders.Clear();
        return hadOrders;
    }
}

/// <summary>Whether the loop acts. Written by the loop, or before it runs; read by any thread.</summary>
internal sealed class PauseState
{
    // As long as a removal is doubted: what no reading has shown in that time, none will.
    private static readonly TimeSpan s_longestClearing = TimeSpan.FromMinutes(10);

    private enum Acting { Yes, Paused, Clearing, Unproven }

    private volatile Acting _acting;
    private TimeSpan? _partialSince;

    public bool IsPaused => _acting != Acting.Yes;

    /// <summary>True until a whole reading has shown what there is to take back, or it is plain that none
    /// will.</summary>
    public bool IsClearing => _acting == Acting.Clearing;

    /// <summary>True where all that readings showed was taken back, and none has shown the whole table.</summary>
    public bool IsUnproven => _acting == Acting.Unproven;

    /// <summary>What a reading shows is to be taken back.</summary>
    public bool TakesAllBack => IsClearing || IsUnproven;

    /// <summary>How often acting has begun again: what receiving threads remember of before is void.</summary>
    public int Resumptions { get; private set; }

    public void Pause()
    {
        if (_acting == Acting.Yes) _acting = Acting.Paused;
    }

    public void PauseAndClear() => (_acting, _partialSince) = (Acting.Clearing, null);

    /// <summary>Takes in that a reading was acted on.</summary>
    /// <param name="isLeft">Removals have not been confirmed.</param>
    public void Cleared(bool isWhole, bool isLeft, TimeSpan now)
    {
        _partialSince ??= now;
        if (isWhole) _acting = Acting.Paused;
        else if (!isLeft && now - _partialSince >= s_longestClearing) _acting = Acting.Unproven;
    }

    public void Resume()
    {
        if (!IsPaused) return;
        _acting = Acting.Yes;
        Resumptions++;
    }
}

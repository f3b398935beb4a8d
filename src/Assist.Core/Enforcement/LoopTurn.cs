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
    private enum Acting { Yes, Paused, Clearing }

    private volatile Acting _acting;

    public bool IsPaused => _acting != Acting.Yes;

    public bool IsClearing => _acting == Acting.Clearing;

    /// <summary>How often acting has begun again: what receiving threads remember of before is void.</summary>
    public int Resumptions { get; private set; }

    public void Pause()
    {
        if (_acting == Acting.Yes) _acting = Acting.Paused;
    }

    public void PauseAndClear() => _acting = Acting.Clearing;

    public void Cleared() => _acting = Acting.Paused;

    public void Resume()
    {
        if (!IsPaused) return;
        _acting = Acting.Yes;
        Resumptions++;
    }
}

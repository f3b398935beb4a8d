using Assist.Flows;
using Assist.Outputs;
using Assist.Telemetry;

namespace Assist.Enforcement;

/// <summary>The loop that owns the flow table. Requests for flows, answers of the switch, ticks and operators' orders
/// reach it as messages; it never waits for the switch, a disk or a reader. Calls to the switch run beside it, one at a
/// time.</summary>
public sealed class FlowController : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly FlowTable _table;
    private readonly TargetLink _link;
    private readonly VerdictInbox _inbox;
    private readonly RequestTaker _requests;
    private readonly TargetSync _sync;
    private readonly TimeProvider _time;
    private readonly TableReports _reports;
    private readonly ViewPublisher _views;
    private readonly PauseState _pause = new();
    private readonly LoopTurn _turn = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Touched only by the loop.
    private TimeSpan _tickDue;
    private bool _isStopping;

    public FlowController(
        FlowTable table, IFlowTarget target, VerdictInbox inbox, TableOptions options, Counters counters,
        TimeProvider time, FlowEvents events)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(target);
        Capabilities = target.Planner.Capabilities;
        _table = table;
        _link = new TargetLink(target, inbox.Post);
        _inbox = inbox;
        _time = time;
        _reports = new TableReports(events, target.Planner);
        _sync = new TargetSync(table, _link, new ReadBack(options.ReconcileInterval), _reports, _pause, () => Now);
        _views = new ViewPublisher(table);
        _requests = new RequestTaker(table, inbox, counters, _pause, _views);
        _turn.At = Now;
    }

    /// <summary>What the target can do.</summary>
    public TargetCapabilities Capabilities { get; }

    /// <summary>Monotonic time on this controller's clock.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0, _time.GetTimestamp());

    /// <summary>The table as it was a moment ago, at most a second while the loop turns. For any thread.</summary>
    public TableView View => _views.Last;

    /// <summary>When the loop last began a turn, at most a second apart while it lives; monotonic. For any thread, such
    /// as one that feeds a watchdog.</summary>
    public TimeSpan LastTurn => _turn.At;

    /// <summary>From a message to its flow being read back as programmed.</summary>
    public Histogram Reaction => _reports.Reaction;

    /// <summary>Why the switch cannot be worked with now; null while it can. For any thread.</summary>
    public string? TargetFault => _link.Fault;

    /// <summary>What the last whole reading said of the static flows. For any thread.</summary>
    public StaticFaults Statics => _reports.Statics;

    /// <summary>Flows that the last whole reading described in words that nobody understands; null where there are
    /// none. For any thread.</summary>
    public UnknownState? StateUnknown => _reports.StateUnknown;

    /// <summary>Compares the static flows of a reading with those that the switch is to have.</summary>
    public Func<InstalledFlows, StaticFaults> JudgeStatics
    {
        init => _sync.JudgeStatics = value;
    }

    /// <summary>True for those who call <see cref="Work"/>: the target is called on the same thread, and no view is
    /// published.</summary>
    internal bool IsMovedByHand
    {
        get => _link.CallsAtOnce;
        init => _link.CallsAtOnce = value;
    }

    /// <summary>While true nothing is installed: verdicts are counted as paused, and flows end by their timeouts. For
    /// any thread.</summary>
    public bool IsPaused => _pause.IsPaused;

    /// <summary>True until a whole reading has shown what there is to take back, for ten minutes at the least and until
    /// every removal is confirmed. For any thread.</summary>
    public bool IsClearing => _pause.IsClearing;

    /// <summary>True where no reading was whole in that time: all that was shown is taken back. For any
    /// thread.</summary>
    public bool IsClearingUnproven => _pause.IsUnproven;

    /// <summary>Runs on the calling thread until <see cref="RequestStop"/>; changes that are in flight are waited for,
    /// but no longer than <paramref name="grace"/>.</summary>
    /// <param name="removesAll">True takes every flow back at the end, where nobody else would end them.</param>
    public void Run(TimeSpan grace, bool removesAll = false)
    {
        try
        {
            while (!_isStopping) Turn();
            Drain(grace, removesAll);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    public void RequestStop() => _inbox.Post(() => _isStopping = true);

    /// <summary>Runs a question or an order on the loop and gives its answer. A view that shows the order's effect is
    /// published before.</summary>
    /// <exception cref="OperationCanceledException">The loop has ended.</exception>
    public async Task<T> AskAsync<T>(Func<FlowTable, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Post(() =>
        {
            try
            {
                var given = question(_table);
                _views.Publish(Now);
                answer.SetResult(given);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
                answer.SetException(e);
            }
        });
        await Task.WhenAny(answer.Task, _ended.Task);
        return answer.Task.IsCompleted
            ? await answer.Task : throw new OperationCanceledException("the daemon is stopping");
    }

    /// <summary>Runs an order on the loop and does not wait for it.</summary>
    public void Order(Action<FlowTable> order) => _inbox.Post(() => order(_table));

    /// <summary>Tells whoever reads the events of an order that somebody gave. For any thread.</summary>
    /// <param name="fault">Why it was not carried out; null for what is only told.</param>
    public void Tell(OperatorOrder order, string? fault = null) => _reports.Ordered(order, fault, Now);

    /// <summary>Reads the switch at the next opportunity.</summary>
    public void RequestRead() => _inbox.Post(_sync.ReadNow);

    /// <summary>Stops installing, and forgets what was asked for and never sent. To be called on the loop, or before it
    /// runs.</summary>
    public void Pause()
    {
        _pause.Pause();
        _sync.RemoveUnsent();
    }

    /// <summary>Stops installing and takes every flow back, also those that only the next reading of the switch will
    /// show. To be called on the loop, or before it runs.</summary>
    public void PauseAndClear()
    {
        _pause.PauseAndClear();
        _sync.TakeAllBack();
    }

    /// <summary>Acts again; receiving threads forget the verdicts that came meanwhile. To be called on the
    /// loop.</summary>
    public void Resume() => _pause.Resume();

    public void Dispose() => _link.Dispose();

    /// <summary>Does all that is due and waits for nothing, for those who move the clock by hand instead of letting it
    /// <see cref="Run"/>.</summary>
    internal void Work()
    {
        do TakeTurn();
        while (!_inbox.IsEmpty);
    }

    private void Turn()
    {
        _inbox.Wait(UntilNextWork(Now));
        TakeTurn();
    }

    private void TakeTurn()
    {
        _turn.Take(_inbox);
        if (_turn.RunOrders()) _views.Touch();
        var now = _turn.At = Now;
        if (_turn.Overflow is { } addresses) _requests.TakeBackAll(addresses, now);
        foreach (ref readonly var request in _turn.Requests) _requests.Take(request);
        if (now >= _tickDue) Tick(now);
        _inbox.Generation = _table.Generation + _pause.Resumptions;
        if (!_isStopping) _sync.StartNext(now);
        Report(now);
    }

    private void Tick(TimeSpan now)
    {
        var generation = _table.Generation;
        _table.Tick(now);
        if (_table.Generation != generation) _views.Touch();
        _tickDue = now + s_tick;
        _reports.Room(_table.Budget, now);
    }

    // The switch is read back sooner than the next tick; what it answers wakes the loop by itself.
    private TimeSpan UntilNextWork(TimeSpan now)
    {
        var due = _views.Due < _sync.Due ? _views.Due : _sync.Due;
        if (due - now >= s_tick) return s_tick;
        // Up to the next whole millisecond, which is what a wait can do.
        return due <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling((due - now).TotalMilliseconds));
    }

    // After the switch was told, where it can be: an operator may wait a moment longer than the traffic.
    private void Report(TimeSpan now)
    {
        foreach (var verdict in _requests.TakeNew()) _reports.Requested(verdict, now);
        _reports.Ended(_table.Ends, now);
        if (!IsMovedByHand) _views.PublishIfDue(now);
    }

    private void Drain(TimeSpan grace, bool removesAll)
    {
        var deadline = Now + grace;
        // What it would show nobody acts on any more.
        _link.CancelReadings();
        ShedRest();
        if (removesAll) _sync.RemoveFlows();
        for (var now = Now; now < deadline; now = Now)
        {
            _sync.SendRemovals(now);
            if (!_link.IsBusy) break;
            _inbox.Wait(deadline - now);
            ShedRest();
        }
        _link.Cancel();
        Report(Now);
    }

    private void ShedRest()
    {
        do
        {
            _turn.Take(_inbox);
            if (_turn.Overflow is { } addresses) _requests.TakeBackAll(addresses, Now);
            foreach (ref readonly var request in _turn.Requests) _requests.Shed(request);
            _turn.RunOrders();
        }
        while (_turn.Requests.Length > 0);
    }
}

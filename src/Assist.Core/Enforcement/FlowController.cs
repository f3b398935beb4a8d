using Assist.Flows;
using Assist.Outputs;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Enforcement;

/// <summary>The loop that owns the flow table. Verdicts, answers of the switch, ticks and operators' requests reach it as
/// messages; it never waits for the switch. A second loop carries one change set or one reading at a time.</summary>
public sealed partial class FlowController : IDisposable
{
    private const int Batch = 256;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);

    // A refused connection costs next to nothing, and a switch that reloads has lost every flow.
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(5);

    private readonly FlowTable _table;
    private readonly IFlowTarget _target;
    private readonly VerdictInbox _inbox;
    private readonly Counters _counters;
    private readonly TableOptions _options;
    private readonly ReadBack _readBack;
    private readonly TimeProvider _time;
    private readonly ILogger<FlowController> _log;
    private readonly FlowRequest[] _batch = new FlowRequest[Batch];
    private readonly List<Verdict> _requested = [];
    private readonly List<Action> _requests = [];
    private readonly CancellationTokenSource _targetCalls = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Touched only by the loop.
    private Task? _inFlight;
    private TimeSpan _retryDelay;
    private TimeSpan _holdUntil;
    private TimeSpan _tickDue;
    private bool _isChangeRefused;
    private bool _wasShort;
    private bool _isStopping;

    public FlowController(
        FlowTable table, IFlowTarget target, VerdictInbox inbox, TableOptions options, Counters counters,
        TimeProvider time, ILogger<FlowController> log)
    {
        _table = table;
        _target = target;
        _inbox = inbox;
        _options = options;
        _readBack = new ReadBack(options.ReconcileInterval);
        _counters = counters;
        _time = time;
        _log = log;
    }

    /// <summary>Monotonic time on this controller's clock.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0, _time.GetTimestamp());

    /// <summary>From a message to its flow being read back as programmed.</summary>
    public Histogram Reaction { get; } = new();

    /// <summary>Why the switch cannot be worked with now; null while it can. Read by status.</summary>
    public string? TargetFault { get; private set; } = "the switch has not been read yet";

    /// <summary>Static flows that the last complete reading did not show.</summary>
    public IReadOnlyList<string> MissingStatics { get; private set; } = [];
    public IReadOnlyList<string> ExpectedStatics { get; init; } = [];

    /// <summary>Runs on the calling thread until <see cref="RequestStop"/>; changes that are in flight are waited for, but
    /// no longer than <paramref name="grace"/>.</summary>
    public void Run(TimeSpan grace)
    {
        try
        {
            Loop();
            Drain(grace);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Loop()
    {
        while (!_isStopping)
        {
            _inbox.Wait(UntilNextWork(Now));
            var taken = _inbox.Take(_batch, _requests);
            foreach (var request in _requests) request();
            _requests.Clear();
            var now = Now;
            for (var i = 0; i < taken; i++) Settle(_batch[i], Offer(_batch[i]));
            if (now >= _tickDue) Tick(now);
            _inbox.Generation = _table.Generation + _resumptions;
            if (_inFlight is null && !_isStopping) StartNext(now);
            ReportRequested();
        }
    }

    public void RequestStop() => _inbox.Post(() => _isStopping = true);

    /// <summary>Runs a question or an order on the loop and gives its answer.</summary>
    /// <exception cref="OperationCanceledException">The loop has ended.</exception>
    public async Task<T> AskAsync<T>(Func<FlowTable, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Post(() =>
        {
            try
            {
                answer.SetResult(question(_table));
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
                answer.SetException(e);
            }
        });
        await Task.WhenAny(answer.Task, _ended.Task);
        return answer.Task.IsCompleted ? await answer.Task : throw new OperationCanceledException("the daemon is stopping");
    }

    /// <summary>Runs an order on the loop and does not wait for it.</summary>
    public void Order(Action<FlowTable> order) => _inbox.Post(() => order(_table));

    /// <summary>Reads the switch at the next opportunity.</summary>
    public void RequestRead() => _inbox.Post(ReadNow);

    public void Dispose() => _targetCalls.Dispose();

    private void Tick(TimeSpan now)
    {
        _table.Tick(now);
        _tickDue = now + s_tick;
        var isShort = _table.Budget.IsShort || _table.Budget.Free == 0;
        if (isShort && !_wasShort) TableShort(_log, _table.Budget.Used + _table.Budget.Others, _table.Budget.Limit);
        if (!isShort && _wasShort) TableHasRoom(_log, _table.Budget.Free);
        _wasShort = isShort;
    }

    // The switch is read back sooner than the next tick; what it answers wakes the loop by itself.
    private TimeSpan UntilNextWork(TimeSpan now)
    {
        if (_inFlight is not null) return s_tick;
        var due = _readBack.Due > _holdUntil ? _readBack.Due : _holdUntil;
        // Up to the next whole millisecond, which is what a wait can do.
        var left = TimeSpan.FromMilliseconds(Math.Ceiling((due - now).TotalMilliseconds));
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < s_tick ? left : s_tick;
    }

    // By the time of the message: the receiving thread's window for repeats then never ends before the table's.
    private Outcome Offer(in FlowRequest request)
    {
        if (request.Kind == RequestKind.TakeBack) return TakeBack(request);
        if (IsPaused) return WhilePaused(request);
        var outcome = _table.Offer(request.Verdict, request.ReceivedAt);
        if (outcome is Outcome.Drop or Outcome.Bypass or Outcome.Redirect) _requested.Add(request.Verdict);
        return outcome;
    }

    private Outcome TakeBack(in FlowRequest request) =>
        _table.Retract(request.Verdict.Flow.Match, request.ReceivedAt) ? Outcome.Retracted : request.IfNothingWasThere;

    // What is no message has its own counters, and its answer.
    private void Settle(in FlowRequest request, Outcome outcome)
    {
        if (request.Origin?.Transport is { } transport) _counters.Count(transport, outcome);
        _inbox.Settle(request, outcome);
    }

    // After the switch was told, where it can be: to write a line takes longer than all that comes before.
    private void ReportRequested()
    {
        foreach (var verdict in _requested)
        {
            var name = _target.Planner.NameOf(verdict.Flow);
            Requested(_log, verdict.Rule, name);
        }
        _requested.Clear();
    }

    private void StartNext(TimeSpan now)
    {
        if (now < _holdUntil) return;
        // Nothing is sent before the first reading: what an earlier run left is adopted, not doubled.
        if (now >= _readBack.Due) _inFlight = _readBack.MayGlance(now, _table.IsInDoubt(now)) ? GlanceAsync() : ReadAsync();
        else if (NextChanges(now) is { } changes) _inFlight = ApplyAsync(changes);
    }

    private ChangeSet? NextChanges(TimeSpan now) => IsPaused ? _table.TakeRemovals() : _table.TakeChanges(now);

    private Task ApplyAsync(ChangeSet set) => Carry(async () =>
    {
        try
        {
            var results = await _target.ApplyAsync([.. set.Changes.Select(planned => planned.Change)], _targetCalls.Token);
            return () => TakeIn(set, results);
        }
        catch (TargetException e)
        {
            return () => Failed(set, e);
        }
    });

    // A fault that nobody foresaw is thrown on the loop, and so ends the process: it must not stop the loop's work in silence.
    private Task Carry(Func<Task<Action>> call) => Task.Run(async () =>
    {
        try
        {
            _inbox.Post(await call());
        }
        catch (OperationCanceledException) when (_targetCalls.IsCancellationRequested)
        {
            _inbox.Post(() => _inFlight = null);
        }
        catch (Exception e)
        {
            _inbox.Post(() => throw new InvalidOperationException("the flow target failed", e));
        }
    });

    private void TakeIn(ChangeSet set, IReadOnlyList<ChangeResult> results)
    {
        _inFlight = null;
        var now = Now;
        _table.Applied(set, results, now);
        if (_isChangeRefused) ChangesTaken(_log);
        ForgetFault();
        // Nothing retried blindly: an unknown outcome is looked at before anything else is sent.
        if (results.Any(result => result.Status == ChangeStatus.Unknown)) _readBack.ReadAllFirst();
        else _readBack.Sent(now, _table.HasChanges, isTaken: results.All(result => result.Status == ChangeStatus.Accepted));
    }

    private void Failed(ChangeSet set, TargetException fault)
    {
        // Nothing retried blindly: unless nothing was sent, the switch is read before anything else.
        if (fault.NothingApplied) _table.NotSent(set);
        else _table.Applied(set, [.. set.Changes.Select(_ => new ChangeResult(ChangeStatus.Unknown, fault.Message))], Now);
        Unreachable(fault.Message);
        _isChangeRefused = true;
    }

    private void ForgetFault() => (TargetFault, _isChangeRefused, _retryDelay) = (null, false, default);

    private void Unreachable(string reason)
    {
        _inFlight = null;
        _retryDelay = _retryDelay == default ? s_firstRetry : _retryDelay * 2 < s_longestRetry ? _retryDelay * 2 : s_longestRetry;
        _holdUntil = Now + _retryDelay;
        _readBack.ReadAllFirst();
        if (TargetFault != reason) TargetLost(_log, reason);
        TargetFault = reason;
    }

    private void Drain(TimeSpan grace)
    {
        var deadline = Now + grace;
        ShedRest();
        // Nobody else would end them.
        if (!_options.SwitchEndsEntries)
            foreach (var record in _table.Flows.ToList()) _table.Remove(record, Now);
        while (Now < deadline)
        {
            // What has been taken back must not be adopted by the next run.
            if (_inFlight is null && Now >= _holdUntil && _table.TakeRemovals() is { } changes) _inFlight = ApplyAsync(changes);
            if (_inFlight is null) break;
            _inbox.Wait(deadline - Now);
            ShedRest();
        }
        _targetCalls.Cancel();
    }

    private void ShedRest()
    {
        int left;
        do
        {
            left = _inbox.Take(_batch, _requests);
            for (var i = 0; i < left; i++) Settle(_batch[i], WhileStopping(_batch[i]));
            foreach (var request in _requests) request();
            _requests.Clear();
        }
        while (left > 0);
    }

    private Outcome WhileStopping(in FlowRequest request)
    {
        if (request.Kind == RequestKind.TakeBack) return TakeBack(request);
        if (request.Verdict.Flow.Action == FlowAction.Drop)
            _table.Retract(request.Verdict.Flow.Match, request.ReceivedAt);
        return Outcome.Shed;
    }
}

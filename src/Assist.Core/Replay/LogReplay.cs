using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Outputs.Recording;
using Assist.Pipeline;
using Assist.Telemetry;
using Assist.Trials;

namespace Assist.Replay;

/// <summary>What a log is replayed against.</summary>
/// <param name="Options">Of the flow table.</param>
/// <param name="Transport">As if the messages had come by it.</param>
public sealed record ReplaySetup(
    DecisionPipeline Pipeline, IFlowPlanner Planner, TableOptions Options, FlowCheck Admits, Transport Transport)
{
    /// <summary>Entries of the switch that are not ours to change, and take room.</summary>
    public IReadOnlyList<TargetEntry> Others { get; init; } = [];

    /// <summary>Null where drops are not escalated.</summary>
    public Escalation? Escalation { get; init; }
}

/// <summary>Runs the lines of a log through the stages of the daemon, with a clock that goes by the lines' own times
/// and a target that only records. Of constant memory; used by one thread.</summary>
/// <param name="utcNow">Of the real clock: no log is later.</param>
public sealed class LogReplay(ReplaySetup setup, DateTime utcNow) : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    // So many lines of one moment at a time: a switch takes changes many times a second.
    private const int Batch = 256;

    private readonly SessionLog _log = new();
    private ReplayedDaemon? _daemon;
    private ParseStatus _status;
    private TimeSpan _tickDue;
    private int _untaken;
    private long _messages;
    private long _withoutTime;
    private long _sessionBytes;
    private long _bypassedBytes;

    /// <summary>UTC, by the logs; null before the first.</summary>
    public DateTime? Now => _daemon?.Clock.Utc;

    public void Take(ReadOnlyMemory<byte> message)
    {
        _messages++;
        _status = setup.Pipeline.Parse(message, _log);
        var time = IsSession ? TimeOf(_log) : null;
        if (IsSession && time is null) _withoutTime++;
        _daemon ??= new ReplayedDaemon(setup, _log, time ?? utcNow);
        if (time is { } at) AdvanceTo(_daemon, at);
        if (IsSession && _log.End != SessionEnd.None) CountBytes(_daemon);
        _daemon.Take(message, _status);
        if (++_untaken == Batch) Work(_daemon);
    }

    /// <summary>What the rules and guards decide on the message that was taken last, while its memory is valid; null
    /// where it has no session.</summary>
    public Decision? Decide() => IsSession && Now is { } now
        ? setup.Pipeline.Decide(_log, now, setup.Pipeline.TrustOf(setup.Transport, isVerified: true)) : null;

    public ReplayResult Finish()
    {
        var daemon = _daemon ??= new ReplayedDaemon(setup, _log, utcNow);
        Work(daemon);
        return new ReplayResult
        {
            Messages = _messages,
            WithoutTime = _withoutTime,
            Start = daemon.Clock.Utc - daemon.Clock.Elapsed,
            End = daemon.Clock.Utc,
            Outcomes = daemon.Counters.Total,
            Limits = daemon.Table.Limits.Refused(),
            Rules = daemon.Ledger.Results(TimeSpan.Zero, daemon.Clock.Elapsed),
            Entries = daemon.Entries,
            TableLimit = daemon.Table.Budget.Limit - daemon.Table.Budget.Others,
            SessionBytes = _sessionBytes,
            BypassedBytes = _bypassedBytes,
        };
    }

    public void Dispose() => _daemon?.Dispose();

    private bool IsSession => _status == ParseStatus.Session;

    // Twice, as the first answer depends on how far the real clock is away: where summer time has begun or ended
    // between, it may be an hour off.
    private DateTime? TimeOf(SessionLog log)
    {
        var near = setup.Pipeline.TimeOf(log, Now ?? utcNow);
        return near is { } first ? setup.Pipeline.TimeOf(log, first) : null;
    }

    // A log that says it is of the future does not take the clock along: all that follow would be old.
    private void AdvanceTo(ReplayedDaemon daemon, DateTime time)
    {
        if (time > utcNow + s_tick) return;
        var at = daemon.Clock.At(time);
        if (at <= daemon.Clock.Elapsed) return;
        Work(daemon);
        while (_tickDue <= at)
        {
            daemon.Clock.Elapsed = _tickDue;
            daemon.Work();
            _tickDue = daemon.IsIdle ? at + s_tick : _tickDue + s_tick;
        }
        daemon.Clock.Elapsed = at;
    }

    private void Work(ReplayedDaemon daemon)
    {
        daemon.Work();
        _untaken = 0;
    }

    private void CountBytes(ReplayedDaemon daemon)
    {
        if (SessionBytes.Of(_log) is not { } bytes) return;
        _sessionBytes += bytes;
        if (!setup.Pipeline.TryFindBypass(_log, out var bypass) || !daemon.MayBypass(bypass)) return;
        Work(daemon);
        if (daemon.Table.Has(bypass)) _bypassedBytes += bytes;
    }
}

/// <summary>The parts of a daemon, on a clock that is moved by hand.</summary>
internal sealed class ReplayedDaemon : IDisposable
{
    // Nobody else writes to a recorded table, so a reading only forgets what was removed.
    private static readonly TimeSpan s_readInterval = TimeSpan.FromHours(1);

    private readonly VerdictInbox _inbox = new();
    private readonly FlowController _controller;
    private readonly Action<ReadOnlyMemory<byte>, ParseStatus, Arrival> _take;

    /// <param name="log">What each message was read into before it is taken.</param>
    public ReplayedDaemon(ReplaySetup setup, SessionLog log, DateTime start)
    {
        Clock = new ReplayClock(start);
        var target = new RecordingTarget(setup.Planner, null, Clock) { Assumed = setup.Others };
        Table = new FlowTable(setup.Options, target.Planner)
        {
            Admits = setup.Admits,
            Escalation = setup.Escalation,
            Bypassed = _inbox.Bypassed,
        };
        var options = setup.Options with { ReconcileInterval = s_readInterval };
        _controller = new FlowController(Table, target, _inbox, options, Counters, Clock, new FlowEvents())
        {
            IsMovedByHand = true,
        };
        Ledger = new TrialLedger(setup.Planner, hour: TimeSpan.MaxValue);
        var intake = new MessageIntake(setup.Pipeline, _inbox, Counters, Clock) { Trials = Ledger, IsDryRun = true };
        _take = intake.TakerFor(setup.Transport, log);
        // Nothing is sent before the first reading, and no bypass of an earlier run is there.
        _controller.Work();
    }

    public ReplayClock Clock { get; }
    public FlowTable Table { get; }
    public Counters Counters { get; } = new();
    public TrialLedger Ledger { get; }
    public EntrySeries Entries { get; } = new();

    /// <summary>Nothing changes until the next message.</summary>
    public bool IsIdle => Table.Flows.Count == 0 && !Table.HasRemovals;

    public void Take(ReadOnlyMemory<byte> message, ParseStatus status) =>
        _take(message, status, new Arrival(default, IsVerified: true, Clock.Elapsed));

    public bool MayBypass(in FlowIdentity bypass) => _inbox.Bypassed.MayHave(bypass.Match.Source);

    public void Work()
    {
        _controller.Work();
        var budget = Table.Budget;
        Entries.Add(
            new EntrySample(
                budget.Of(FlowClass.Denial), budget.Of(FlowClass.Threat), budget.Of(FlowClass.Bypass),
                budget.Of(FlowClass.Redirect)), Clock.Elapsed);
    }

    public void Dispose()
    {
        _controller.Dispose();
        _inbox.Dispose();
    }
}

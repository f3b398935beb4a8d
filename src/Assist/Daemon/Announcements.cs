using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Gobgp;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;
using Assist.Outputs.Recording;
using Assist.Rules;
using Assist.State;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Everything that announces drops by BGP FlowSpec: a table, a loop and an inbox of its own beside those of
/// the switch, so that neither waits for the other.</summary>
internal sealed class Announcements : IDisposable
{
    private static readonly TimeSpan s_lastWithdrawals = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly FlowSpecOptions _options;
    private readonly RunningConfiguration _running;
    private readonly GobgpEngine _engine;
    private readonly AnnouncementGuard _guard;
    private readonly WithheldCounts _withheld = new();
    private readonly VerdictInbox _inbox = new();
    private readonly FlowKeeper _keeper;
    private readonly AnnouncementLog _log;
    private readonly TimeProvider _time;
    private readonly LeaseGuardProcess? _lease;
    private Thread? _owner;

    public Announcements(
        FlowSpecOptions options, RunningConfiguration running, ProtectedNow protectedNow, ILoggerFactory logs,
        TimeProvider time)
    {
        (_options, _running, _time) = (options, running, time);
        _engine = new GobgpEngine(options.Engine);
        _guard = new AnnouncementGuard(options, protectedNow.Has);
        var target = Target(logs);
        var table = Limits();
        var events = new FlowEvents();
        Controller = new FlowController(
            new FlowTable(table, target.Planner) { Admits = Admits }, target, _inbox, table, new Counters(), time,
            events);
        Route = new AnnouncementRoute(_inbox);
        _log = new AnnouncementLog(events, logs.CreateLogger<AnnouncementLog>());
        _keeper = new FlowKeeper(
            new FlowFile(running.Config.Control.StateDirectory, "announcements.state"), Controller, time,
            logs.CreateLogger<FlowKeeper>());
        // A dry run has announced nothing.
        _lease = running.Config.Eapi.IsReadOnly ? null : new LeaseGuardProcess(
            options, LeaseLock.PathIn(running.Config.Control.StateDirectory), time,
            logs.CreateLogger<LeaseGuardProcess>());
    }

    public FlowController Controller { get; }

    public AnnouncementRoute Route { get; }

    /// <summary>Why the engine is not available now; null while it is.</summary>
    public string? Fault => Controller.TargetFault;

    public IReadOnlyList<EnginePeer> Neighbors => _engine.Peers;

    /// <summary>Why rules would outlive a daemon that dies; null where they would not.</summary>
    public string? LeaseFault => _lease?.Fault;

    /// <summary>Drops that the engine, or the last check, has refused, with the reason.</summary>
    public IReadOnlyList<(string Name, string Reason)> Refused =>
    [
        .. Controller.View.Flows.Where(flow => flow.State == FlowState.Rejected)
            .Select(flow => (RuleText.OfEos(flow.Verdict.Flow.Match), flow.Rejection ?? "")),
    ];

    /// <param name="died">Told if the loop ends by a fault.</param>
    public void Start(Action<Exception> died)
    {
        _keeper.Load(Announcing());
        _owner = new Thread(() => Run(died)) { Name = "announcements", IsBackground = true };
        _owner.Start();
    }

    /// <summary>Runs what goes on beside the loop until it is stopped.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        _log.RunAsync(stopping), _keeper.RunAsync(stopping), RevokeAsync(stopping),
        _lease?.RunAsync(stopping) ?? Task.CompletedTask);

    /// <summary>Leaves what is announced to the next daemon, or to the guard where none comes; takes it back where
    /// there is no guard.</summary>
    public void RequestStop()
    {
        if (LeaseFault is not null) Controller.Order(table => Remove(table, FlowEnd.Revoked, _ => true));
        Controller.RequestStop();
    }

    /// <summary>Waits for the loop to end; to be called after <see cref="RequestStop"/>.</summary>
    public async Task EndAsync()
    {
        if (_owner is { } owner) await Task.Run(() => owner.Join(s_lastWithdrawals + s_look));
        _log.WriteRest();
        _keeper.Write();
        _lease?.Release();
    }

    public FlowSpecStatus Status()
    {
        var flows = Controller.View.Flows;
        return new FlowSpecStatus(
            $"{_options.Engine}", Fault, $"{_options.Mark}", _options.MaxRules,
            Enum.GetValues<FlowState>().ToDictionary(
                Word, state => flows.Count(flow => flow.State == state)),
            _withheld.ByReason(), Route.Shed,
            [
                .. Neighbors.Select(peer => new NeighborStatus(
                    peer.Address, peer.State, peer.CarriesFlowSpec, peer.Advertised)),
            ]);
    }

    public void Dispose()
    {
        _lease?.Dispose();
        Controller.Dispose();
        _inbox.Dispose();
        _engine.Dispose();
    }

    // The engine has it: more is not known of any rule.
    private static string Word(FlowState state) =>
        state == FlowState.Programmed ? "advertised" : StatusView.Word(state);

    private IFlowTarget Target(ILoggerFactory logs)
    {
        var gobgp = new GobgpTarget(_engine, _options, _guard, _time, logs.CreateLogger<GobgpTarget>());
        return _running.Config.Eapi.IsReadOnly ? new RecordingTarget(gobgp.Planner, gobgp, _time) : gobgp;
    }

    // The limits of drops count here as they do on the switch. Ports of a pair never become one rule: it would have no
    // port.
    private TableOptions Limits()
    {
        var config = _running.Config;
        return config.Table with
        {
            Capacity = _options.MaxRules,
            ReservedForDrops = 0,
            SwitchEndsEntries = false,
            Drops = config.Table.Drops with { MergesPorts = false, BypassFloor = 0 },
            Lifetimes = action => config.Decisions.Lifetimes.Of(action).Timeouts,
            LeastActive = null,
            RemovesOneWayBypasses = false,
        };
    }

    private bool Admits(in FlowIdentity flow)
    {
        var why = _guard.Judge(flow);
        _withheld.Count(why);
        return why == Withheld.None;
    }

    private void Run(Action<Exception> died)
    {
        try
        {
            Controller.Run(s_lastWithdrawals);
        }
        catch (Exception e)
        {
            died(e);
        }
    }

    // What is protected, who speaks BGP, and what rules ask for may be another thing now.
    private async Task RevokeAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(s_look, _time, stopping);
            var rules = Announcing().Select(rule => rule.Name).Append(Verdict.UnknownRule).ToHashSet();
            Controller.Order(table => Remove(table, FlowEnd.Revoked, record =>
                !rules.Contains(record.Verdict.Rule) || _guard.Judge(record.Identity) != Withheld.None));
        }
    }

    private int Remove(FlowTable table, FlowEnd why, Predicate<FlowRecord> isMeant)
    {
        var meant = table.Flows.Where(record => isMeant(record)).ToList();
        foreach (var record in meant) table.Remove(record, Controller.Now, why);
        return meant.Count;
    }

    private List<RuleOptions> Announcing() =>
        [.. _running.Config.Decisions.Rules.Where(rule => rule is { Announce: true, Shadow: false })];
}

/// <summary>How often each reason has kept a drop from being announced. Written by the loop, read by any
/// thread.</summary>
internal sealed class WithheldCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<Withheld>().Length];

    public void Count(Withheld why) => Interlocked.Increment(ref _counts[(int)why]);

    public IReadOnlyDictionary<string, long> ByReason() => Enum.GetValues<Withheld>()
        .Where(why => why != Withheld.None)
        .ToDictionary(why => StatusView.Word(why), why => Interlocked.Read(ref _counts[(int)why]));
}

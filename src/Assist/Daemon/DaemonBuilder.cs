using Assist.Audit;
using Assist.Configuration;
using Assist.Enforcement;
using Assist.Events;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Syslog;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.FlowSpec;
using Assist.Outputs.Recording;
using Assist.Pipeline;
using Assist.State;
using Assist.Telemetry;
using Assist.Trials;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Who reads what happens to the flow table: the log, the audit and other systems, each at its own
/// pace.</summary>
/// <param name="Audit">Null where none is kept.</param>
/// <param name="Outward">Null where nobody is told.</param>
internal sealed record FactReaders(FlowEventLog Log, AuditTrail? Audit, EventFeed? Outward);

/// <summary>All stages, wired together.</summary>
internal sealed class DaemonParts : IDisposable
{
    public required RunningConfiguration Running { get; init; }
    public required Counters Counters { get; init; }
    public required VerdictInbox Inbox { get; init; }
    public required MessageIntake Intake { get; init; }
    public required SyslogReceiver Receiver { get; init; }
    public required FlowController Controller { get; init; }
    public required FactReaders Facts { get; init; }
    public required SwitchWatch Switch { get; init; }
    public required PauseControl Pausing { get; init; }
    public required AllowanceControl Allowances { get; init; }
    public required LogLevelControl Logging { get; init; }
    public required TimedOrders Timed { get; init; }

    /// <summary>Keeps what the switch does not say of its flows.</summary>
    public required FlowKeeper Flows { get; init; }

    /// <summary>Null where drops are not escalated.</summary>
    public EscalationKeeper? Escalation { get; init; }

    /// <summary>Null where none is kept.</summary>
    public AuditTrail? Audit => Facts.Audit;

    /// <summary>Null where nobody is told.</summary>
    public EventFeed? Events => Facts.Outward;

    /// <summary>Null where nothing is announced by BGP.</summary>
    public Announcements? Announcements { get; init; }

    public AssistConfig Config => Running.Config;

    /// <summary>Why the switch is not available now; null while it is.</summary>
    public string? SwitchFault => Switch.Fault ?? Controller.TargetFault;

    /// <summary>The guards as this configuration has them; what is allowed and learnt stays as it is.</summary>
    public Admission AdmissionOf(AssistConfig config, TargetCapabilities capabilities) => Stages.Admission(
        config, capabilities.Actions, Allowances.Addresses, Switch.Addresses.Learnt);

    public void Dispose()
    {
        Receiver.Dispose();
        Controller.Dispose();
        Pausing.Dispose();
        Events?.Dispose();
        Inbox.Dispose();
        Announcements?.Dispose();
        Switch.Eapi.Dispose();
    }
}

/// <summary>Wires listeners, decisions, flow table and switch together: the one place that knows them all.</summary>
#pragma warning disable CA1001 // the daemon that it builds owns them
internal sealed class DaemonBuilder(AssistConfig config, ILoggerFactory logs, TimeProvider time)
#pragma warning restore CA1001
{
    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();
    private readonly FlowEvents _events = new();
    private readonly EapiClient _eapi = new(config.Eapi);
    private readonly RunningConfiguration _running = new(config);
    private readonly AllowanceControl _allowances = new(
        new AllowanceFile(config.Control.StateDirectory), time, logs.CreateLogger<AllowanceControl>());
    private readonly Escalation? _escalation = config.Escalation.IsOn ? new Escalation(config.Escalation) : null;

    /// <summary>What of the daemon's own log is not written now, and why.</summary>
    public Func<IEnumerable<string>> LogFaults { get; init; } = () => [];

    /// <summary>Which lines of it are written.</summary>
    public LogLevels LogLevels { get; init; } = new(config.Log.Level);

    /// <exception cref="DaemonException">The switch cannot do what a rule asks for.</exception>
    public AssistDaemon Build()
    {
        var target = Target();
        var planner = target.Planner;
        Stages.RefuseWhatCannotBeDone(config, planner.Capabilities);
        var options = Stages.TableOptions(config, planner.Capabilities);
        var addresses = new AddressLearner(
            _eapi, _running, new LearntFile(config.Control.StateDirectory), time, logs.CreateLogger<AddressLearner>());
        var admission = Stages.Admission(
            config, planner.Capabilities.Actions, _allowances.Addresses, addresses.Learnt);
        var table = new FlowTable(options, planner)
        {
            Admits = admission.MayStay,
            Escalation = _escalation,
            Bypassed = _inbox.Bypassed,
        };
        var announcements = AnnouncementsOf(config.FlowSpec, addresses.Learnt);
        var intake = new MessageIntake(Stages.Pipeline(config, admission), _inbox, _counters, time)
        {
            Trials = new TrialLedger(planner),
            IsDryRun = config.Eapi.IsReadOnly,
            Announcements = announcements?.Route,
        };
        var parts = Wire(Controller(table, target, options), intake, addresses, announcements);
        var reload = new ConfigurationReload(
            parts, planner.Capabilities, time, logs.CreateLogger<ConfigurationReload>());
        var (clock, kernel, authorities) =
            (new ClockCheck(time), KernelCheckOf(), new AuthorityCheck(parts.Running, time));
        var health = HealthOf(parts, reload, clock, kernel, authorities);
        var status = new StatusReporter(parts, reload, health, kernel, authorities,
            new TopTalkers(_events, () => parts.Controller.View, time), time);
        var monitor = new HealthMonitor(
            health, _events, SystemZone.FromEnvironment(), () => FollowZoneAsync(reload, clock), time,
            logs.CreateLogger<HealthMonitor>())
        {
            EndProtection = reload.EndProtectionAsync,
        };
        ControlAnswers? answers = null;
        // Who asks over HTTP gets the same answers as at the control socket, where alone the daemon can be stopped.
        var web = WebEndpoints.Of(parts, status, _events, request => answers!.AnswerAsync(request), time, logs);
        var daemon = new AssistDaemon(
            parts, reload, status, monitor,
            new FlowOrders(parts.Controller, parts.Announcements?.Controller, time), web,
            logs.CreateLogger<AssistDaemon>());
        answers = new ControlAnswers(daemon, () => { }, time);
        return daemon;
    }

    // A dry run knows the switch's own entries, and writes into a table of its own.
    private IFlowTarget Target()
    {
        var onSwitch = SwitchTargets.Target(config, _eapi, time, logs);
        return config.Eapi.IsReadOnly ? new RecordingTarget(onSwitch.Planner, onSwitch, time) : onSwitch;
    }

    // Nothing of it, nor of what it talks BGP's engine with, is loaded where nothing is announced.
    private Announcements? AnnouncementsOf(FlowSpecOptions? options, ChangingAddresses learnt) =>
        options is null ? null : new Announcements(
            options, _running, new ProtectedNow(_running, _allowances.Addresses, learnt), logs, time);

    private KernelCheck KernelCheckOf() => new(
        config.Listeners.Any(listener => listener.Transport is Transport.Udp),
        () => _counters.ReceivedOf(Transport.Udp));

    // In the order in which status tells what they find.
    private Health HealthOf(
        DaemonParts parts, ConfigurationReload reload, ClockCheck clock, KernelCheck kernel,
        AuthorityCheck authorities) => new(parts.Controller,
    [
        new LoopCheck(), new DryRunCheck(config.Eapi), new PauseCheck(parts.Pausing, parts.Controller),
        new AllowanceCheck(parts.Allowances), new LearntCheck(parts.Switch.Addresses),
        new SwitchCheck(parts.Switch, parts.Controller),
        .. (IHealthCheck[])(parts.Announcements is { } announced ? [new AnnouncementCheck(announced)] : []),
        new ListenerCheck(parts.Receiver), authorities,
        new LogCheck(LogFaults), new AuditCheck(parts.Audit), new EventCheck(parts.Events),
        new TableCheck(), new FillingCheck(), new BlastCheck(() => parts.Controller.Now),
        new FlowKeeperCheck(parts.Flows),
        new NotProgrammedCheck(
            () => parts.SwitchFault is not null || parts.Pausing.Current is not null, () => parts.Controller.Now),
        new SenderCheck(_counters, parts.Running, time),
        new SequenceCheck(_counters.Sequences, () => time.GetElapsedTime(0)), clock, kernel,
        new ConfigurationCheck(parts.Running, reload),
    ]);

    private static async Task FollowZoneAsync(ConfigurationReload reload, ClockCheck clock)
    {
        if (await reload.FollowZoneAsync() is { } zone) clock.ZoneChanged(zone);
    }

    private static Func<InstalledFlows, StaticFaults> Statics(Topology topology)
    {
        var wanted = StaticFlows.For(topology);
        return installed => StaticAudit.Judge(wanted, installed);
    }

    private FlowController Controller(FlowTable table, IFlowTarget target, TableOptions options) =>
        new(table, target, _inbox, options, _counters, time, _events)
        {
            JudgeStatics = SwitchTargets.IsTrafficPolicy(config) ? _ => StaticFaults.None : Statics(config.Topology),
        };

    private FactReaders ReadersOf(FlowController controller) => new(
        new FlowEventLog(_events, logs.CreateLogger<FlowEventLog>(), logs.CreateLogger(OperatorLog.Account)),
        config.Log.Audit.File is null ? null : new AuditTrail(
            _events, config.Log.Audit, () => controller.Now, time, logs.CreateLogger<AuditTrail>())
        {
            IsDryRun = config.Eapi.IsReadOnly,
        },
        EventFeed.Of(config, _events, _counters, () => controller.Now, time, logs.CreateLogger<EventOutlet>()));

    private DaemonParts Wire(
        FlowController controller, MessageIntake intake, AddressLearner addresses, Announcements? announcements)
    {
        var pausing = new PauseControl(
            new PauseFile(config.Control.StateDirectory),
            announcements is null ? [controller] : [controller, announcements.Controller], time,
            logs.CreateLogger<PauseControl>());
        var logging = new LogLevelControl(LogLevels, time);
        return new DaemonParts
        {
            Running = _running,
            Counters = _counters,
            Inbox = _inbox,
            Intake = intake,
            Receiver = new SyslogReceiver(
                config.Listeners, config.Syslog, intake.HandlerFor, _counters, logs.CreateLogger<SyslogReceiver>(),
                time),
            Controller = controller,
            Facts = ReadersOf(controller),
            Announcements = announcements,
            Switch = new SwitchWatch(
                _eapi, config.Eapi.WaitAtStart, config.Table.ReconcileInterval, controller, addresses, time,
                logs.CreateLogger<SwitchWatch>())
            {
                Readiness = SwitchTargets.IsTrafficPolicy(config)
                    ? new PolicyReadiness(_eapi, config.Enforcement.Policy) : new DirectFlowReadiness(_eapi),
            },
            Pausing = pausing,
            Allowances = _allowances,
            Logging = logging,
            Timed = new TimedOrders(pausing, _allowances, logging, controller, time),
            Flows = new FlowKeeper(
                new FlowFile(config.Control.StateDirectory), controller, time, logs.CreateLogger<FlowKeeper>()),
            Escalation = _escalation is null ? null : new EscalationKeeper(
                new EscalationFile(config.Control.StateDirectory), _escalation, controller, time,
                logs.CreateLogger<EscalationKeeper>()),
        };
    }
}

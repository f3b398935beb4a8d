using Assist.Audit;
using Assist.Control;
using Assist.Enforcement;
using Assist.Events;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Outputs.Eapi;

namespace Assist.Daemon;

/// <summary>Something that status tells.</summary>
/// <param name="IsProblem">Health depends on it; else it may become a problem, or explain one.</param>
/// <param name="Kind">What it is about, in one word that stays the same while the text says more.</param>
/// <param name="Text">For the operator: what is so, what follows, and the way out.</param>
internal readonly record struct Finding(bool IsProblem, string Kind, string Text)
{
    /// <summary>Which of several of that kind, such as a sender; empty where there is one only.</summary>
    public string Subject { get; init; } = "";

    public static Finding Problem(string kind, string text) => new(true, kind, text);

    public static Finding Notice(string kind, string text) => new(false, kind, text);
}

/// <summary>Looks at one part of the daemon. Never enters the table's loop, and never waits for it.</summary>
internal interface IHealthCheck
{
    /// <summary>Called every few seconds, for what is judged over time.</summary>
    void Observe(TableReading table)
    {
    }

    IEnumerable<Finding> Look(TableReading table);
}

/// <summary>The loop that owns the table turns.</summary>
internal sealed class LoopCheck : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (table.Silence > TimeSpan.Zero)
            yield return Finding.Problem(HealthKind.LoopStuck,
                $"the flow table has not answered for {table.Silence.TotalSeconds:0} s, so no flow is installed or "
                + "removed; if this lasts, restart assist and report it with its log");
    }
}

/// <summary>The daemon writes to the switch.</summary>
internal sealed class DryRunCheck(EapiOptions eapi) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (eapi.IsReadOnly)
            yield return Finding.Notice(HealthKind.DryRun,
                "this is a dry run: no flow is written to the switch, and nothing is dropped or bypassed; "
                + "`assist report` shows what would be, and `assist run` without --dry-run acts");
    }
}

/// <summary>Nobody has told the daemon not to act.</summary>
internal sealed class PauseCheck(PauseControl pausing, FlowController controller) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (pausing.Current is { } pause)
            yield return Finding.Problem(
                HealthKind.Paused, $"{pause}: verdicts are not acted on; `assist resume` ends the pause");
        if (controller.IsClearing)
            yield return Finding.Problem(HealthKind.Clearing, "flows are still to be removed from the switch");
        if (controller.IsClearingUnproven)
            yield return Finding.Problem(HealthKind.Clearing,
                "every flow that the switch lists was removed, but none of its lists was whole: look at its "
                + "running-config for flows that are left");
        if (pausing.Fault is { } fault)
            yield return Finding.Problem(HealthKind.PauseNotKept, $"a restart will not know whether to act: {fault}");
    }
}

/// <summary>The switch answers, takes changes, and has its static flows.</summary>
internal sealed class SwitchCheck(SwitchWatch watch, FlowController controller) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if ((watch.Fault ?? controller.TargetFault) is { } fault)
            yield return Finding.Problem(HealthKind.Switch, $"switch: {fault}");
        if (controller.StateUnknown is var (flows, words))
            yield return Finding.Problem(HealthKind.StateUnknown,
                $"the switch describes {flows} flows in words that assist does not know, such as \"{words}\": they "
                + "count as present until their timers end; report the words and the EOS release");
        foreach (var found in Statics(controller.Statics)) yield return found;
    }

    // If the wiring has changed since the start it is the daemon that is behind, not the switch.
    private static IEnumerable<Finding> Statics(StaticFaults statics)
    {
        if (statics.Missing.Count > 0)
            yield return Finding.Problem(HealthKind.StaticFlowsMissing,
                $"static flows are missing: {string.Join(", ", statics.Missing)}; run `assist setup`");
        if (statics.Stale.Count > 0)
            yield return Finding.Problem(HealthKind.StaticFlowsStale,
                $"static flows are of a wiring that assist was not started with: {string.Join(", ", statics.Stale)}; "
                + "run `assist setup`, or restart assist if mode, zones or tap have changed");
        if (statics.Altered.Count > 0)
            yield return Finding.Problem(HealthKind.StaticFlowsAltered,
                $"static flows do not do what the wiring asks: {string.Join(", ", statics.Altered)}; "
                + "`assist setup --plan` shows what it would replace");
        foreach (var (port, entries) in statics.Contradictions)
            yield return Finding.Problem(HealthKind.StaticFlowsContradict,
                $"{entries.Count} static flows claim what comes in on {port}, and the switch follows one of them: "
                + $"{string.Join(", ", entries)}; `assist setup --plan` shows which is wrong")
                with
            { Subject = port };
    }
}

/// <summary>The listeners' certificates are good.</summary>
internal sealed class ListenerCheck(SyslogReceiver receiver) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table) =>
        receiver.Problems.Select(text => Finding.Problem(HealthKind.Certificate, text) with { Subject = text })
            .Concat(receiver.Notices.Select(text => Finding.Notice(HealthKind.Certificate, text)));
}

/// <summary>What the daemon says is written.</summary>
internal sealed class LogCheck(Func<IEnumerable<string>> faults) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table) =>
        faults().Select(text => Finding.Problem(HealthKind.Log, text));
}

/// <summary>What happens is recorded.</summary>
internal sealed class AuditCheck(AuditTrail? audit) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (audit?.Fault is { } fault)
            yield return Finding.Problem(HealthKind.Audit,
                $"the audit is not written, {audit.Lost} records are lost: {audit.File}: {fault}");
    }
}

/// <summary>Who is to be told of what happens takes it.</summary>
internal sealed class EventCheck(EventFeed? feed) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table) =>
        from sink in feed?.Status ?? []
        where sink.Fault is not null
        select Finding.Problem(HealthKind.Events,
            $"events do not reach the {sink.Sink} receiver {sink.Target}: {sink.Fault}; {sink.Waiting} wait, and "
            + $"{sink.LeftOut} have been left out since the start")
            with
        { Subject = sink.Sink };
}

/// <summary>The table has room, and the switch takes and lets go of what it is told.</summary>
internal sealed class TableCheck : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        var view = table.View;
        var refused = view.Flows.Count(flow => flow.State == FlowState.Rejected);
        if (refused > 0)
            yield return Finding.Problem(HealthKind.FlowsRefused,
                $"the switch refused {refused} flows; `assist monitor` shows which and why");
        if (view.Room.Free == 0)
            yield return Finding.Problem(HealthKind.TableFull,
                "the flow table is full: traffic that does not fit stays on the firewall");
        else if (view.Room.IsShort)
            yield return Finding.Problem(HealthKind.TableShort,
                "the flow table has no room for bypasses: those sessions stay on the firewall");
        if (view.Room.IsLimitLearned)
            yield return Finding.Problem(HealthKind.LimitLearned,
                $"the switch refuses entries beyond {view.Room.Limit}, which is less than flows.capacity; "
                + "assist tries for more every minute");
        if (view.RefusedRemovals is [var (name, reason), ..])
            yield return Finding.Problem(HealthKind.RemovalsRefused,
                $"the switch refuses to remove {view.RefusedRemovals.Count} entries such as {name}: {reason}");
    }
}

/// <summary>What the kernel refused before any socket saw it.</summary>
internal sealed class KernelCheck(bool hasUdp, Func<long> datagrams) : IHealthCheck
{
    private readonly KernelCounters _atStart = KernelCounters.Read();

    public KernelCounters SinceStart() => KernelCounters.Read().Since(_atStart);

    public IEnumerable<Finding> Look(TableReading table) => Judge(SinceStart(), hasUdp, datagrams());

    public static IEnumerable<Finding> Judge(KernelCounters kernel, bool hasUdp, long datagrams)
    {
        if (hasUdp && datagrams == 0 && kernel.ReversePathFiltered > 0)
            yield return Finding.Notice("reverse_path",
                $"no datagram has arrived, and the kernel refused {kernel.ReversePathFiltered} packets because the "
                + "route back to their source uses another interface; if they are the firewall's, "
                + "correct the route or rp_filter");
        if (kernel.ListenOverflows > 0)
            yield return Finding.Notice("accept_queue",
                $"the kernel refused {kernel.ListenOverflows} connections to this machine because "
                + "an accept queue was full");
    }
}

/// <summary>The configuration in force is what the file says.</summary>
internal sealed class ConfigurationCheck(RunningConfiguration running, ConfigurationReload reload) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (reload.Fault is { } fault)
            yield return Finding.Problem(HealthKind.Configuration,
                $"the configuration was not taken over, the one before stays in force: {fault}");
        else if (running.HasFileChanged())
            yield return Finding.Notice("configuration_changed",
                "the configuration file has changed since it was read; `assist reload` takes it over");
        if (running.NeedRestart.Count > 0)
            yield return Finding.Notice("restart_needed",
                $"changes of the file wait for a restart: {string.Join(", ", running.NeedRestart)}");
    }
}

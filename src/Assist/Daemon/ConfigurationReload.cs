using Assist.Addresses;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Reads the configuration again and puts it into force while logs come in. A file with a mistake changes
/// nothing.</summary>
internal sealed partial class ConfigurationReload(
    DaemonParts parts, TargetCapabilities capabilities, TimeProvider time, ILogger<ConfigurationReload> log)
    : IDisposable
{
    // A daemon may hold tens of thousands.
    private const int MostNames = 1000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile string? _fault;

    /// <summary>Why the file was not taken over when it was last read; null if it was.</summary>
    public string? Fault => _fault;

    /// <param name="dryRun">Only tells what it would change and end.</param>
    public async Task<ReloadReport> RunAsync(bool dryRun = false)
    {
        await _turn.WaitAsync();
        try
        {
            // `firewall.clock: local` is the zone of now.
            TimeZoneInfo.ClearCachedData();
            var source = parts.Config.Source;
            var read = ConfigurationLoader.Load(source.File, source.Sets, Formats.Find);
            var errors = read.Config is null ? read.Errors.Select(error => $"{error}") : Refusals(read.Config);
            if (read.Config is not { } config || errors.Any()) return Refuse([.. errors], dryRun);
            var plan = new ReloadPlan(
                parts, config with { Protect = config.Protect.At(time.GetUtcNow()) }, capabilities);
            return dryRun ? await ForeseeAsync(plan, read.Warnings) : await PutIntoForceAsync(plan, read.Warnings);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Judges the times of logs by the system's zone of now; its name, or null where the firewall's zone is
    /// configured.</summary>
    public async Task<string?> FollowZoneAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var config = parts.Config;
            if (!config.Logs.FollowsSystemZone) return null;
            var next = config with { Decisions = config.Decisions with { Clock = TimeZoneInfo.Local } };
            parts.Running.Replace(next, parts.Running.NeedRestart);
            parts.Intake.Replace(Stages.Pipeline(next, parts.AdmissionOf(next, capabilities)));
            ZoneChanged(log, next.Decisions.Clock.DisplayName);
            return next.Decisions.Clock.DisplayName;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lifts the protection of what protect.never_drop names for a time that is over.</summary>
    public async Task EndProtectionAsync()
    {
        var now = time.GetUtcNow();
        if (ReferenceEquals(parts.Config.Protect.At(now), parts.Config.Protect)) return;
        await _turn.WaitAsync();
        try
        {
            var (before, next) = (parts.Config, parts.Config with { Protect = parts.Config.Protect.At(now) });
            var admission = parts.AdmissionOf(next, capabilities);
            parts.Running.Replace(next, parts.Running.NeedRestart);
            parts.Controller.Order(table => table.Admits = admission.MayStay);
            parts.Intake.Replace(Stages.Pipeline(next, admission));
            foreach (var ended in before.Protect.Named.Except(next.Protect.Named)) ProtectionEnded(log, ended.Prefix);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private IEnumerable<string> Refusals(AssistConfig config)
    {
        try
        {
            Stages.RefuseWhatCannotBeDone(config, capabilities);
            return [];
        }
        catch (DaemonException e)
        {
            return [$"{e.Message} as the daemon runs now; if the wiring has changed too, restart it"];
        }
    }

    private ReloadReport Refuse(IReadOnlyList<string> errors, bool dryRun)
    {
        if (dryRun) return new ReloadReport { Errors = errors, DryRun = true };
        _fault = errors.Count == 1 ? errors[0] : $"{errors[0]} (and {errors.Count - 1} more)";
        Refused(log, _fault);
        return new ReloadReport { Errors = errors };
    }

    private async Task<ReloadReport> ForeseeAsync(ReloadPlan plan, IEnumerable<ConfigurationWarning> warnings)
    {
        var revoked = plan.TouchesTable ? await AskTableAsync(plan.Revoked) : [];
        return Report(plan, warnings, revoked) with { DryRun = true };
    }

    // Only what has changed is replaced: the parts that a change does not concern go on undisturbed.
    private async Task<ReloadReport> PutIntoForceAsync(ReloadPlan plan, IEnumerable<ConfigurationWarning> warnings)
    {
        var (before, next) = (parts.Config, plan.Change.InForce);
        parts.Running.Replace(next, plan.Change.NeedRestart);
        _fault = null;
        // The table first: it then refuses what the old pipeline may still ask for.
        var revoked = plan.TouchesTable
            ? await AskTableAsync(table => plan.Reconfigure(table, parts.Controller.Now)) : [];
        if (plan.TouchesSenders) parts.Receiver.ReplaceSenders(next.Syslog.Senders, next.Syslog.Pins);
        if (plan.TouchesPipeline) parts.Intake.Replace(plan.Pipeline());
        var report = Report(plan, warnings, revoked);
        report = report with { Problem = await OpenPortsAsync(before, next) ?? report.Problem };
        Tell(report);
        return report;
    }

    private static ReloadReport Report(
        ReloadPlan plan, IEnumerable<ConfigurationWarning> warnings, IReadOnlyList<string>? revoked) => new()
        {
            Changes = plan.Changes,
            Applied = plan.Change.Applied,
            NeedRestart = plan.Change.NeedRestart,
            NeedSetup = plan.Change.NeedSetup,
            Revoked = revoked?.Count ?? 0,
            RevokedNames = [.. (revoked ?? []).Take(MostNames)],
            Warnings = [.. warnings.Select(warning => $"{warning}")],
            Problem = revoked is null ? "the flow table has not answered yet; it follows when it goes on" : null,
        };

    // Null where the loop has not answered; it takes the order when it goes on.
    private async Task<IReadOnlyList<string>?> AskTableAsync(Func<FlowTable, IReadOnlyList<string>> ask)
    {
        try
        {
            return await parts.Controller.AskAsync(ask).WaitAsync(FlowOrders.Patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<string?> OpenPortsAsync(AssistConfig before, AssistConfig next)
    {
        if (!next.Control.OpenPorts || before.Syslog.Senders.SequenceEqual(next.Syslog.Senders)) return null;
        try
        {
            await PortOpenings.OpenAsync(next.Listeners, next.Syslog.Senders, CancellationToken.None);
            return null;
        }
        catch (DaemonException e)
        {
            return e.Message;
        }
    }

    private void Tell(ReloadReport report)
    {
        var file = parts.Config.Source.File;
        var (applied, restart, setup) =
            (Listed(report.Applied), Listed(report.NeedRestart), Listed(report.NeedSetup));
        if (report.HasChanges) Reloaded(log, file, applied, restart, setup, report.Revoked);
        else NothingChanged(log, file);
        foreach (var warning in report.Warnings) Warned(log, warning);
        if (report.Problem is { } problem) Incomplete(log, problem);
    }

    private static string Listed(IReadOnlyList<string> keys) => keys.Count == 0 ? "nothing" : string.Join(", ", keys);

    [LoggerMessage(EventId = 650, Level = LogLevel.Information, Message =
        "{File} was read again; changed: {Applied}; waits for a restart: {Restart}; waits for `assist setup`: {Setup}; "
            + "flows revoked: {Revoked}")]
    private static partial void Reloaded(
        ILogger log, string file, string applied, string restart, string setup, int revoked);

    [LoggerMessage(EventId = 655, Level = LogLevel.Warning, Message =
        "the time zone of this machine is {Zone} now; times of logs are judged by it")]
    private static partial void ZoneChanged(ILogger log, string zone);

    [LoggerMessage(EventId = 656, Level = LogLevel.Warning, Message =
        "protect.never_drop: the time of {Prefix} is over, and drops may touch it")]
    private static partial void ProtectionEnded(ILogger log, IpPrefix prefix);

    [LoggerMessage(EventId = 651, Level = LogLevel.Information, Message = "{File} was read again; nothing has changed")]
    private static partial void NothingChanged(ILogger log, string file);

    [LoggerMessage(EventId = 652, Level = LogLevel.Error, Message =
        "the configuration was not taken over, the one before stays in force: {Reason}")]
    private static partial void Refused(ILogger log, string reason);

    [LoggerMessage(EventId = 653, Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void Warned(ILogger log, string warning);

    [LoggerMessage(EventId = 654, Level = LogLevel.Error, Message = "the reload is not complete: {Reason}")]
    private static partial void Incomplete(ILogger log, string reason);
}

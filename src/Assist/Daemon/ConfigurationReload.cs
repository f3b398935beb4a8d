using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Guards;
using Assist.Rules;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Reads the configuration again and puts it into force while logs come in. A file with a mistake changes
/// nothing.</summary>
internal sealed partial class ConfigurationReload(
    DaemonParts parts, TargetCapabilities capabilities, TimeProvider time, ILogger<ConfigurationReload> log)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile string? _fault;

    /// <summary>Why the file was not taken over when it was last read; null if it was.</summary>
    public string? Fault => _fault;

    public async Task<ReloadReport> RunAsync()
    {
        await _turn.WaitAsync();
        try
        {
            // `firewall.clock: local` is the zone of now.
            TimeZoneInfo.ClearCachedData();
            var source = parts.Config.Source;
            var read = ConfigurationLoader.Load(source.File, source.Sets, Formats.Find);
            var errors = read.Config is null ? read.Errors.Select(error => $"{error}") : Refusals(read.Config);
            return read.Config is { } config && !errors.Any()
                ? await PutIntoForceAsync(config, read.Warnings) : Refuse([.. errors]);
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
            parts.Intake.Replace(Stages.Pipeline(next, AdmissionOf(next)));
            ZoneChanged(log, next.Decisions.Clock.DisplayName);
            return next.Decisions.Clock.DisplayName;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Admission AdmissionOf(AssistConfig config) =>
        Stages.Admission(
            config, capabilities.Actions, parts.Allowances.Addresses, parts.Switch.Addresses.Learnt);

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

    private ReloadReport Refuse(IReadOnlyList<string> errors)
    {
        _fault = errors.Count == 1 ? errors[0] : $"{errors[0]} (and {errors.Count - 1} more)";
        Refused(log, _fault);
        return new ReloadReport { Errors = errors };
    }

    private async Task<ReloadReport> PutIntoForceAsync(
        AssistConfig read, IEnumerable<ConfigurationWarning> warnings)
    {
        var (before, change) = (parts.Config, ConfigurationChange.Of(parts.Running, read));
        var admission = AdmissionOf(change.InForce);
        parts.Running.Replace(change.InForce, change.NeedRestart);
        _fault = null;
        // The table first: it then refuses what the old pipeline may still ask for.
        var revoked = await ReconfigureAsync(before, change.InForce, admission.MayStay);
        parts.Receiver.ReplaceSenders(change.InForce.Syslog.Senders, change.InForce.Syslog.Pins);
        parts.Intake.Replace(Stages.Pipeline(change.InForce, admission));
        var problem = revoked is null ? "the flow table has not answered yet; it follows when it goes on" : null;
        var report = new ReloadReport
        {
            Applied = change.Applied,
            NeedRestart = change.NeedRestart,
            NeedSetup = change.NeedSetup,
            Revoked = revoked ?? 0,
            Warnings = [.. warnings.Select(warning => $"{warning}")],
            Problem = await OpenPortsAsync(before, change.InForce) ?? problem,
        };
        Tell(report);
        return report;
    }

    private async Task<int?> ReconfigureAsync(AssistConfig before, AssistConfig next, FlowCheck admits)
    {
        var options = Stages.TableOptions(next, capabilities);
        var gone = RulesGone(before.Decisions.Rules, next.Decisions.Rules);
        try
        {
            return await parts.Controller
                .AskAsync(table => table.Reconfigure(
                    options, admits, parts.Controller.Now, flow => !gone.Contains(flow.Verdict.Rule)))
                .WaitAsync(FlowOrders.Patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    // A rule that does something else now does not ask for its flows any more either.
    private static HashSet<string> RulesGone(IEnumerable<RuleOptions> before, IReadOnlyList<RuleOptions> next) =>
    [
        .. before.Where(old => !next.Any(rule => rule.Name == old.Name && rule.Action == old.Action))
            .Select(old => old.Name),
    ];

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

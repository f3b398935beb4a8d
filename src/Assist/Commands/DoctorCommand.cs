using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.Outputs;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>`assist doctor`: walks the whole chain, from the configuration to an entry in the switch and out again, and
/// tells for each link whether it is in order and what to do if not.</summary>
internal static class DoctorCommand
{
    public const string Name = "doctor";

    /// <summary>Ctrl-C does not leave before the canary is removed; a switch that has not answered by then ends it
    /// itself.</summary>
    public static readonly TimeSpan Termination = TimeSpan.FromSeconds(35);

    public static Command Create()
    {
        var json = SharedOptions.Json();
        var command = new Command(
            Name, "Checks the whole chain: configuration, files, clock, disk, daemon, senders, switch, and a drop of "
                + "documentation addresses that is programmed and removed; exit 0, or 1 if anything fails")
        {
            json, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, bool asJson, CancellationToken cancellation)
    {
        var sheet = new DiagnosisSheet(asJson ? null : Console.Out);
        await ExamineAsync(parsed, sheet, cancellation);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(sheet.Report, DoctorJson.Default.DoctorReport));
        else sheet.Conclude();
        return sheet.Worst == DoctorResult.Fail ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task ExamineAsync(ParseResult parsed, DiagnosisSheet sheet, CancellationToken cancellation)
    {
        var read = NamedFiles.Judge(
            SharedOptions.Load(parsed), TimeProvider.System.GetUtcNow().UtcDateTime, FileGravity.Doubtful);
        sheet.Add(OfConfiguration(read, SharedOptions.FileOf(parsed)));
        if (read.Readable is not { } config) return;
        sheet.Add(MachineDoctor.Look(config));
        var place = ControlPlace.Of(parsed);
        var (status, runs) = await StatusAsync(place, sheet, cancellation);
        sheet.Add(status is not null ? DaemonDoctor.Look(status, config) : runs ? [] : MachineDoctor.Ports(config));
        using var eapi = new EapiClient(config.Eapi);
        config = await SettledAsync(config, eapi, sheet, cancellation);
        var doctor = new SwitchDoctor(config, eapi);
        var isReady = await doctor.LookAsync(sheet, status, cancellation);
        sheet.Add(!isReady ? Diagnosis.Warn("canary", "not tried, because of what failed before")
            : Judged(status is null
                ? await DirectlyAsync(config, eapi, cancellation)
                : await ThroughDaemonAsync(place, cancellation)));
    }

    private static async Task<AssistConfig> SettledAsync(
        AssistConfig config, EapiClient eapi, DiagnosisSheet sheet, CancellationToken cancellation)
    {
        try
        {
            return await SwitchTargets.SettledAsync(config, eapi, cancellation);
        }
        catch (DaemonException e)
        {
            sheet.Add(Diagnosis.Fail("switch", e.Message));
        }
        catch (TargetException)
        {
            // What asks the switch next tells it.
        }
        return config;
    }

    private static IEnumerable<Diagnosis> OfConfiguration(ConfigurationResult read, string file)
    {
        const string Check = "configuration";
        foreach (var error in read.Errors) yield return Diagnosis.Fail(Check, error.ToString());
        foreach (var warning in read.Warnings) yield return Diagnosis.Warn(Check, warning.ToString());
        if (read.Config is { } config)
            yield return Diagnosis.Ok(Check, $"{file}: mode {StatusView.ModeName(config.Topology.Mode)}, "
                + $"{config.Decisions.Rules.Count} rules, {config.Listeners.Count} listeners");
    }

    private static async Task<(StatusReport? Status, bool Runs)> StatusAsync(
        ControlPlace place, DiagnosisSheet sheet, CancellationToken cancellation)
    {
        const string Check = "daemon";
        try
        {
            var answer = await ControlClient.AskAsync(
                place.Socket, new ControlRequest { Command = "status" }, cancellation);
            if (answer?.Status is { } status) return (status, true);
            sheet.Add(answer is null
                ? Diagnosis.Warn(Check, $"it does not run: nobody answers on {place.Socket}; start it with "
                    + "`systemctl start assist` or `assist start`")
                : Diagnosis.Fail(Check, answer.Error ?? "it sent no status"));
            return (null, answer is not null);
        }
        catch (NoAnswerException e)
        {
            sheet.Add(Diagnosis.Fail(Check, e.Message));
            return (null, true);
        }
    }

    // A daemon would take the entry for one of its own, and put it back: as long as this lasts, none may work there.
    private static async Task<CanaryReport> DirectlyAsync(
        AssistConfig config, EapiClient eapi, CancellationToken cancellation)
    {
        try
        {
            using var claim = SwitchClaim.Take(config.Eapi);
            return await new DirectCanary(config, eapi).RunAsync(cancellation);
        }
        catch (DaemonException e)
        {
            return CanaryReport.NotTried(e.Message);
        }
    }

    private static async Task<CanaryReport> ThroughDaemonAsync(ControlPlace place, CancellationToken cancellation)
    {
        try
        {
            var answer = await ControlClient.AskAsync(
                place.Socket, new ControlRequest { Command = CanaryOrder.Command }, cancellation);
            return answer?.Canary ?? CanaryReport.NotTried(answer?.Error ?? "the daemon has ended meanwhile");
        }
        catch (NoAnswerException e)
        {
            return CanaryReport.NotTried(e.Message);
        }
    }

    private static Diagnosis Judged(CanaryReport canary)
    {
        const string Check = "canary";
        if (!canary.WasTried) return Diagnosis.Warn(Check, $"not tried: {canary.Fault}");
        if (!canary.Programmed)
            return Diagnosis.Fail(Check, $"a drop of documentation addresses was not programmed: {canary.Fault}");
        return canary.Removed
            ? Diagnosis.Ok(Check, $"a drop of documentation addresses was programmed within {canary.TookMs} ms, read "
                + "back and removed")
            : Diagnosis.Fail(Check, "a drop of documentation addresses was programmed, and the switch has not "
                + $"confirmed its removal; it ends by itself within 30 s; {ControlResponse.NotConfirmed}");
    }
}

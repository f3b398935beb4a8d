using System.CommandLine;
using System.Text;
using Assist.Audit;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist audit`: who or what changed which flow, when and why; `audit verify` says whether the record is
/// whole. Reads files, so that no daemon is needed; who may not read them asks the daemon.</summary>
internal static class AuditCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    public static Command Create()
    {
        var since = OrderOptions.Time("--since", "Only what happened within that time, such as 10m");
        var address = new Option<string?>("--address") { Description = "Only records of this address or prefix" };
        var rule = new Option<string?>("--rule") { Description = "Only records of this rule" };
        var user = new Option<string?>("--user") { Description = "Only orders of this user" };
        var json = SharedOptions.Json("Prints the records as they stand in the file");
        var command = new Command("audit", "Shows who or what changed which flow, when and why")
        {
            since, address, rule, user, json, SharedOptions.Socket, CreateVerify(),
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var question = new ControlRequest
            {
                Command = "audit",
                Seconds = OrderOptions.SecondsOf(parsed, since, s_longest),
                Filter = new FlowFilter { Address = parsed.GetValue(address), Rule = parsed.GetValue(rule) },
                User = parsed.GetValue(user),
            };
            if (FlowSelection.Fault(question.Filter) is { } fault) throw new CommandException(fault, ExitCode.Usage);
            var place = ControlPlace.Of(parsed);
            Show(Read(place, question) ?? await AskAsync(place, question, cancellation), parsed.GetValue(json),
                cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    // Null where the files, or the configuration that names them, are not for the caller to read.
    private static IEnumerable<byte[]>? Read(ControlPlace place, ControlRequest question)
    {
        if (place.Readable is not { } config) return null;
        var files = new AuditFiles(OptionsOf(config));
        if (!files.MayBeRead()) return null;
        var filter = new AuditFilter(
            question.Seconds is { } seconds
                ? TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-seconds) : DateTime.MinValue,
            question.Filter!.Address, question.Filter.Rule, question.User);
        return files.All().SelectMany(AuditFiles.Lines)
            .Where(line => AuditChain.Read(line) is var (record, _) && filter.Includes(record));
    }

    private static async Task<IEnumerable<byte[]>> AskAsync(
        ControlPlace place, ControlRequest question, CancellationToken cancellation)
    {
        var answer = await place.AskAsync(question, cancellation)
            ?? throw new CommandException(
                "the audit's files are not yours to read, and assist is not running, which would show them",
                ExitCode.NotRunning);
        if (answer.Audit is not { } records)
            throw new CommandException(
                answer.Error ?? "the daemon sent no records",
                answer.IsDenied == true ? ExitCode.NoAnswer : ExitCode.Failed);
        return records.Select(Encoding.UTF8.GetBytes);
    }

    private static Command CreateVerify()
    {
        var verify = new Command("verify", "Says whether every record is there, whole and in its place; exit 0 or 1");
        verify.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            var options = OptionsOf(config);
            // First: what the daemon has written by now must be in the file then.
            var answer = await ControlClient.AskAsync(
                config.Control.Socket, new ControlRequest { Command = "status" }, cancellation);
            var verdict = AuditVerifier.Verify(options, answer?.Status?.Audit?.Hash);
            foreach (var fault in verdict.Faults) await Console.Error.WriteLineAsync(Printable.Of($"assist: {fault}"));
            Console.WriteLine(Summary(verdict));
            return verdict.Faults.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return verify;
    }

    private static string Summary(AuditVerdict verdict) => verdict.Records == 0 ? "there is no record"
        : $"{verdict.Records} records, {verdict.First} to {verdict.Last.Number}, "
            + (verdict.Lost == 0 ? "none lost" : $"{verdict.Lost} told as lost")
            + (verdict.Faults.Count == 0 ? "; whole" : "; NOT whole") + $"; the last hash is {verdict.Last.Hash}";

    private static AuditOptions OptionsOf(AssistConfig config) => config.Log.Audit.File is not null ? config.Log.Audit
        : throw new CommandException(AuditOptions.NoneKept, ExitCode.Failed);

    private static void Show(IEnumerable<byte[]> lines, bool asJson, CancellationToken cancellation)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        foreach (var line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (AuditChain.Read(line) is not var (record, _)) continue;
            if (asJson) output.WriteLine(Encoding.UTF8.GetString(line));
            else output.WriteLine(Printable.Of(AuditText.Of(record)));
        }
    }
}

/// <summary>A record for people, on one line.</summary>
internal static class AuditText
{
    public static string Of(AuditRecord record)
    {
        var lost = record.Lost is { } count ? $"{count} records before this one were lost; " : "";
        var time = WallClock.Text(new DateTimeOffset(record.Time, TimeSpan.Zero));
        return $"{record.Number,6} {time} {(record.DryRun == true ? "dry run: " : "")}{record.Event,-12} {lost}"
            + string.Join(", ", Parts(record).OfType<string>());
    }

    private static IEnumerable<string?> Parts(AuditRecord record)
    {
        yield return record.Command is { } command ? $"`assist {command}`" : record.Flow;
        if (record.User is { } user) yield return $"by {new Caller(user, record.Login)}";
        yield return record.Words is { } words ? $"({words})" : null;
        yield return record.Rule is { } rule ? $"rule {rule}" : null;
        yield return record.Reason;
        if (record.Message is not { } message) yield break;
        yield return $"log of {message.Sender ?? "nobody"} by {message.Transport ?? "nothing"}";
        yield return message.FirewallRule is { } firewall ? $"firewall rule \"{firewall}\"" : null;
    }
}

using System.CommandLine;
using System.Text;
using Assist.Addresses;
using Assist.Audit;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist audit`: who or what changed which flow, when and why; `audit verify` says whether the record is
/// whole. Reads files, so that no daemon is needed.</summary>
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
            since, address, rule, user, json, CreateVerify(),
        };
        command.SetAction((parsed, cancellation) =>
        {
            var filter = new AuditFilter(
                OrderOptions.SecondsOf(parsed, since, s_longest) is { } seconds
                    ? TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-seconds) : DateTime.MinValue,
                parsed.GetValue(address), parsed.GetValue(rule), parsed.GetValue(user));
            if (FlowSelection.Fault(new FlowFilter { Address = filter.Address }) is { } fault)
                throw new CommandException(fault, ExitCode.Usage);
            Show(OptionsOf(SharedOptions.LoadOrFail(parsed)), filter, parsed.GetValue(json), cancellation);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
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
        : throw new CommandException(
            "no audit is kept; audit.file in the configuration turns it on", ExitCode.Failed);

    private static void Show(AuditOptions options, AuditFilter filter, bool asJson, CancellationToken cancellation)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        foreach (var line in new AuditFiles(options).All().SelectMany(AuditFiles.Lines))
        {
            cancellation.ThrowIfCancellationRequested();
            if (AuditChain.Read(line) is not var (record, _) || !filter.Includes(record)) continue;
            if (asJson) output.WriteLine(Encoding.UTF8.GetString(line));
            else output.WriteLine(Printable.Of(AuditText.Of(record)));
        }
    }
}

/// <summary>Which records; a part that is null does not restrict.</summary>
internal sealed record AuditFilter(DateTime Since, string? Address, string? Rule, string? User)
{
    public bool Includes(AuditRecord record) =>
        record.Time >= Since
        && (Rule is null || record.Rule == Rule)
        && (User is null || record.User == User || record.Login == User)
        && (Address is null || IsOf(record.Match?.Source) || IsOf(record.Match?.Destination)
            || IsNamedIn(record.Command));

    private bool IsOf(string? address) =>
        IpAddr.TryParse(address, out var one) && IpPrefix.TryParse(Address, out var prefix) && prefix.Contains(one);

    private bool IsNamedIn(string? command) =>
        command?.Split(' ').Any(word => word == Address || IsOf(word)) == true;
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

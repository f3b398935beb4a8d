using System.CommandLine;
using Assist.Audit;
using Assist.Configuration;
using Assist.Control;

namespace Assist.Commands;

/// <summary>`assist undo`: takes back the flows that were begun within a time, or by one record of the audit.</summary>
internal static class UndoCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(365);

    public static Command Create()
    {
        var since = OrderOptions.Time("--since", "What was begun within that time, such as 10m");
        var id = new Option<long?>("--id") { Description = "The flow that this record of the audit asked for" };
        var flows = new FlowOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Prints what would be removed, changes nothing" };
        var reason = OrderOptions.Reason("Kept in the log and the audit");
        var json = SharedOptions.Json();
        var command = new Command(
            "undo", "Removes the flows that were begun within a time; what they ended is not put back, and its traffic "
                + "goes through the firewall")
        {
            since, id,
        };
        foreach (var option in flows.All.Concat([dryRun, reason, json, SharedOptions.Socket]))
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new ControlRequest
            {
                Command = "undo",
                Seconds = OrderOptions.SecondsOf(parsed, since, s_longest),
                DryRun = parsed.GetValue(dryRun),
                Reason = OrderOptions.ReasonOf(parsed, reason),
                Filter = flows.Of(parsed),
            };
            var record = parsed.GetValue(id);
            if (record is null == request.Seconds is null)
                throw new CommandException("say what to undo with --since or with --id", ExitCode.Usage);
            var place = ControlPlace.Of(parsed);
            if (record is { } number && RecordOf(place.ReadableOrFail().Log.Audit, number) is var asked)
                request = request with
                {
                    Filter = request.Filter with { Name = asked.Flow },
                    BegunBy = asked.Time,
                };
            var answer = await place.AskAsync(request, cancellation)
                ?? throw new CommandException(
                    "assist is not running, and the switch does not know when a flow was begun; `assist delete` works "
                    + "without a daemon", ExitCode.NotRunning);
            if (record is { } gone && answer is { Error: null, Deleted.Count: 0 })
                throw new CommandException(
                    $"the flow of record {gone} is not in the table any more, or only as a part of a wider one, or a "
                    + "later one with the same match; "
                    + "`assist why ADDRESS` shows what is there", ExitCode.Failed);
            return await new RemovalAnswer(place.Socket, parsed.GetValue(json))
                .FinishAsync(answer, cancellation, request.DryRun);
        });
        return command;
    }

    private static AuditRecord RecordOf(AuditOptions audit, long number)
    {
        if (audit.File is null)
            throw new CommandException("--id names a record of the audit, and no audit is kept", ExitCode.Failed);
        var record = new AuditFiles(audit).All().SelectMany(AuditFiles.Lines)
            .Select(line => AuditChain.Read(line)?.Record).FirstOrDefault(record => record?.Number == number);
        return record is { Event: "requested" or "programmed", Flow: not null } ? record
            : throw new CommandException(
                $"record {number} of the audit asked for no flow; `assist audit` shows which did", ExitCode.Failed);
    }
}

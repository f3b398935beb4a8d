using Assist.Configuration;
using Assist.Control;

namespace Assist.Commands;

/// <summary>What `doctor` makes of the status of a daemon that runs.</summary>
internal static class DaemonDoctor
{
    public static IEnumerable<Diagnosis> Look(StatusReport status, AssistConfig config) =>
    [
        .. Health(status),
        .. status.Listeners.Select(listener => Diagnosis.Ok("listener", $"listens on {listener}")),
        .. Senders(status, config),
        .. Losses(status),
        Table(status.Table),
    ];

    private static IEnumerable<Diagnosis> Health(StatusReport status)
    {
        const string Check = "daemon";
        foreach (var problem in status.Problems) yield return Diagnosis.Fail(Check, problem);
        foreach (var notice in status.Notices) yield return Diagnosis.Warn(Check, notice);
        if (status.IsHealthy)
            yield return Diagnosis.Ok(Check, $"version {status.Version} runs (pid {status.Pid}) and is healthy");
    }

    private static IEnumerable<Diagnosis> Senders(StatusReport status, AssistConfig config)
    {
        const string Check = "sender";
        foreach (var sender in status.Senders.Where(each => each.Received > 0))
            yield return Diagnosis.Ok(Check, $"{sender.Sender} was heard {sender.Received} times, the last time "
                + $"{sender.LastMessageAgoS ?? 0} s ago");
        // A prefix is heard when any address of it is.
        var heard = status.Senders.Any(each => each.Received > 0);
        if (!heard)
            yield return Diagnosis.Warn(Check, "no log has come since the daemon started, of "
                + $"{string.Join(", ", config.Syslog.Senders)}; look at the firewall's log forwarding, at the way "
                + "between, and with tcpdump at the port");
    }

    private static IEnumerable<Diagnosis> Losses(StatusReport status)
    {
        const string Check = "losses";
        foreach (var (reason, count) in status.Rejected.Where(each => each.Value > 0))
            yield return Diagnosis.Warn(Check, $"{count} times {reason}; the reference says what that means");
        if (status.Rejected.Values.Sum() == 0)
            yield return Diagnosis.Ok(Check, "neither the kernel nor a listener has lost or refused anything");
    }

    private static Diagnosis Table(TableStatus table)
    {
        var text = $"{table.Entries} entries are ours and {table.OtherEntries} others of {table.Limit}; "
            + $"{table.DropsLeft} drops or {table.BypassesLeft} bypasses still fit";
        return table.DropsLeft == 0
            ? Diagnosis.Fail("table", $"{text}; `assist status` shows which rules and sources hold the entries")
            : Diagnosis.Ok("table", text);
    }
}

using Assist.Configuration;
using Assist.Control;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>What the daemon says once when it starts: on what switch it acts, by which rules, what it will never drop,
/// and who is told. Where it listens, each listener says.</summary>
internal static partial class StartupLines
{
    // Of a list in one line.
    private const int Most = 12;

    public static void Write(ILogger log, DaemonParts parts, IEnumerable<ProtectedStatus> protectedNow)
    {
        if (!log.IsEnabled(LogLevel.Information)) return;
        var config = parts.Config;
        var (endpoint, mode) = (parts.Switch.Eapi.Endpoint, StatusView.ModeName(config.Topology.Mode));
        var senders = Listed(config.Syslog.Senders.Select(sender => $"{sender}"));
        Acts(log, endpoint, mode, config.Logs.Format, senders,
            config.Eapi.IsReadOnly ? "; a dry run, which writes nothing to it" : "");
        var rules = Listed(config.Decisions.Rules.Select(
            rule => $"{rule.Name} ({StatusView.Word(rule.Action)}{(rule.Shadow ? ", on trial" : "")})"));
        Decides(log, rules);
        var addresses = Listed(protectedNow.Select(each => each.Address));
        Protects(log, addresses, config.Protect.Learn.IsOn ? ", and what it learns from the switch" : "");
        var told = parts.Events?.Status.Select(sink => sink.Target) ?? [];
        if (parts.Audit is { } audit) told = told.Prepend(audit.File);
        var receivers = told.ToList();
        if (receivers.Count == 0)
        {
            TellsNobody(log);
            return;
        }
        var targets = Listed(receivers);
        Tells(log, targets);
    }

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count == 0 ? "nothing"
            : string.Join(", ", all.Take(Most)) + (all.Count > Most ? $" and {all.Count - Most} more" : "");
    }

    [LoggerMessage(EventId = 602, Level = LogLevel.Information, Message =
        "acts on the switch at {Endpoint} in mode {Mode}, by {Format} logs of {Senders}{DryRun}")]
    private static partial void Acts(
        ILogger log, string endpoint, string mode, string format, string senders, string dryRun);

    [LoggerMessage(EventId = 603, Level = LogLevel.Information, Message = "rules in their order: {Rules}")]
    private static partial void Decides(ILogger log, string rules);

    [LoggerMessage(EventId = 604, Level = LogLevel.Information, Message = "protected from drops: {Addresses}{Learnt}")]
    private static partial void Protects(ILogger log, string addresses, string learnt);

    [LoggerMessage(EventId = 605, Level = LogLevel.Information, Message = "records and events go to {Targets}")]
    private static partial void Tells(ILogger log, string targets);

    [LoggerMessage(EventId = 608, Level = LogLevel.Information, Message = "no audit and no events are configured")]
    private static partial void TellsNobody(ILogger log);
}

using Assist.Flows;
using Assist.Messages;
using Assist.Syslog;
using Assist.Telemetry;

namespace Assist.Decisions;

/// <summary>What happens to a message on the thread that received it: parse, decide, sort out repeats, hand over. Every
/// message leaves here counted, or as a verdict that the flow table counts.</summary>
public sealed class MessageIntake(
    IMessageFormat format, Decider decider, TimeSpan duplicateWindow, VerdictInbox inbox, Func<int> generation,
    Counters counters, TimeProvider time)
{
    /// <summary>A handler for one receiving thread; it keeps the thread's own buffers.</summary>
    public MessageHandler HandlerFor(Transport transport)
    {
        var log = new SessionLog();
        var repeats = new DuplicateFilter(duplicateWindow);
        return message =>
        {
            if (Judge(message, log, transport, repeats) is { } outcome) counters.Count(transport, outcome);
        };
    }

    private Outcome? Judge(ReadOnlyMemory<byte> message, SessionLog log, Transport transport, DuplicateFilter repeats)
    {
        var status = format.Parse(message, log);
        if (status != ParseStatus.Session) return status == ParseStatus.NotSession ? Outcome.NotSession : Outcome.Malformed;
        var decision = decider.Decide(log, time.GetUtcNow().UtcDateTime);
        var now = time.GetElapsedTime(0, time.GetTimestamp());
        if (decision.Retracts) return Take(new PostedVerdict(decision.Verdict, transport, now, decision.Outcome));
        if (!decision.HasVerdict) return decision.Outcome;
        var before = generation();
        if (repeats.IsRepeat(decision.Verdict.Flow, now, before)) return Outcome.Duplicate;
        if (Take(new PostedVerdict(decision.Verdict, transport, now)) is { } shed) return shed;
        repeats.Remember(decision.Verdict.Flow, now, before);
        return null;
    }

    // What the table takes in it counts.
    private Outcome? Take(in PostedVerdict verdict) => inbox.TryPost(verdict) ? null : Outcome.Shed;
}

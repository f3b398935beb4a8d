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
    // Asking for the date costs as much as asking for the time, and a message's age is counted in minutes.
    private static readonly TimeSpan s_dateIsGood = TimeSpan.FromMilliseconds(100);

    /// <summary>A handler for one receiving thread; it keeps the thread's own buffers.</summary>
    public MessageHandler HandlerFor(Transport transport)
    {
        var own = new OfThread { Repeats = new DuplicateFilter(duplicateWindow) };
        return message =>
        {
            if (Judge(message, own, transport) is { } outcome) counters.Count(transport, outcome);
        };
    }

    private Outcome? Judge(ReadOnlyMemory<byte> message, OfThread own, Transport transport)
    {
        var status = format.Parse(message, own.Log);
        if (status != ParseStatus.Session) return status == ParseStatus.NotSession ? Outcome.NotSession : Outcome.Malformed;
        var now = time.GetElapsedTime(0, time.GetTimestamp());
        if (own.DatedAt is not { } dated || now - dated >= s_dateIsGood) (own.Date, own.DatedAt) = (time.GetUtcNow().UtcDateTime, now);
        var decision = decider.Decide(own.Log, own.Date);
        if (!decision.HasVerdict) return decision.Outcome;
        if (own.Repeats.IsRepeat(decision.Verdict.Flow, now, generation())) return Outcome.Duplicate;
        if (!inbox.TryPost(new PostedVerdict(decision.Verdict, transport, now))) return Outcome.Shed;
        own.Repeats.Remember(decision.Verdict.Flow, now);
        return null;
    }

    private sealed class OfThread
    {
        public SessionLog Log { get; } = new();
        public required DuplicateFilter Repeats { get; init; }

        /// <summary>UTC, as it was at <see cref="DatedAt"/>.</summary>
        public DateTime Date { get; set; }
        public TimeSpan? DatedAt { get; set; }
    }
}

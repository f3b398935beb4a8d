using System.Runtime.CompilerServices;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Pipeline;

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
        return (message, receivedAt) =>
        {
            if (Judge(message, receivedAt, own, transport) is not { } outcome) return Reception.Log;
            counters.Count(transport, outcome);
            return outcome switch
            {
                Outcome.Malformed => Reception.Foreign,
                Outcome.Shed => Reception.Shed,
                _ => Reception.Log,
            };
        };
    }

    private Outcome? Judge(ReadOnlyMemory<byte> message, TimeSpan now, OfThread own, Transport transport)
    {
        var log = own.Log;
        var status = format.Parse(message, log);
        if (status != ParseStatus.Session) return status == ParseStatus.NotSession ? Outcome.NotSession : Outcome.Malformed;
        if (own.DatedAt is not { } dated || now - dated >= s_dateIsGood) (own.Date, own.DatedAt) = (time.GetUtcNow().UtcDateTime, now);
        var ruling = decider.Judge(log, own.Date, own.Rules, out var flow);
        if (!ruling.NamesFlow) return ruling.Outcome;
        // One address is enough: a bypass is found by either of its own.
        if (ruling.Retracts)
            return inbox.Bypassed.MayHave(flow.Match.Source) ? Post(log, ruling, flow, transport, now, ruling.Outcome) : ruling.Outcome;
        if (own.Repeats.IsRepeat(flow, now, generation())) return Outcome.Duplicate;
        if (Post(log, ruling, flow, transport, now) is { } shed) return shed;
        own.Repeats.Remember(flow, now);
        return null;
    }

    // What the table takes in it counts. A method of its own: else room for the verdict would be cleared for repeats too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Outcome? Post(
        SessionLog log, in Ruling ruling, in FlowIdentity flow, Transport transport, TimeSpan now, Outcome? otherwise = null) =>
        inbox.TryPost(new PostedVerdict(decider.VerdictOf(log, ruling, flow), transport, now, otherwise)) ? null : Outcome.Shed;

    private sealed class OfThread
    {
        public SessionLog Log { get; } = new();
        public RuleMemory Rules { get; } = new();
        public required DuplicateFilter Repeats { get; init; }

        /// <summary>UTC, as it was at <see cref="DatedAt"/>.</summary>
        public DateTime Date { get; set; }
        public TimeSpan? DatedAt { get; set; }
    }
}

using System.Runtime.CompilerServices;
using Assist.Addresses;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Trials;

namespace Assist.Pipeline;

/// <summary>What happens to a message on the thread that received it: parse, decide, sort out repeats, hand over. Every
/// message leaves here counted, or as a request that the loop of the flow table counts.</summary>
public sealed class MessageIntake(DecisionPipeline first, VerdictInbox inbox, Counters counters, TimeProvider time)
{
    // Asking for the date costs as much as asking for the time, and a message's age is counted in minutes.
    private static readonly TimeSpan s_dateIsGood = TimeSpan.FromMilliseconds(100);

    private static readonly ParseFault s_otherSerial =
        new("the serial number is not the one that firewall.senders names for this sender");

    private readonly EndedSessions _ended = new();

    /// <summary>Takes what rules on trial would have done; null where nobody asks.</summary>
    public TrialLedger? Trials { get; init; }

    /// <summary>True takes in what all rules do: all of them are on trial.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Where drops of rules that announce go too; null where nothing is announced.</summary>
    public AnnouncementRoute? Announcements { get; init; }

    private volatile DecisionPipeline _pipeline = first;

    /// <summary>From the next message on each receiving thread decides by this one. A message that a thread has in hand
    /// is decided by the one before as a whole, and may reach the table a moment after this returns.</summary>
    public void Replace(DecisionPipeline pipeline) => _pipeline = pipeline;

    /// <summary>A handler for one receiving thread; it keeps the thread's own buffers.</summary>
    public MessageHandler HandlerFor(Transport transport)
    {
        var state = new ThreadState(_pipeline, new SessionLog());
        return (message, in arrival) =>
        {
            var pipeline = _pipeline;
            // Repeats, rules and texts that are remembered belong to the pipeline that made them.
            if (state.Pipeline != pipeline) state = new ThreadState(pipeline, new SessionLog());
            return Take(message, pipeline.Parse(message, state.Log), arrival, state, transport);
        };
    }

    /// <summary>As a handler, for one caller who reads each message itself, into <paramref name="log"/> and by the
    /// pipeline that serves, which is not replaced.</summary>
    internal Action<ReadOnlyMemory<byte>, ParseStatus, Arrival> TakerFor(Transport transport, SessionLog log)
    {
        var state = new ThreadState(_pipeline, log);
        return (message, status, arrival) => Take(message, status, arrival, state, transport);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessageResult Take(
        ReadOnlyMemory<byte> message, ParseStatus status, in Arrival arrival, ThreadState state, Transport transport)
    {
        var sender = state.CountsOf(arrival.Sender, counters);
        sender.Heard(transport, arrival.At);
        if (Judge(message, status, arrival, state, transport) is not { } outcome) return MessageResult.Handled;
        counters.Count(transport, outcome);
        sender.Count(transport, outcome);
        return outcome switch
        {
            Outcome.Malformed => MessageResult.Unparsed,
            Outcome.Shed => MessageResult.Shed,
            _ => MessageResult.Handled,
        };
    }

    private Outcome? Judge(
        ReadOnlyMemory<byte> message, ParseStatus status, in Arrival arrival, ThreadState state, Transport transport)
    {
        var log = state.Log;
        if (status != ParseStatus.Session)
            return status == ParseStatus.NotSession ? Outcome.NotSession
                : Refuse(Outcome.Malformed, message, arrival, transport, log);
        var pins = state.Pipeline.Pins;
        if (pins.AskForSerials && !pins.HasSerial(arrival.Sender, log.Field(FieldRole.Serial)))
        {
            log.Fault = s_otherSerial;
            return Refuse(Outcome.RefusedSender, message, arrival, transport, log);
        }
        state.SequenceOf(log, counters.Sequences)?.Note(LogNumber.Of(log), arrival.At);
        var trust = state.Pipeline.TrustOf(transport, arrival.IsVerified);
        var ruling = state.Pipeline.Judge(log, DateOf(arrival.At, state), state.Rules, trust, out var flow);
        if (log.End != SessionEnd.None) NoteEnd(ruling, state, arrival.At);
        else if (ruling.Outcome == Outcome.Bypass && HasEnded(state, arrival.At))
            ruling = ruling with { Outcome = Outcome.Protected, Reason = Reason.SessionEnded };
        if (IsDryRun) NoteRuling(state, ruling, flow, arrival.At);
        if (state.Pipeline.HasTrials) ruling = NoteTrials(state, ruling, trust, arrival.At);
        if (ruling.Reason == Reason.SenderNotTrusted) counters.Count(TrustEffect.Refused);
        if (!ruling.NamesFlow) return Refuse(ruling, message, arrival, transport);
        // One address is enough: a bypass is found by either of its own.
        if (ruling.Retracts && !inbox.Bypassed.MayHave(flow.Match.Source))
            return Refuse(ruling, message, arrival, transport);
        if (!ruling.Retracts && state.Repeats.IsRepeat(flow, arrival.At, Generation)) return Outcome.Duplicate;
        if (!ruling.Retracts && inbox.IsFull(DecisionPipeline.ClassOf(log, ruling, flow)))
            return Shed(ruling, flow, arrival.At);
        if (!TryPost(state, ruling, flow, LogOrigin.Of(message, log, transport, arrival, state.Date), arrival.At))
            return ruling.Retracts ? Outcome.Retracted : Shed(ruling, flow, arrival.At);
        if (ruling.Retracts) return null;
        state.Repeats.Remember(flow, arrival.At);
        if (ruling.IsNarrowed) counters.Count(TrustEffect.Narrowed);
        return null;
    }

    // What has left one of the tables may come to it again.
    private int Generation => inbox.Generation + (Announcements?.Generation ?? 0);

    private Ruling NoteTrials(ThreadState state, in Ruling ruling, SenderTrust trust, TimeSpan now)
    {
        if (ruling.Outcome == Outcome.Stale) return ruling;
        var trials = state.Pipeline.Trials(state.Log, state.Rules, trust);
        foreach (var trial in trials) NoteRuling(state, trial.Ruling, trial.Flow, now);
        return TrialRuling.Beside(ruling, trials);
    }

    private void NoteRuling(ThreadState state, in Ruling ruling, in FlowIdentity flow, TimeSpan now)
    {
        if (Trials is null || ruling.Rule is not { } rule) return;
        var log = state.Log;
        Trials.Note(new TrialNote(rule.Name, ruling.Outcome, ruling.Reason)
        {
            Source = log.Source,
            Destination = log.Destination,
            Flow = flow,
            Lifetime = ruling.AsksForFlow
                ? TimeSpan.FromSeconds(state.Pipeline.VerdictOf(log, ruling, flow).Timeouts.Hard) : default,
        }, now);
    }

    // Most rulings are none of those that are kept.
    private Outcome Refuse(
        in Ruling ruling, ReadOnlyMemory<byte> message, in Arrival arrival, Transport transport)
    {
        if (counters.LastRefused.Takes(ruling.Outcome, arrival.At))
            counters.LastRefused.Keep(
                arrival.At, ruling.Outcome, transport, arrival.Sender,
                new Decision(ruling.Outcome, ruling.Reason, ruling.Rule?.Name).Text, message.Span);
        return ruling.Outcome;
    }

    private Outcome Refuse(
        Outcome outcome, ReadOnlyMemory<byte> message, in Arrival arrival, Transport transport, SessionLog log)
    {
        if (counters.LastRefused.Takes(outcome, arrival.At))
            counters.LastRefused.Keep(
                arrival.At, outcome, transport, arrival.Sender, log.Fault.ToString(), message.Span);
        return outcome;
    }

    // What is denied loses its bypass, whether there is room for the drop or not.
    private Outcome Shed(in Ruling ruling, in FlowIdentity flow, TimeSpan receivedAt)
    {
        var match = flow.Match;
        if (flow.Action == FlowAction.Drop
            && (inbox.Bypassed.MayHave(match.Source) || inbox.Bypassed.MayHave(match.Destination)))
            inbox.TryPost(FlowRequest.ToTakeBack(
                new Verdict(flow, default, default, ruling.Rule!.Name), receivedAt, Outcome.Shed));
        return Outcome.Shed;
    }

    private void NoteEnd(in Ruling ruling, ThreadState state, TimeSpan now)
    {
        if (ruling.Outcome != Outcome.Stale && state.Pipeline.TryFindBypass(state.Log, out var session))
            _ended.Note(session, state.Log.Field(FieldRole.SessionId), now);
    }

    private bool HasEnded(ThreadState state, TimeSpan now) =>
        state.Pipeline.TryFindBypass(state.Log, out var session)
        && _ended.Has(session, state.Log.Field(FieldRole.SessionId), now);

    // A method of its own: else room for the request would be cleared for repeats too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryPost(ThreadState state, in Ruling ruling, in FlowIdentity flow, Origin origin, TimeSpan receivedAt)
    {
        var verdict = state.Pipeline.VerdictOf(state.Log, ruling, flow) with { Origin = origin };
        if (ruling.Retracts) return inbox.TryPost(FlowRequest.ToTakeBack(verdict, receivedAt, ruling.Outcome));
        if (ruling.Rule!.Announce) Announcements?.Post(verdict, receivedAt);
        return inbox.TryPost(new FlowRequest(verdict, receivedAt));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DateTime DateOf(TimeSpan now, ThreadState state)
    {
        if (state.DatedAt is not { } dated || now - dated >= s_dateIsGood)
            (state.Date, state.DatedAt) = (time.GetUtcNow().UtcDateTime, now);
        return state.Date;
    }

    /// <summary>What one receiving thread remembers from message to message, for as long as its pipeline
    /// serves.</summary>
    private sealed class ThreadState(DecisionPipeline pipeline, SessionLog log)
    {
        public DecisionPipeline Pipeline { get; } = pipeline;
        public SessionLog Log { get; } = log;
        public RuleMemory Rules { get; } = new();
        public DuplicateFilter Repeats { get; } = new(pipeline.DuplicateWindow);

        // Of the last sender: most threads hear one only.
        private SenderCounts? _sender;
        private LogSequence? _traffic;
        private LogSequence? _threats;

        /// <summary>UTC, as it was at <see cref="DatedAt"/>.</summary>
        public DateTime Date { get; set; }
        public TimeSpan? DatedAt { get; set; }

        public SenderCounts CountsOf(IpAddr sender, Counters counters)
        {
            if (_sender is { } last && last.Sender == sender) return last;
            return _sender = counters.Senders.Of(sender);
        }

        /// <summary>Null where the log has no number that says something.</summary>
        public LogSequence? SequenceOf(SessionLog log, LogSequences sequences)
        {
            if (LogNumber.KeyOf(log) is not { } key) return null;
            ref var last = ref (key.IsThreat ? ref _threats : ref _traffic);
            if (last?.Key != key) last = sequences.Of(key);
            return last;
        }
    }
}

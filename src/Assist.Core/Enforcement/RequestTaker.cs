using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Enforcement;

/// <summary>Takes requests for flows from the inbox to the table, counts what became of their messages and answers
/// those who wait for it. Touched only by the loop.</summary>
internal sealed class RequestTaker(
    FlowTable table, VerdictInbox inbox, Counters counters, PauseState pause, ViewPublisher views)
{
    private readonly TakenBackSessions _takenBack = new();
    private List<Verdict> _new = [];
    private List<Verdict> _spare = [];

    public void Take(in FlowRequest request) => Settle(request, Offer(request));

    /// <summary>Takes back every bypass of these addresses: the requests that said which found no room.</summary>
    public void TakeBackAll(AddressMarks addresses, TimeSpan now)
    {
        table.Retract(addresses, now);
        _takenBack.NoteAll(now);
        views.Touch();
    }

    /// <summary>While stopping nothing new is taken in, but what is denied or over still loses its bypass.</summary>
    public void Shed(in FlowRequest request) => Settle(request, WhileStopping(request));

    /// <summary>The verdicts that have asked for a new flow since the last call; valid until the next one.</summary>
    public IReadOnlyList<Verdict> TakeNew()
    {
        if (_new.Count == 0) return [];
        (_new, _spare) = (_spare, _new);
        _new.Clear();
        return _spare;
    }

    // By the time of the message: the receiving thread's window for repeats then never ends before the table's.
    private Outcome Offer(in FlowRequest request)
    {
        if (request.Kind == RequestKind.TakeBack) return TakeBack(request);
        if (pause.IsPaused) return WhilePaused(request);
        var verdict = request.Verdict;
        if (request.AsksForBypass && _takenBack.Has(verdict.Flow.Match, request.ReceivedAt)) return Outcome.Protected;
        var outcome = table.Offer(verdict, request.ReceivedAt);
        // A drop that is in the table says itself that its session is denied.
        if (verdict.Flow.Action == FlowAction.Drop && outcome is Outcome.OverLimit or Outcome.Protected)
            _takenBack.Note(verdict.Flow.Match, request.ReceivedAt);
        if (outcome is Outcome.Drop or Outcome.Bypass or Outcome.Redirect) _new.Add(request.Verdict);
        if (outcome == Outcome.Refreshed && verdict.IsConfined) counters.Count(TrustEffect.NotExtended);
        if (outcome != Outcome.Duplicate) views.Touch();
        return outcome;
    }

    private Outcome TakeBack(in FlowRequest request)
    {
        _takenBack.Note(request.Verdict.Flow.Match, request.ReceivedAt);
        if (!table.Retract(request.Verdict.Flow.Match, request.ReceivedAt)) return request.IfNothingWasThere;
        views.Touch();
        return Outcome.Retracted;
    }

    // What is denied loses its way past the firewall all the same: taking back is no acting.
    private Outcome WhilePaused(in FlowRequest request)
    {
        var isDrop = request.Verdict.Flow.Action == FlowAction.Drop;
        if (isDrop && table.Retract(request.Verdict.Flow.Match, request.ReceivedAt)) views.Touch();
        return Outcome.Paused;
    }

    private Outcome WhileStopping(in FlowRequest request)
    {
        if (request.Kind == RequestKind.TakeBack) return TakeBack(request);
        if (request.Verdict.Flow.Action == FlowAction.Drop)
            table.Retract(request.Verdict.Flow.Match, request.ReceivedAt);
        return Outcome.Shed;
    }

    // What is no message has its own counters, and its answer.
    private void Settle(in FlowRequest request, Outcome outcome)
    {
        if (request.Origin is { Transport: { } transport } origin)
        {
            counters.Count(transport, outcome);
            counters.Senders.Of(origin.Sender).Count(transport, outcome);
            if (outcome is Outcome.OverLimit or Outcome.Protected && request.Kind == RequestKind.Install)
                Keep(request, outcome, transport, origin);
        }
        inbox.Settle(request, outcome);
    }

    // A request carries the beginning of its message.
    private void Keep(in FlowRequest request, Outcome outcome, Transport transport, Origin origin)
    {
        if (!counters.LastRefused.Takes(outcome, request.ReceivedAt)) return;
        var why = outcome == Outcome.OverLimit ? RefusalWords.Of(table.Limits.Last) : RefusalWords.Denied;
        counters.LastRefused.Keep(
            request.ReceivedAt, outcome, transport, origin.Sender, $"rule {request.Verdict.Rule}: {why}",
            origin.Excerpt.Span);
    }
}

using Assist.Addresses;
using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>Sums up who has most drops, bypasses, packets and bytes over the last minute, hour and day. Flows are
/// counted when a verdict asks for them; packets and bytes when a reading of the switch shows them, so that what a flow
/// counts between the last reading and its end is missing. At most 42 periods of 20 lists of 64 names: some
/// 2 MB.</summary>
internal sealed class TopTalkers(FlowEvents events, Func<TableView> view, TimeProvider time)
{
    private const int Batch = 512;

    // More than the table's loop publishes in it, but for a table that is lost at once.
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<string, TopSpan> _spans = new(StringComparer.Ordinal)
    {
        ["minute"] = new TopSpan(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)),
        [TopQuestion.Hour] = new TopSpan(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
        ["day"] = new TopSpan(TimeSpan.FromDays(1), TimeSpan.FromHours(1)),
    };

    private readonly TimeSpan _startedAt = time.GetElapsedTime(0);

    // Touched only by the one who samples.
    private readonly Dictionary<TopAmount, long> _amounts = [];
    private Dictionary<FlowIdentity, Counted> _counted = [];
    private Dictionary<FlowIdentity, Counted> _spare = [];
    private TableView? _lastView;
    private long _cursor = events.Next;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stopping)) Sample();
    }

    /// <summary>Not beside <see cref="RunAsync"/>.</summary>
    public void Sample()
    {
        var missed = AddRequests();
        AddTraffic();
        if (_amounts.Count == 0 && missed == 0) return;
        var now = time.GetElapsedTime(0);
        lock (_gate)
            foreach (var span in _spans.Values) span.Add(_amounts, missed, now);
        _amounts.Clear();
    }

    /// <param name="question">Without a fault.</param>
    public TopReport Of(TopQuestion question)
    {
        var now = time.GetElapsedTime(0);
        var by = (TopFigure)TopQuestion.Figures.ToList().IndexOf(question.By);
        lock (_gate)
        {
            var span = _spans[question.Over];
            var since = span.Since(now);
            return new TopReport(
                question.Over, question.By, time.GetUtcNow() - (now - (since > _startedAt ? since : _startedAt)))
            {
                Missed = span.Missed,
                Rules = List(TopSubject.Rules),
                Sources = List(TopSubject.Sources),
                Destinations = List(TopSubject.Destinations),
                Applications = List(TopSubject.Applications),
                Senders = List(TopSubject.Senders),
            };

            TopList List(TopSubject subject) => span.ListOf(subject, by, question.Last, now);
        }
    }

    // Gives how many were missed.
    private long AddRequests()
    {
        var missed = 0L;
        while (true)
        {
            var facts = events.Read(ref _cursor, Batch, out var lost);
            missed += lost;
            foreach (var fact in facts)
                if (fact is { Kind: FlowEventKind.Requested, Identity: { } flow }) AddRequest(fact, flow);
            if (facts.Count < Batch) return missed;
        }
    }

    private void AddRequest(FlowEvent fact, in FlowIdentity flow)
    {
        if (flow.Action == FlowAction.Redirect) return;
        Add(
            flow.Action == FlowAction.Drop ? TopFigure.Drops : TopFigure.Bypasses, 1, flow.Match, fact.Rule,
            fact.Origin);
    }

    private void AddTraffic()
    {
        var now = view();
        if (ReferenceEquals(now, _lastView)) return;
        var counted = _spare;
        counted.Clear();
        foreach (var flow in now.Flows)
        {
            var (verdict, shown) = (flow.Verdict, new Counted(flow.Packets ?? 0, flow.Bytes ?? 0));
            // What an earlier run has installed had counted before.
            var before = _counted.TryGetValue(verdict.Flow, out var known) ? known
                : flow.BegunAt >= _startedAt ? default : shown;
            counted[verdict.Flow] = shown;
            Add(TopFigure.Packets, More(before.Packets, shown.Packets), verdict);
            Add(TopFigure.Bytes, More(before.Bytes, shown.Bytes), verdict);
        }
        (_counted, _spare, _lastView) = (counted, _counted, now);
    }

    // A counter that went back was cleared: what it shows came since then.
    private static long More(long before, long now) => now >= before ? now - before : now;

    private void Add(TopFigure figure, long amount, in Verdict verdict) =>
        Add(figure, amount, verdict.Flow.Match, verdict.Rule, verdict.Origin);

    private void Add(TopFigure figure, long amount, in FlowMatch match, string rule, Origin? origin)
    {
        if (amount == 0) return;
        Add(TopSubject.Rules, new TopName(default, rule));
        Add(TopSubject.Sources, new TopName(match.Source, ""));
        Add(TopSubject.Destinations, new TopName(match.Destination, ""));
        Add(TopSubject.Applications, new TopName(default, origin?.Application ?? ""));
        Add(TopSubject.Senders, new TopName(origin?.Sender ?? default, ""));

        void Add(TopSubject subject, TopName name)
        {
            // A match without an address, a log without an application, a flow of an earlier run.
            if (!name.Address.IsKnown && name.Text.Length == 0) return;
            var key = new TopAmount(subject, figure, name);
            _amounts[key] = _amounts.GetValueOrDefault(key) + amount;
        }
    }

    private readonly record struct Counted(long Packets, long Bytes);
}

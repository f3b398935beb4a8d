using System.Globalization;
using System.Text;
using Assist.Control;
using Microsoft.Extensions.Logging;

namespace Assist.Http;

/// <summary>All that may be asked and ordered: the one list, by which requests are answered and described.</summary>
internal sealed partial class Routes : IDisposable
{
    private const string Api = "/api/v1";
    private const int MostRefused = 1000;
    private const int UsualRefused = 50;

    private static readonly Parameter s_last = new("last", "integer", "how many at most, 50 unless told otherwise");

    private readonly HttpSources _sources;
    private readonly ILogger _log;
    private readonly EventStream _events;
    private readonly Recent<ControlResponse> _flows;

    public Routes(HttpSources sources, int eventReaders, TimeProvider time, ILogger log)
    {
        (_sources, _log) = (sources, log);
        _events = new EventStream(sources.Events, sources.Now, eventReaders, time);
        _flows = new Recent<ControlResponse>(
            () => sources.Ask(new ControlRequest { Command = "flows" }), TimeSpan.FromMilliseconds(500), time);
        All = [.. ForMachines(), .. Questions(), .. Orders()];
    }

    public IReadOnlyList<Route> All { get; }

    public void Dispose() => _events.Dispose();

    private Route[] ForMachines() =>
    [
        new Route("/healthz", Access.Open, "200 while the daemon lives: its flow table answers",
            async _ => Health(await _sources.Status())) { ContentType = "text/plain" },
        new Route("/readyz", Access.Open, "200 while the switch answers and logs can come",
            async _ => Ready(await _sources.Status())) { ContentType = "text/plain" },
        new Route("/metrics", Access.Read, "the metrics for Prometheus, as text or, if Accept asks, as OpenMetrics",
            MetricsAsync) { ContentType = "text/plain" },
        new Route($"{Api}/events", Access.Read, "each fact about a flow as it comes (server-sent events)",
            EventsAsync)
        {
            ContentType = EventStream.ContentType,
            Parameters =
            [
                new("last_event_id", "string", "the last one that is known, as in the header Last-Event-ID"),
                new("back", "integer", "begin so many facts ago, without an id"),
            ],
        },
    ];

    private Route[] Questions() =>
    [
        new Route($"{Api}/status", Access.Read, "what `assist status --json` prints",
            async _ => Answer.Of(await _sources.Status(), ControlJson.Default.StatusReport))
        { Type = ControlJson.Default.StatusReport },
        new Route($"{Api}/flows", Access.Read, "the flows", FlowsAsync)
        {
            Type = ControlJson.Default.FlowPage,
            Parameters =
            [
                new("search", "string", "a part of a name, rule, address or port, or a prefix"),
                new("action", "string", "drop, bypass or redirect"),
                new("state", "string", "as in the reference"),
                new("rule", "string", "of the configuration"),
                new("ended", "boolean", "true for the last ones that have left the table"),
                new("sort", "string", $"{string.Join(", ", FlowQuery.Orders)}; with - the largest first"),
                new("offset", "integer", "how many to leave out"),
                new("limit", "integer", $"how many at most, up to {FlowQuery.MostAtOnce}"),
            ],
        },
        new Route(
            $"{Api}/flows/{{name}}", Access.Read, "one flow, why it is there, and what has become of it", FlowAsync)
        {
            Type = ControlJson.Default.FlowReport,
        },
        new Route($"{Api}/why", Access.Read, "what `assist why --json` prints", WhyAsync)
        {
            Type = ControlJson.Default.WhyReport,
            Parameters = [new("address", "string", "an address or a prefix")],
        },
        new Route($"{Api}/refused", Access.Read, "what `assist refused --json` prints", RefusedAsync)
        {
            Type = ControlJson.Default.ControlResponse,
            Parameters = [s_last],
        },
        new Route($"{Api}/top", Access.Read, "who has most drops, bypasses, packets and bytes", TopAsync)
        {
            Type = ControlJson.Default.TopReport,
            Parameters =
            [
                new("over", "string", $"{string.Join(", ", TopQuestion.Spans.Keys)}; hour unless told otherwise"),
                new("by", "string", $"{string.Join(", ", TopQuestion.Figures)}: the largest first"),
                new("last", "integer", $"how many of each list at most, up to {TopQuestion.Most}"),
            ],
        },
        new Route($"{Api}/history", Access.Read, "rates and the table's use, second by second", TrendAsync)
        {
            Type = ControlJson.Default.TrendReport,
            Parameters = [new("after", "integer", "the number of the last sample that is known")],
        },
    ];

    private IEnumerable<Route> Orders() =>
    [
        Order("delete", "removes the flows of a name, address, rule or action, or all"),
        Order("allow", "forbids drops of an address for so many seconds, and removes those that there are"),
        Order("allow_end", "takes an allowance back"),
        Order("pause", "stops acting on verdicts, for so many seconds or until resume"),
        Order("resume", "ends a pause"),
        Order("panic", "removes every flow and pauses"),
    ];

    private Route Order(string name, string meaning) => new(
        $"{Api}/{name}", Access.Act, meaning, call => OrderAsync(name, call))
    {
        Type = ControlJson.Default.ControlResponse,
        Body = HttpJson.Default.OrderBody,
    };

    private async Task<Answer?> OrderAsync(string order, WebCall call)
    {
        var (body, fault) = OrderBody.Of(await call.ReadBodyAsync());
        if ((fault ?? body!.FaultFor(order)) is { } wrong) return Answer.Fault(400, wrong);
        Ordered(_log, order, call.RemoteAddress);
        var answer = await _sources.Ask(body!.Request(order));
        return Answer.Of(answer, ControlJson.Default.ControlResponse, answer.Error is null ? 200 : 409);
    }

    private async Task<Answer?> FlowsAsync(WebCall call)
    {
        var (query, fault) = FlowQuery.Of(call);
        return query is null ? Answer.Fault(400, fault!)
            : Answer.Of(query.Page(await _flows.Get()), ControlJson.Default.FlowPage);
    }

    private async Task<Answer?> FlowAsync(WebCall call) =>
        await _sources.Flow(Route.LastPart(call.Path)) is { } report
            ? Answer.Of(report, ControlJson.Default.FlowReport)
            : Answer.Fault(404, "nothing is known of a flow of that name");

    private async Task<Answer?> WhyAsync(WebCall call)
    {
        var answer = await _sources.Ask(new ControlRequest
        {
            Command = "why",
            Filter = new FlowFilter { Address = call.Query("address") },
        });
        return answer.Why is { } why ? Answer.Of(why, ControlJson.Default.WhyReport)
            : Answer.Fault(400, answer.Error ?? "the daemon did not say why");
    }

    private async Task<Answer?> RefusedAsync(WebCall call)
    {
        var last = Number(call.Query("last"), UsualRefused);
        return last is < 1 or > MostRefused ? Answer.Fault(400, $"last is a number from 1 to {MostRefused}")
            : Answer.Of(
                await _sources.Ask(new ControlRequest { Command = "refused", Last = (int)last }),
                ControlJson.Default.ControlResponse);
    }

    private async Task<Answer?> TopAsync(WebCall call)
    {
        var usual = new TopQuestion();
        var question = new TopQuestion
        {
            Over = call.Query("over") ?? usual.Over,
            By = call.Query("by") ?? usual.By,
            Last = (int)Math.Min(Number(call.Query("last"), usual.Last), int.MaxValue),
        };
        if (question.Fault() is { } wrong) return Answer.Fault(400, wrong);
        var answer = await _sources.Ask(new ControlRequest { Command = "top", Top = question });
        return answer.Top is { } report ? Answer.Of(report, ControlJson.Default.TopReport)
            : Answer.Fault(503, answer.Error ?? "the daemon sent no lists");
    }

    private Task<Answer?> TrendAsync(WebCall call) => Task.FromResult<Answer?>(
        Number(call.Query("after"), 0) is >= 0 and var after
            ? Answer.Of(_sources.Trend(after), ControlJson.Default.TrendReport)
            : Answer.Fault(400, "after is a number from 0 on"));

    private async Task<Answer?> EventsAsync(WebCall call) => await _events.TryServeAsync(call) ? null
        : Answer.Fault(503, "too many read the events already; try again later");

    private async Task<Answer?> MetricsAsync(WebCall call)
    {
        var text = await _sources.Metrics();
        return OpenMetrics.IsAskedFor(call.Header("Accept"))
            ? new Answer(200, OpenMetrics.ContentType, Encoding.UTF8.GetBytes(OpenMetrics.Of(text)))
            : new Answer(200, MetricsText.ContentType, Encoding.UTF8.GetBytes(text));
    }

    private static Answer Health(StatusReport status) => status.ProblemKinds.ContainsKey(HealthKind.LoopStuck)
        ? Answer.Text(503, "the flow table does not answer\n") : Answer.Text(200, "alive\n");

    private static Answer Ready(StatusReport status) =>
        !status.Switch.Reachable ? Answer.Text(503, "the switch does not answer\n")
        : status.ProblemKinds.ContainsKey(HealthKind.LoopStuck) ? Health(status)
        : status.Listeners.Count == 0 ? Answer.Text(503, "no listener is up\n") : Answer.Text(200, "ready\n");

    // -1 where it is none.
    private static long Number(string? text, long usual) => text is null ? usual
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    [LoggerMessage(EventId = 832, Level = LogLevel.Information, Message = "http: {Order} was ordered from {Address}")]
    private static partial void Ordered(ILogger log, string order, System.Net.IPAddress? address);
}

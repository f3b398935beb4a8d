using Assist.Configuration;
using Assist.Control;
using Assist.Http;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>What is served over HTTP. Where nothing is configured nothing is made, and nothing of the web server is
/// loaded.</summary>
internal sealed class WebEndpoints(MetricsServer? metrics, HttpServer? http, Trend? trend, FlowHistory history)
    : IDisposable
{
    /// <summary>Also asked at the control socket.</summary>
    public FlowHistory History { get; } = history;

    // A page asks once a second, and so may whoever scrapes: they get the same.
    private static readonly TimeSpan s_statusAge = TimeSpan.FromMilliseconds(900);

    /// <param name="ask">The same questions and orders as at the control socket.</param>
    /// <exception cref="DaemonException">A certificate cannot be used.</exception>
    public static WebEndpoints Of(
        DaemonParts parts, StatusReporter status, FlowEvents events,
        Func<ControlRequest, Task<ControlResponse>> ask, TimeProvider time, ILoggerFactory logs)
    {
        var (web, controller) = (parts.Config.Outward, parts.Controller);
        var metrics = web.Metrics is not { } endPoint ? null
            : new MetricsServer(
                endPoint, () => Task.FromResult(status.Metrics()), logs.CreateLogger<MetricsServer>());
        var history = new FlowHistory(
            new CauseReporter(parts, status, time), events, () => controller.Now, parts.Config.Log.Audit, time);
        if (web.Http is not { } options) return new WebEndpoints(metrics, null, null, history);
        var trend = new Trend(parts.Counters, () => controller.View, controller.Reaction, time);
        var recent = new Recent<StatusReport>(() => Task.FromResult(status.Report()), s_statusAge, time);
        var sources = new HttpSources
        {
            Ask = ask,
            Status = recent.Get,
            Metrics = async () => status.MetricsOf(await recent.Get()),
            Flow = history.OfAsync,
            Trend = trend.After,
            Events = events,
            Now = () => controller.Now,
        };
        return new WebEndpoints(
            metrics, new HttpServer(options, sources, time, logs.CreateLogger<HttpServer>()), trend, history);
    }

    /// <exception cref="DaemonException">A port is not available.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (metrics is not null) await metrics.StartAsync(cancellation);
        if (http is not null) await http.StartAsync(cancellation);
    }

    /// <summary>Runs until it is cancelled, where there is something to do.</summary>
    public Task RunAsync(CancellationToken stopping) => trend?.RunAsync(stopping) ?? Task.CompletedTask;

    public async Task StopAsync()
    {
        if (metrics is not null) await metrics.StopAsync();
        if (http is not null) await http.StopAsync();
    }

    public void Dispose()
    {
        metrics?.Dispose();
        http?.Dispose();
        History.Dispose();
    }
}

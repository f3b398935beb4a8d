using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Assist.Http;

/// <summary>Serves /metrics over HTTP to whoever may reach its port; it can be read there and nothing else.</summary>
internal sealed partial class MetricsServer : IDisposable
{
    /// <summary>Connections at a time; a further one is closed. Readers are few, and each takes a descriptor that the
    /// syslog listeners may need.</summary>
    public const int MaxConnections = 16;

    private const string Path = "/metrics";

    private static readonly TimeSpan s_readerLimit = TimeSpan.FromSeconds(10);

    private readonly IPEndPoint _endPoint;
    private readonly Func<Task<string>> _metrics;
    private readonly ILogger<MetricsServer> _log;
    private readonly WebServer _server;

    public MetricsServer(IPEndPoint endPoint, Func<Task<string>> metrics, ILogger<MetricsServer> log)
    {
        (_endPoint, _metrics, _log) = (endPoint, metrics, log);
        var place = new WebPlace("metrics.listen", endPoint, MaxConnections, s_readerLimit, MaxBody: 0);
        _server = new WebServer(place, AnswerAsync, TimeProvider.System, log);
    }

    /// <exception cref="DaemonException">The port is not available.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _server.StartAsync(cancellation);
        if (_log.IsEnabled(LogLevel.Information)) Serving(_log, _endPoint);
    }

    public Task StopAsync() => _server.StopAsync();

    public void Dispose() => _server.Dispose();

    private async Task AnswerAsync(WebCall call)
    {
        var isFound = call.Asks && call.Path == Path;
        var text = isFound ? await AskAsync(call.Stopping) : $"see {Path}\n";
        await call.SendAsync(
            text is null ? 503 : isFound ? 200 : 404,
            text is not null && isFound ? MetricsText.ContentType : "text/plain", Encoding.UTF8.GetBytes(text ?? ""));
    }

    // Null where there is no answer: the daemon goes on without it.
    private async Task<string?> AskAsync(CancellationToken stopping)
    {
        try
        {
            return await _metrics().WaitAsync(stopping);
        }
        catch (Exception e)
        {
            if (!stopping.IsCancellationRequested) Failed(_log, e);
            return null;
        }
    }

    [LoggerMessage(EventId = 632, Level = LogLevel.Error, Message = "a request for metrics failed")]
    private static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(EventId = 631, Level = LogLevel.Information, Message = "metrics on http://{EndPoint}/metrics")]
    private static partial void Serving(ILogger log, IPEndPoint endPoint);
}

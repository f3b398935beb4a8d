using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Assist.Http;

/// <summary>Serves /metrics over HTTP to whoever may reach its port; it can be read there and nothing else.</summary>
internal sealed partial class MetricsServer(
    IPEndPoint endPoint, Func<Task<string>> metrics, ILogger<MetricsServer> log)
    : IHttpApplication<IFeatureCollection>, IDisposable
{
    /// <summary>Connections at a time; a further one is closed. Readers are few, and each takes a descriptor that the
    /// syslog listeners may need.</summary>
    public const int MaxConnections = 16;

    /// <summary>In which a reader must have sent its request, and after which an idle connection is closed.</summary>
    public static readonly TimeSpan ReaderLimit = TimeSpan.FromSeconds(10);

    private const string Path = "/metrics";

    private readonly KestrelServer _server = new(
        Options.Create(OptionsOf(endPoint)),
        new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
        // What a reader does wrong is its own trouble: it gets the status code.
        NullLoggerFactory.Instance);

    private readonly CancellationTokenSource _stopping = new();

    /// <exception cref="DaemonException">The port is not available.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _server.StartAsync(this, cancellation);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new DaemonException($"metrics.listen: {endPoint} is not available: {e.Message}", e);
        }
        if (log.IsEnabled(LogLevel.Information)) Serving(log, endPoint);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        // Cancelled: connections are closed at once, whatever their readers wait for.
        await _server.StopAsync(_stopping.Token);
    }

    public void Dispose()
    {
        _server.Dispose();
        _stopping.Dispose();
    }

    IFeatureCollection IHttpApplication<IFeatureCollection>.CreateContext(IFeatureCollection contextFeatures) =>
        contextFeatures;

    async Task IHttpApplication<IFeatureCollection>.ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var isFound = request.Method is "GET" or "HEAD" && request.Path == Path;
        var text = isFound ? await AskAsync() : $"see {Path}\n";
        response.StatusCode = text is null ? 503 : isFound ? 200 : 404;
        var body = Encoding.UTF8.GetBytes(text ?? "");
        response.Headers.ContentType = text is not null && isFound ? MetricsText.ContentType : "text/plain";
        response.Headers.ContentLength = body.Length;
        if (request.Method != "HEAD")
            await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body, _stopping.Token);
    }

    void IHttpApplication<IFeatureCollection>.DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    // Null where there is no answer: the daemon goes on without it.
    private async Task<string?> AskAsync()
    {
        try
        {
            return await metrics().WaitAsync(_stopping.Token);
        }
        catch (Exception e)
        {
            if (!_stopping.IsCancellationRequested) Failed(log, e);
            return null;
        }
    }

    private static KestrelServerOptions OptionsOf(IPEndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.RequestHeadersTimeout = ReaderLimit;
        options.Limits.KeepAliveTimeout = ReaderLimit;
        options.Limits.MaxRequestBodySize = 0;
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        return options;
    }

    [LoggerMessage(EventId = 632, Level = LogLevel.Error, Message = "a request for metrics failed")]
    private static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(EventId = 631, Level = LogLevel.Information, Message = "metrics on http://{EndPoint}/metrics")]
    private static partial void Serving(ILogger log, IPEndPoint endPoint);
}

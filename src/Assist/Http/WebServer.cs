using System.Net;
using System.Net.Sockets;
using Assist.Inputs.Syslog;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Assist.Http;

/// <summary>Where a server listens, and how much it lets others ask of it.</summary>
/// <param name="Key">Of the configuration, for a fault of the port.</param>
/// <param name="Timeout">In which a request must have come, and after which an idle connection is closed.</param>
/// <param name="MaxBody">Of a request, in bytes.</param>
internal sealed record WebPlace(string Key, IPEndPoint EndPoint, int MaxConnections, TimeSpan Timeout, int MaxBody)
{
    /// <summary>Null serves without TLS.</summary>
    public TlsCredentials? Tls { get; init; }
}

/// <summary>Takes requests over HTTP/1.1 and has them answered; nothing of it is loaded before it is made.</summary>
internal sealed partial class WebServer : IHttpApplication<IFeatureCollection>, IDisposable
{
    private readonly WebPlace _place;
    private readonly Func<WebCall, Task> _answer;
    private readonly ILogger _log;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();

    public WebServer(WebPlace place, Func<WebCall, Task> answer, TimeProvider time, ILogger log)
    {
        (_place, _answer, _log) = (place, answer, log);
        _server = new KestrelServer(
            Options.Create(OptionsOf(place, time)),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            // What a reader does wrong is its own trouble: it gets the status code.
            NullLoggerFactory.Instance);
    }

    /// <exception cref="DaemonException">The port is not available.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _server.StartAsync(this, cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new DaemonException($"{_place.Key}: {_place.EndPoint} is not available: {e.Message}", e);
        }
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
        var gone = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, _stopping.Token);
        var call = new WebCall(context, _place.Tls is not null, either.Token);
        try
        {
            await _answer(call);
        }
        catch (Exception) when (either.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception e) when (e is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            Failed(_log, _place.Key, e);
            if (!context.GetRequiredFeature<IHttpResponseFeature>().HasStarted)
                await call.SendAsync(500, "text/plain", "the daemon's log says what failed\n"u8.ToArray());
        }
    }

    void IHttpApplication<IFeatureCollection>.DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    private static KestrelServerOptions OptionsOf(WebPlace place, TimeProvider time)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = place.MaxConnections;
        options.Limits.RequestHeadersTimeout = place.Timeout;
        options.Limits.KeepAliveTimeout = place.Timeout;
        options.Limits.MaxRequestBodySize = place.MaxBody;
        options.Listen(place.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (place.Tls is { } tls) listen.Use(new TlsConnections(tls, place.Timeout, time).Over);
        });
        return options;
    }

    [LoggerMessage(EventId = 830, Level = LogLevel.Error, Message = "{Key}: a request failed")]
    private static partial void Failed(ILogger log, string key, Exception fault);
}

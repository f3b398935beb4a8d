using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Assist.Http;

/// <summary>Serves /metrics over HTTP to whoever may reach its port; it can be read there and nothing else.</summary>
internal sealed partial class MetricsServer(
    IPEndPoint endPoint, Func<Task<string>> metrics, ILogger<MetricsServer> log) : IDisposable
{
    private const string Path = "/metrics";
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _serving = Task.CompletedTask;

    /// <exception cref="DaemonException">The port is not available.</exception>
    public void Start()
    {
        var isAny = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);
        var host = isAny ? "+" : endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"[{endPoint.Address}]" : endPoint.Address.ToString();
        _listener.Prefixes.Add($"http://{host}:{endPoint.Port}/");
        try
        {
            _listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or System.Net.Sockets.SocketException)
        {
            throw new DaemonException($"metrics.listen: {endPoint} is not available: {e.Message}", e);
        }
        _serving = ServeAsync();
        if (log.IsEnabled(LogLevel.Information)) Serving(log, endPoint);
    }

    public async Task StopAsync()
    {
        // First, and not left to Close: while that is under way the listener takes another wait, and never ends it.
        await _stopping.CancelAsync();
        _listener.Close();
        await _serving;
    }

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested) _stopping.Cancel();
        ((IDisposable)_listener).Dispose();
        _stopping.Dispose();
    }

    // One at a time: the readers are few, and a daemon has better things to do.
    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync().WaitAsync(_stopping.Token);
                await AnswerAsync(context).WaitAsync(_stopping.Token);
            }
            catch (Exception e) when (e
                is HttpListenerException or ObjectDisposedException or OperationCanceledException or IOException)
            {
                // Closed, or a reader that went away.
            }
            catch (Exception e)
            {
                // One answer less: the daemon goes on without it.
                Failed(log, e);
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var isFound = context.Request.HttpMethod is "GET" or "HEAD" && context.Request.Url?.AbsolutePath == Path;
        var body = Encoding.UTF8.GetBytes(isFound ? await metrics() : $"see {Path}\n");
        context.Response.StatusCode = isFound ? 200 : 404;
        context.Response.ContentType = isFound ? MetricsText.ContentType : "text/plain";
        context.Response.ContentLength64 = body.Length;
        if (context.Request.HttpMethod != "HEAD") await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }

    [LoggerMessage(EventId = 632, Level = LogLevel.Error, Message = "a request for metrics failed")]
    private static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(EventId = 631, Level = LogLevel.Information, Message = "metrics on http://{EndPoint}/metrics")]
    private static partial void Serving(ILogger log, IPEndPoint endPoint);
}

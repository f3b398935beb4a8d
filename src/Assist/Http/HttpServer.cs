using Assist.Configuration;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Assist.Http;

/// <summary>The page, and the interface for programs.</summary>
internal sealed partial class HttpServer : IDisposable
{
    // An order has a few texts.
    private const int MaxBody = 16 << 10;
    private const string Key = "http.listen";

    // Nothing from elsewhere, and nothing that stands in the text: what a log says can never be a script.
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly HttpOptions _options;
    private readonly ILogger<HttpServer> _log;
    private readonly Gate _gate;
    private readonly Routes _routes;
    private readonly OpenApi _description;
    private readonly WebServer _server;

    /// <exception cref="DaemonException">Its certificate cannot be used.</exception>
    public HttpServer(HttpOptions options, HttpSources sources, TimeProvider time, ILogger<HttpServer> log)
    {
        (_options, _log) = (options, log);
        _gate = new Gate(options, time, log);
        // The rest stays for whoever asks something.
        _routes = new Routes(sources, options.MaxConnections / 2, time, log);
        _description = new OpenApi(_routes.All);
        var place = new WebPlace(Key, options.Listen, options.MaxConnections, options.Timeout, MaxBody)
        {
            Tls = Tls(options, time, log),
        };
        _server = new WebServer(place, AnswerAsync, time, log);
    }

    /// <exception cref="DaemonException">The port is not available.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _server.StartAsync(cancellation);
        var scheme = _options.Certificate is null ? "http" : "https";
        var changes = _options.TokenFile is null ? "nothing can be changed there"
            : "changes need the token of http.token_file";
        Serving(_log, scheme, _options.Listen, _options.PathPrefix, changes);
    }

    public Task StopAsync() => _server.StopAsync();

    public void Dispose()
    {
        _server.Dispose();
        _routes.Dispose();
    }

    private static TlsCredentials? Tls(HttpOptions options, TimeProvider time, ILogger log)
    {
        if (options.Certificate is null) return null;
        try
        {
            var listener = new ListenerOptions
            {
                Transport = Transport.Tls,
                Port = options.Listen.Port,
                Certificate = options.Certificate,
                Key = options.Key,
            };
            return new TlsCredentials(listener, log, time);
        }
        catch (ListenerException e)
        {
            throw new DaemonException($"http: {e.Message}", e);
        }
    }

    private async Task AnswerAsync(WebCall call)
    {
        AddHeaders(call.ResponseHeaders);
        try
        {
            if (await FindAsync(call) is { } answer)
                await call.SendAsync(answer.Status, answer.ContentType, answer.Body);
        }
        catch (BadHttpRequestException e)
        {
            var fault = Answer.Fault(e.StatusCode, "the body is too long, or came too slowly");
            await call.SendAsync(fault.Status, fault.ContentType, fault.Body);
        }
    }

    private async Task<Answer?> FindAsync(WebCall call)
    {
        if (!call.TryEnter(_options.PathPrefix))
            return Answer.Fault(404, $"everything is below {_options.PathPrefix}/");
        if (call.Path.Length == 0) return Redirect(call);
        if (PageFiles.Find(call.Path) is { } file) return Page(call, file);
        if (call.Path == OpenApi.Path) return Guarded(call, Access.Open, asks: true) ?? Description(call);
        if (_routes.All.FirstOrDefault(route => route.Leads(call.Path)) is not { } found)
            return Answer.Fault(404, "there is nothing here; api/v1/openapi.json says what there is");
        return Guarded(call, found.Access, asks: !found.Changes) ?? await found.Serve(call);
    }

    private Answer? Guarded(WebCall call, Access access, bool asks)
    {
        if (_gate.Judge(call, access) is { } refusal)
        {
            if (refusal.Status == 401) call.ResponseHeaders.WWWAuthenticate = "Bearer";
            return Answer.Fault(refusal.Status, refusal.Text);
        }
        if (asks == call.Asks && (asks || call.Method == "POST")) return null;
        call.ResponseHeaders.Allow = asks ? "GET, HEAD" : "POST";
        return Answer.Fault(405, $"use {(asks ? "GET" : "POST")}");
    }

    // A relative address on the page would else lead beside the prefix.
    private Answer Redirect(WebCall call)
    {
        call.ResponseHeaders.Location = $"{OuterPrefix(call)}{_options.PathPrefix}/";
        return Answer.Text(308, "");
    }

    private Answer Page(WebCall call, PageFile file)
    {
        // What is no secret: it tells nothing of the network.
        if (Guarded(call, Access.Open, asks: true) is { } refused) return refused;
        call.ResponseHeaders.ETag = file.Tag;
        call.ResponseHeaders.CacheControl = "no-cache";
        return call.Header("If-None-Match") == file.Tag ? new Answer(304, file.ContentType, default)
            : new Answer(200, file.ContentType, file.Content);
    }

    private Answer Description(WebCall call) =>
        new(200, "application/json", _description.Text($"{OuterPrefix(call)}{_options.PathPrefix}"));

    // What a proxy in front has taken away.
    private static string OuterPrefix(WebCall call)
    {
        var outer = call.Header("X-Forwarded-Prefix").TrimEnd('/');
        return HttpReader.IsPath(outer) ? outer : "";
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    [LoggerMessage(EventId = 833, Level = LogLevel.Information, Message =
        "page on {Scheme}://{EndPoint}{Prefix}/; {Changes}")]
    private static partial void Serving(
        ILogger log, string scheme, System.Net.IPEndPoint endPoint, string prefix, string changes);
}

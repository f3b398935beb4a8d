using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Assist.Configuration;

namespace Assist.Events;

/// <summary>A receiver of HTTP requests: one POST with JSON for each fact.</summary>
internal sealed class WebhookSink : IEventSink
{
    private readonly EventWebhookOptions _options;
    private readonly TimeProvider _time;
    private HttpClient? _http;

    public WebhookSink(EventWebhookOptions options, TimeProvider time) => (_options, _time) = (options, time);

    public string Name => "webhook";

    // A path is often a secret.
    public string Target => _options.Url is { } url ? url.GetLeftPart(UriPartial.Authority) : _options.UrlFile!;

    public async Task SendAsync(EventFact fact, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            _http ??= new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
            using var request = RequestOf(fact);
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            Judge(response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EventSinkException($"no answer within {_options.Timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            throw new EventSinkException((e.InnerException?.Message ?? e.Message).ReplaceLineEndings(" "), inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new EventSinkException(e.Message.ReplaceLineEndings(" "), inner: e);
        }
    }

    public void Dispose() => _http?.Dispose();

    // RFC 9110 15.5: what the receiver will not take later either. A limit of its own it will.
    private static void Judge(HttpStatusCode status)
    {
        if ((int)status is >= 200 and < 300) return;
        var isFinal = (int)status is >= 400 and < 500 && status is not (HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            or HttpStatusCode.NotFound);
        throw new EventSinkException($"the receiver answered HTTP {(int)status}", isFinal);
    }

    private SocketsHttpHandler Handler()
    {
        // What the configuration names is told, and nobody to whom that would pass it on.
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };
        if (_options.Ca is { } ca) handler.SslOptions.CertificateChainPolicy = EventTrust.Only(ca);
        return handler;
    }

    private HttpRequestMessage RequestOf(EventFact fact)
    {
        var body = _options.Template is { } template ? Encoding.UTF8.GetBytes(template.Fill(fact.ValueOf)) : fact.Json;
        var request = new HttpRequestMessage(HttpMethod.Post, Url()) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // Read at each request, so that it can be replaced in place.
        if (_options.TokenFile is { } file)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", FirstLine(file));
        return request;
    }

    private Uri Url() => _options.Url ?? EventsReader.UrlOf(FirstLine(_options.UrlFile!))
        ?? throw new IOException($"the first line of {_options.UrlFile} is no address");

    private static string FirstLine(string file) => (File.ReadLines(file).FirstOrDefault() ?? "").Trim();
}

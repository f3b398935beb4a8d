using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Assist.Http;

/// <summary>One request and its answer.</summary>
/// <param name="isTls">True where it came over TLS.</param>
/// <param name="stopping">Fires when the server ends, or the one who asks has gone.</param>
internal sealed class WebCall(IFeatureCollection features, bool isTls, CancellationToken stopping)
{
    private readonly IHttpRequestFeature _request = features.GetRequiredFeature<IHttpRequestFeature>();
    private readonly IHttpResponseFeature _response = features.GetRequiredFeature<IHttpResponseFeature>();
    private Dictionary<string, StringValues>? _query;

    public bool IsTls => isTls;

    public CancellationToken Stopping => stopping;

    public string Method => _request.Method;

    /// <summary>Decoded; behind the prefix, once that was entered.</summary>
    public string Path { get; private set; } = features.GetRequiredFeature<IHttpRequestFeature>().Path;

    public bool IsHead => Method == "HEAD";

    /// <summary>True for what may change nothing.</summary>
    public bool Asks => Method is "GET" or "HEAD";

    public IPAddress? RemoteAddress => features.Get<IHttpConnectionFeature>()?.RemoteIpAddress;

    public IHeaderDictionary ResponseHeaders => _response.Headers;

    /// <summary>False for a path that is not below the prefix.</summary>
    public bool TryEnter(string prefix)
    {
        if (!Path.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var rest = Path[prefix.Length..];
        if (rest.Length > 0 && rest[0] != '/') return false;
        Path = rest;
        return true;
    }

    /// <summary>Empty where it is absent.</summary>
    public string Header(string name) => _request.Headers[name].ToString();

    /// <summary>Null where it is absent; the first of several.</summary>
    public string? Query(string name)
    {
        _query ??= QueryHelpers.ParseQuery(_request.QueryString);
        return _query.TryGetValue(name, out var values) && values is [{ } first, ..] ? first : null;
    }

    /// <exception cref="BadHttpRequestException">It is longer than the server takes, or too slow.</exception>
    public async Task<byte[]> ReadBodyAsync()
    {
        var body = new MemoryStream();
        await _request.Body.CopyToAsync(body, stopping);
        return body.ToArray();
    }

    public async Task SendAsync(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        Begin(status, contentType);
        _response.Headers.ContentLength = body.Length;
        if (!IsHead) await WriteAsync(body);
    }

    public void Begin(int status, string contentType)
    {
        _response.StatusCode = status;
        _response.Headers.ContentType = contentType;
    }

    /// <summary>Waits for a reader that is slow.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await body.Writer.WriteAsync(bytes, stopping);
    }
}

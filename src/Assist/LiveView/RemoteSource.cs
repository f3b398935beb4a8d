using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assist.Control;
using Assist.Hashing;

namespace Assist.LiveView;

/// <summary>The daemon of another machine, by its interface for programs.</summary>
internal sealed class RemoteSource : IMonitorSource
{
    private const int PageSize = 1000;

    // What a daemon would not say in less.
    private const int MostBytes = 64 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    /// <param name="url">With the path prefix, without <c>api/v1</c>.</param>
    /// <param name="token">Null where the daemon asks for none.</param>
    /// <param name="ca">PEM file of the authority of its certificate; null for those of the machine.</param>
    /// <exception cref="DaemonException">There is no OpenSSL for https.</exception>
    public RemoteSource(Uri url, string? token, string? ca)
    {
        if (url.Scheme == Uri.UriSchemeHttps && OpenSsl.Missing is { } missing)
            throw new DaemonException($"{url}: {missing}");
        Place = url.ToString();
#pragma warning disable CA2000 // HttpClient owns and disposes its handler
        _http = new HttpClient(HandlerFor(ca))
#pragma warning restore CA2000
        {
            BaseAddress = new Uri(url.ToString().TrimEnd('/') + "/api/v1/"),
            Timeout = s_patience,
            MaxResponseContentBufferSize = MostBytes,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Place { get; }

    public TimeSpan UsualInterval => TimeSpan.FromSeconds(1);

    public async Task<ControlResponse> FlowsAsync(CancellationToken cancellation)
    {
        var flows = new List<FlowStatus>();
        FlowPage page;
        do
        {
            page = await GetAsync(
                $"flows?limit={PageSize}&offset={flows.Count}", ControlJson.Default.FlowPage, cancellation)
                ?? throw Nothing();
            flows.AddRange(page.Flows);
        }
        while (page.Flows.Count > 0 && flows.Count < page.Total);
        var ended = await GetAsync("flows?ended=true", ControlJson.Default.FlowPage, cancellation);
        var status = await StatusAsync(cancellation);
        return new ControlResponse
        {
            Flows = flows,
            Ended = ended?.Flows,
            Problem = page.Problem,
            Table = status?.Table,
            Paused = status?.Paused,
        };
    }

    public async Task<StatusReport?> StatusAsync(CancellationToken cancellation) =>
        await GetAsync("status", ControlJson.Default.StatusReport, cancellation) ?? throw Nothing();

    public Task<FlowReport?> FlowAsync(string name, CancellationToken cancellation) =>
        GetAsync($"flows/{Uri.EscapeDataString(name)}", ControlJson.Default.FlowReport, cancellation);

    public void Dispose() => _http.Dispose();

    // Null where there is no such thing.
    private async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var response = await _http.GetAsync(path, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode) throw new DaemonException($"{Place}: {FaultOf(response, body)}");
            return JsonSerializer.Deserialize(body, type);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DaemonException($"{Place}: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}", e);
        }
        catch (JsonException e)
        {
            throw new DaemonException($"{Place} does not answer as assist does; is it the url of section http?", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DaemonException($"{Place}: no answer within {s_patience.TotalSeconds:0} s", e);
        }
    }

    private DaemonException Nothing() => new($"{Place}: nothing of assist is served there; see http.path_prefix");

    private static string FaultOf(HttpResponseMessage response, byte[] body)
    {
        var words = $"HTTP {(int)response.StatusCode}";
        try
        {
            return JsonSerializer.Deserialize(body, ControlJson.Default.ControlResponse)?.Error ?? words;
        }
        catch (JsonException)
        {
            return words;
        }
    }

    private static SocketsHttpHandler HandlerFor(string? ca)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (ca is null) return handler;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(ca);
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        return handler;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Http;
using Assist.Telemetry;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Http;

/// <summary>A server on a real port, in front of a daemon that only remembers what it was asked.</summary>
internal sealed class ServedHttp : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly HttpServer _server;
    private readonly HttpClient _client;

    private ServedHttp(Func<HttpOptions, HttpOptions> change, bool withToken, TimeProvider time)
    {
        var options = change(new HttpOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, Rig.FreePort()),
            TokenFile = withToken ? TokenFile : null,
        });
        if (withToken) File.WriteAllText(TokenFile, Token + "\n");
        Port = options.Listen.Port;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
            Timeout = s_deadline,
        };
        _server = new HttpServer(
            options, SourcesOf(AskAsync, Events), time, NullLogger<HttpServer>.Instance);
    }

    public int Port { get; }

    public string TokenFile => Path.Combine(_directory, "token");

    public FlowEvents Events { get; } = new();

    public List<ControlRequest> Asked { get; } = [];

    public List<FlowStatus> Flows { get; } = [];

    /// <summary>What the daemon answers to an order; nothing where it is not told.</summary>
    public ControlResponse Answer { get; set; } = new();

    public static async Task<ServedHttp> StartAsync(
        Func<HttpOptions, HttpOptions>? change = null, bool withToken = false, TimeProvider? time = null)
    {
        var served = new ServedHttp(change ?? (options => options), withToken, time ?? TimeProvider.System);
        await served._server.StartAsync(CancellationToken.None);
        return served;
    }

    /// <summary>All that may be asked and ordered.</summary>
    public static IReadOnlyList<Route> Routes()
    {
        var sources = SourcesOf(_ => Task.FromResult(new ControlResponse()), new FlowEvents());
        using var routes = new Routes(sources, 1, TimeProvider.System, NullLogger.Instance);
        return routes.All;
    }

    public Task<HttpResponseMessage> GetAsync(
        string path, string? token = null, string? host = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, token, host, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string json, string? token = Token) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), token, null);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? token, string? host,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (host is not null) request.Headers.Host = host;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;

    public Task StopAsync() => _server.StopAsync().WaitAsync(s_deadline);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static HttpSources SourcesOf(Func<ControlRequest, Task<ControlResponse>> ask, FlowEvents events) => new()
    {
        Ask = ask,
        Status = () => throw new NotSupportedException("there is no daemon"),
        Metrics = () => Task.FromResult("# TYPE up gauge\nup 1\n"),
        Flow = name => Task.FromResult(name == "DROP_A"
            ? new FlowReport { History = [], Source = "memory" } : null),
        Trend = after => new TrendReport(1, []),
        Events = events,
        Now = () => TimeSpan.Zero,
    };

    private Task<ControlResponse> AskAsync(ControlRequest request)
    {
        lock (Asked) Asked.Add(request);
        return Task.FromResult(request.Command == "flows" ? Answer with { Flows = [.. Flows] } : Answer);
    }
}

/// <summary>Reads server-sent events by hand.</summary>
internal sealed class EventReader(Stream stream) : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly StreamReader _reader = new(stream);

    /// <summary>The next event with data; comments and times are left out.</summary>
    public Task<(string Id, string Kind, JsonElement Data)> NextAsync() => ReadAsync().WaitAsync(s_deadline);

    private async Task<(string Id, string Kind, JsonElement Data)> ReadAsync()
    {
        var (id, kind, data) = ("", "", "");
        while (true)
        {
            var line = await _reader.ReadLineAsync()
                ?? throw new EndOfStreamException("the events have ended");
            if (line.Length == 0 && data.Length > 0) return (id, kind, JsonDocument.Parse(data).RootElement);
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
        }
    }

    public void Dispose() => _reader.Dispose();
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Assist.Hashing;
using Assist.Telemetry;

namespace Assist.Outputs.Eapi;

/// <summary>eAPI: JSON-RPC 2.0 <c>runCmds</c> over HTTP, on the switch's unix socket or by https. One request is in
/// flight at a time, and beside it one that only asks what the switch is. A change is never retried here: after a fault
/// its outcome is unknown.</summary>
public sealed class EapiClient : IDisposable
{
    public const string EnableHint =
        "turn it on with: management api http-commands / no shutdown / protocol unix-socket";

    // The answer to `show directflow detail` has about 1 kB an entry.
    private const int MaxResponse = 64 << 20;

    private readonly EapiOptions _options;
    private readonly HttpClient _http;
    private readonly Uri _uri;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly SemaphoreSlim _oneBeside = new(1, 1);
    private long _lastId;
    private long _answered;
    private long _refused;
    private long _failed;

    public EapiClient(EapiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _uri = new Uri(options.Https ?? new Uri("http://localhost"), "/command-api");
#pragma warning disable CA2000 // HttpClient owns and disposes its handler
        _http = new HttpClient(options.Https is null ? UnixHandler(options.Socket!) : HttpsHandler(options))
#pragma warning restore CA2000
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public string Endpoint => _options.Https is null ? $"unix:{_options.Socket}" : _options.Https.ToString();

    /// <summary>From a request's first byte to its answer's last, answered or not.</summary>
    public Histogram RequestTime { get; } = new();

    /// <summary>Requests so far: carried out, refused by the switch at some command, and without an answer.</summary>
    public IReadOnlyDictionary<string, long> Requests => new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["ok"] = Interlocked.Read(ref _answered),
        ["refused"] = Interlocked.Read(ref _refused),
        ["failed"] = Interlocked.Read(ref _failed),
    };

    /// <summary>Runs the commands in order; the switch stops at the first that fails and keeps what went before. The
    /// answer is the caller's to dispose.</summary>
    /// <exception cref="TargetException">No answer, or none that is eAPI.</exception>
    public Task<EapiResponse> RunAsync(
        IReadOnlyList<EapiCommand> commands, EapiFormat format, CancellationToken cancellation) =>
        SendAsync(_oneAtATime, commands, format, cancellation);

    /// <summary>The same, beside what <see cref="RunAsync"/> does: for questions that no flow may wait for.</summary>
    /// <exception cref="TargetException">No answer, or none that is eAPI.</exception>
    public Task<EapiResponse> AskAsync(
        IReadOnlyList<EapiCommand> commands, EapiFormat format, CancellationToken cancellation) =>
        SendAsync(_oneBeside, commands, format, cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _oneAtATime.Dispose();
        _oneBeside.Dispose();
    }

    private async Task<EapiResponse> SendAsync(
        SemaphoreSlim turn, IReadOnlyList<EapiCommand> commands, EapiFormat format, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(commands);
        await turn.WaitAsync(cancellation);
        var started = Stopwatch.GetTimestamp();
        EapiResponse? answer = null;
        // HttpClient's own limit ends where the body begins.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _uri)
            {
                Content = Body(commands, format, Interlocked.Increment(ref _lastId)),
            };
            if (_options.User is not null) request.Headers.Authorization = BasicAuthentication();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer = EapiResponse.Read(await ContentOf(response, limit.Token), commands.Count);
        }
        catch (HttpRequestException e)
        {
            throw Fault(e);
        }
        catch (IOException e)
        {
            throw new TargetException(
                $"eAPI at {Endpoint}: the connection broke before the answer was whole", inner: e);
        }
        catch (InvalidDataException e)
        {
            throw new TargetException($"eAPI at {Endpoint}: the answer has {e.Message}", inner: e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TargetException(
                $"eAPI at {Endpoint}: no answer within {_options.Timeout.TotalSeconds:0} s", inner: e);
        }
        finally
        {
            RequestTime.Observe(Stopwatch.GetElapsedTime(started));
            Interlocked.Increment(
                ref answer is null ? ref _failed : ref answer.Error is null ? ref _answered : ref _refused);
            turn.Release();
        }
    }

    private async Task<PooledBytes> ContentOf(
        HttpResponseMessage response, CancellationToken cancellation) => response.StatusCode switch
        {
            HttpStatusCode.OK => await PooledBytes.ReadAsync(
                await response.Content.ReadAsStreamAsync(cancellation), response.Content.Headers.ContentLength,
                MaxResponse, cancellation),
            HttpStatusCode.Unauthorized => throw new TargetException(
                $"eAPI at {Endpoint}: the switch refused switch.user or the password in switch.password_file",
                nothingApplied: true),
            // 4xx: the request was turned away. A gateway's 5xx does not say what the agent behind it did.
            var status => throw new TargetException(
                $"eAPI at {Endpoint}: the switch answered HTTP {(int)status}",
                nothingApplied: (int)status is >= 400 and < 500),
        };

    private TargetException Fault(HttpRequestException fault)
    {
        if (fault.InnerException is not SocketException socket)
        {
            var reached = fault.HttpRequestError is not (HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError);
            return new TargetException($"eAPI at {Endpoint}: {Words(fault)}", nothingApplied: !reached, fault);
        }
        var hint = _options.Https is null ? $"; {EnableHint}" : "";
        var reason = socket.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable => "there is no such socket",
            SocketError.ConnectionRefused => "nobody listens",
            SocketError.AccessDenied => "no permission; run as root or as a member of the socket's group",
            _ => OneLine(socket.Message),
        };
        return new TargetException($"eAPI at {Endpoint}: {reason}{hint}", nothingApplied: true, fault);
    }

    private static string Words(HttpRequestException fault)
    {
        var why = OneLine(fault.InnerException?.Message ?? fault.Message).TrimEnd('.');
        if (fault is not
            { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException })
            return why;
        // The base library's text ends with the names of SslPolicyErrors.
        return why.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal)
            ? "the switch's certificate is for another name than this one; write a name or an address that stands in "
                + "it, or give the switch a certificate with this one"
            : $"{why}; if it is the switch's own or your authority's, name the authority's certificate with switch.ca, "
                + "or with --ca for a switch on the command line";
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private AuthenticationHeaderValue BasicAuthentication()
    {
        var password = _options.Password ?? PasswordFromFile() ?? "";
        return new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.User}:{password}")));
    }

    private string? PasswordFromFile()
    {
        if (_options.PasswordFile is null) return null;
        try
        {
            return File.ReadLines(_options.PasswordFile).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TargetException(
                $"cannot read switch.password_file: {OneLine(e.Message)}", nothingApplied: true, e);
        }
    }

    private static ByteArrayContent Body(IReadOnlyList<EapiCommand> commands, EapiFormat format, long id)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteString("method", "runCmds");
            json.WriteStartObject("params");
            json.WriteNumber("version", 1);
            json.WriteString("format", format == EapiFormat.Text ? "text" : "json");
            json.WriteStartArray("cmds");
            foreach (var command in commands) WriteCommand(json, command);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("id", $"assist-{id}");
            json.WriteEndObject();
        }
        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static void WriteCommand(Utf8JsonWriter json, EapiCommand command)
    {
        if (command.Input is null)
        {
            json.WriteStringValue(command.Text);
            return;
        }
        json.WriteStartObject();
        json.WriteString("cmd", command.Text);
        json.WriteString("input", command.Input);
        json.WriteEndObject();
    }

    private static SocketsHttpHandler UnixHandler(string path) => new()
    {
        UseProxy = false,
        ConnectCallback = (_, cancellation) => UnixSocketStream.ConnectAsync(path, cancellation),
    };

    private static SocketsHttpHandler HttpsHandler(EapiOptions options)
    {
        if (OpenSsl.Missing is { } missing)
            throw new TargetException($"eAPI at {options.Https}: {missing}", nothingApplied: true);
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (options.Ca is null) return handler;
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.Ca);
        return handler;
    }
}

public enum EapiFormat { Json, Text }

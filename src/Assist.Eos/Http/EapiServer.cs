using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Assist.Eos;

/// <summary>Serves eAPI of one switch over a unix socket, http and https, until it is disposed.</summary>
public sealed class EapiServer : IAsyncDisposable
{
    /// <summary>A thousand flows of ten commands are 400 kB.</summary>
    private const int BodyLimit = 16 * 1024 * 1024;

    /// <summary>What a long demo may remember; the oldest go first.</summary>
    private const int RequestsKept = 100_000;

    /// <summary>0660.</summary>
    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly EmulatedSwitch _device;
    private readonly CommandApi _api;
    private readonly Action<RunCmds>? _received;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<RunCmds> _requests = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly List<(Socket Socket, Task Loop)> _listeners = [];
    private string? _path;

    /// <param name="received">Sees every runCmds request before it is carried out.</param>
    public EapiServer(EmulatedSwitch device, TimeProvider? clock = null, Action<RunCmds>? received = null)
    {
        _device = device;
        _received = received;
        _api = new CommandApi(device, clock ?? TimeProvider.System, Record);
    }

    /// <summary>Every runCmds request that reached the switch, oldest first.</summary>
    public IReadOnlyList<RunCmds> Requests => [.. _requests];

    /// <summary>Every command of them, in order.</summary>
    public IReadOnlyList<string> Commands => [.. _requests.SelectMany(r => r.Commands).Select(c => c.Command)];

    /// <summary>EOS's own socket has no authentication; the file's mode guards it.</summary>
    public void ListenUnix(string path)
    {
        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // Nobody can connect before Listen.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, SocketMode);
        _path = path;
        Accept(socket, null, null);
    }

    /// <summary>Http, or https with a certificate, and Basic auth with credentials "user:password". Port 0 takes a free
    /// one.</summary>
    public int ListenTcp(IPEndPoint endpoint, X509Certificate2? certificate = null, string? credentials = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endpoint);
        Accept(socket, certificate, credentials);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var (socket, _) in _listeners) socket.Dispose();
        await Task.WhenAll(_listeners.Select(l => l.Loop));
        await Task.WhenAll(_connections.Keys);
        if (_path is not null) File.Delete(_path);
        _api.Dispose();
        _stop.Dispose();
    }

    private void Record(RunCmds request)
    {
        _received?.Invoke(request);
        _requests.Enqueue(request);
        while (_requests.Count > RequestsKept) _requests.TryDequeue(out _);
    }

    private void Accept(Socket socket, X509Certificate2? certificate, string? credentials)
    {
        socket.Listen(128);
        _listeners.Add((socket, AcceptAsync(socket, certificate, credentials)));
    }

    private async Task AcceptAsync(Socket socket, X509Certificate2? certificate, string? credentials)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await socket.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                continue;
            }

            var connection = Task.Run(() => ServeAsync(accepted, certificate, credentials));
            _connections.TryAdd(connection, 0);
            _ = connection.ContinueWith(done => _connections.TryRemove(done, out var _), TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket accepted, X509Certificate2? certificate, string? credentials)
    {
        await using var network = new NetworkStream(accepted, ownsSocket: true);
        try
        {
            if (certificate is null)
            {
                await ServeAsync(network, credentials);
                return;
            }

            await using var secure = new SslStream(network);
            var authentication = new SslServerAuthenticationOptions { ServerCertificate = certificate };
            await secure.AuthenticateAsServerAsync(authentication, _stop.Token);
            await ServeAsync(secure, credentials);
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or AuthenticationException)
        {
            // The client went away or the server stops.
        }
    }

    private async Task ServeAsync(Stream stream, string? credentials)
    {
        var reader = new HttpReader(stream, BodyLimit);
        for (var open = true; open;)
        {
            HttpResponse answer;
            try
            {
                if (await reader.ReadAsync(_stop.Token) is not { } request) return;
                if (await _api.AnswerAsync(request, credentials, _stop.Token) is not { } given) return;
                answer = given with { Closes = request.Closes };
            }
            catch (BadHttp bad)
            {
                answer = HttpResponse.Text(bad.Status, bad.Message) with { Closes = true };
            }

            open = await SendAsync(stream, answer) && !answer.Closes;
        }
    }

    /// <summary>False when the answer was spoiled on purpose and the connection must end.</summary>
    private async Task<bool> SendAsync(Stream stream, HttpResponse answer)
    {
        var (bytes, options) = (answer.Bytes(), _device.Options);
        var (garbage, half) = (_device.Chance(options.GarbageRate), _device.Chance(options.HalfAnswerRate));
        var stalled = _device.Chance(options.StalledAnswerRate);
        if (garbage) bytes = "\0\x01 this is not HTTP\r\n\r\n"u8.ToArray();
        else if (half || stalled) bytes = bytes[..(bytes.Length - (answer.Body.Length / 2) - 1)];
        await stream.WriteAsync(bytes, _stop.Token);
        // Until the client gives up.
        if (stalled) await stream.CopyToAsync(Stream.Null, _stop.Token);
        return !garbage && !half && !stalled;
    }

    /// <summary>A socket that nobody listens on is left from a crash; anything else is not ours to remove.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"{path} is in use");
    }
}

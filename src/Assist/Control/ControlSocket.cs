using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assist.Rules;
using Microsoft.Extensions.Logging;

namespace Assist.Control;

/// <summary>Where status, monitor, delete and stop reach the daemon: a unix socket of mode 0600, one JSON line each way.</summary>
internal sealed partial class ControlServer : IDisposable
{
    private const int MaxRequest = 64 << 10;
    private const int MaxCallers = 16;
    private const int LockedByAnother = 11;   // EWOULDBLOCK
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly Func<ControlRequest, Task<ControlResponse>> _answer;
    private readonly ILogger<ControlServer> _log;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly FileStream _lock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _callers = new(MaxCallers, MaxCallers);
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="DaemonException">Another daemon holds the socket, or the directory cannot be used.</exception>
    public ControlServer(string path, Func<ControlRequest, Task<ControlResponse>> answer, ILogger<ControlServer> log)
    {
        (_path, _answer, _log) = (path, answer, log);
        _lock = Claim(path);
        try
        {
            File.Delete(path);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody can connect before it listens, so nobody ever sees it with a wider mode.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _socket.Listen(MaxCallers);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            _lock.Dispose();
            _socket.Dispose();
            throw new DaemonException($"control.socket {path}: {e.Message}", e);
        }
    }

    public void Start() => _accepting = AcceptAsync();

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _accepting;
        File.Delete(_path);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _lock.Dispose();
        _stopping.Dispose();
        _callers.Dispose();
    }

    private static FileStream Claim(string path)
    {
        var file = path + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == LockedByAnother)
        {
            throw new DaemonException($"assist is already running: another process holds {file}; stop it with `assist stop`", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"control.socket {path}: {e.Message}", e);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _callers.WaitAsync(_stopping.Token);
                _ = ServeAsync(await AcceptOneAsync());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task<Socket> AcceptOneAsync()
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(_stopping.Token);
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // Out of descriptors, it may be; whoever holds them gives them back some time.
                await Task.Delay(s_backOff, _stopping.Token);
            }
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            patience.CancelAfter(s_patience);
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            var response = await AnswerAsync(await ReadLineAsync(stream, patience.Token));
            var line = JsonSerializer.SerializeToUtf8Bytes(response, ControlJson.Default.ControlResponse);
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            CallerLost(_log, e.Message);
        }
        finally
        {
            _callers.Release();
        }
    }

    private async Task<ControlResponse> AnswerAsync(string line)
    {
        try
        {
            var request = JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest);
            return request is null ? new ControlResponse { Error = "an empty request" } : await _answer(request);
        }
        catch (JsonException)
        {
            return new ControlResponse { Error = "the request is not the JSON that this version of assist speaks" };
        }
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        using var reader = new StreamReader(new BoundedStream(stream, MaxRequest), Encoding.UTF8);
        return await reader.ReadLineAsync(cancellation) ?? "";
    }

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "a caller on the control socket went away: {Reason}")]
    private static partial void CallerLost(ILogger log, string reason);
}

/// <summary>The other end: how a command reaches the daemon.</summary>
internal static class ControlClient
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The daemon's answer, or null where none is running.</summary>
    /// <exception cref="DaemonException">It runs but cannot be talked to.</exception>
    public static async Task<ControlResponse?> AskAsync(string path, ControlRequest request, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.ConnectionRefused)
        {
            return null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new DaemonException($"control socket {path}: {e.Message}; run as the daemon's user or root", e);
        }
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(s_patience);
            await using var stream = new NetworkStream(socket);
            var line = JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest);
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], patience.Token);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var answer = await reader.ReadLineAsync(patience.Token);
            return (answer is null ? null : JsonSerializer.Deserialize(answer, ControlJson.Default.ControlResponse))
                ?? throw new DaemonException("the daemon closed the control socket without an answer");
        }
        catch (Exception e) when (e is IOException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new DaemonException($"the daemon does not answer on {path}: {e.Message}", e);
        }
    }
}

using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Assist.Control;

/// <summary>Where status, monitor, delete and stop reach the daemon: a unix socket, one JSON line each way. Who asks is
/// what the kernel says.</summary>
internal sealed partial class ControlServer : IDisposable
{
    private const int MaxRequest = 64 << 10;
    private const int MaxCallers = 16;

    // Of the places: whoever may only look, or not even that, never keeps the daemon's user out.
    private const int MaxOthers = 8;

    // For a request to come, and for its answer to be read: a caller that stands still gives its place up.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly Func<ControlRequest, Task<ControlResponse>> _answer;
    private readonly TimeProvider _time;
    private readonly ControlAccess _access;
    private readonly ILogger<ControlServer> _log;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly FileStream _lock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _callers = new(MaxCallers, MaxCallers);
    private readonly SemaphoreSlim _others = new(MaxOthers, MaxOthers);
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="DaemonException">Another daemon holds the socket, or the directory cannot be used.</exception>
    public ControlServer(
        string path, Func<ControlRequest, Task<ControlResponse>> answer, TimeProvider time, ILogger<ControlServer> log,
        ControlAccess? access = null)
    {
        (_path, _answer, _time, _log, _access) = (path, answer, time, log, access ?? ControlAccess.OwnerAlone);
        _lock = Claim(path);
        try
        {
            File.Delete(path);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody can connect before it listens, so nobody ever sees it with a wider mode.
            File.SetUnixFileMode(path, _access.SocketMode);
            _socket.Listen(MaxCallers);
        }
        catch (Exception e) when (e
            is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            _lock.Dispose();
            _socket.Dispose();
            throw new DaemonException($"control.socket {path}: {IoFault.Text(e)}", e);
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
        _others.Dispose();
    }

    private static FileStream Claim(string path)
    {
        var file = path + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == IoFault.LockedByAnother)
        {
            throw new DaemonException(
                $"assist is already running: another process holds {file}; stop it with `assist stop`", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"control.socket {path}: {IoFault.Text(e)}", e);
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
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            var response = await AnswerAsync(stream, caller);
            var line = JsonSerializer.SerializeToUtf8Bytes(response, ControlJson.Default.ControlResponse);
            // Also while we stop: the caller may be the one who asked for it.
            using var patience = new CancellationTokenSource(s_patience, _time);
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], patience.Token);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            CallerStuck(_log, s_patience.TotalSeconds);
        }
        catch (Exception e) when (IsLoss(e))
        {
            CallerLost(_log, e.Message);
        }
        finally
        {
            _callers.Release();
        }
    }

    private async Task<ControlResponse> AnswerAsync(Stream stream, Socket caller)
    {
        var right = _access.RightOf(caller);
        if (right == ControlRight.Act) return await AnswerAsync(await ReadAsync(stream), Caller.Of(caller), right);
        if (!await _others.WaitAsync(TimeSpan.Zero))
            return new ControlResponse { Error = "too many others ask at this moment; try again", IsDenied = true };
        try
        {
            return await AnswerAsync(await ReadAsync(stream), Caller.Of(caller), right);
        }
        finally
        {
            _others.Release();
        }
    }

    private async Task<string> ReadAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(s_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        return await ReadLineAsync(stream, either.Token);
    }

    // Whatever goes wrong in an answer is the answer: silence would leave the operator with nothing to go by.
    private async Task<ControlResponse> AnswerAsync(string line, Caller caller, ControlRight right)
    {
        try
        {
            var request = JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest);
            if (request is null) return new ControlResponse { Error = "the request is empty" };
            var asked = request with { Caller = caller };
            if (_access.Refusal(asked, right) is not { } refusal) return await _answer(asked);
            if (right == ControlRight.Look) Refused(_log, refusal);
            return new ControlResponse { Error = refusal, IsDenied = true };
        }
        catch (JsonException)
        {
            return new ControlResponse { Error = "the request is not the JSON that this version of assist speaks" };
        }
        catch (OperationCanceledException)
        {
            return new ControlResponse { Error = "the daemon is stopping" };
        }
        catch (Exception e)
        {
            AnswerFailed(_log, e);
            return new ControlResponse
            {
                Error = $"internal error in the daemon: {e.GetType().Name}: {e.Message}; its log has the details",
            };
        }
    }

    private static bool IsLoss(Exception fault) =>
        fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        using var reader = new StreamReader(new BoundedStream(stream, MaxRequest), Encoding.UTF8);
        return await reader.ReadLineAsync(cancellation) ?? "";
    }

    [LoggerMessage(EventId = 621, Level = LogLevel.Debug, Message = "control socket: a caller went away: {Reason}")]
    private static partial void CallerLost(ILogger log, string reason);

    [LoggerMessage(EventId = 624, Level = LogLevel.Warning, Message = "control socket: {Reason}")]
    private static partial void Refused(ILogger log, string reason);

    [LoggerMessage(EventId = 622, Level = LogLevel.Warning, Message =
        "control socket: a caller sent or read nothing for {Seconds} s, connection closed")]
    private static partial void CallerStuck(ILogger log, double seconds);

    [LoggerMessage(EventId = 623, Level = LogLevel.Error, Message = "control socket: a request failed")]
    private static partial void AnswerFailed(ILogger log, Exception fault);
}

using System.Net.Sockets;
using System.Text;
using Assist.Control;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Control;

/// <summary>A real socket, and a clock moved by hand: no caller can take the daemon's ear from the others.</summary>
public sealed class ControlServerTests : IDisposable
{
    // More than a unix socket's buffers take from a caller that reads nothing.
    private const int LongAnswer = 8 << 20;
    private const int Callers = 16;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLog _log = new();
    private int _answering;

    private string SocketPath => Path.Combine(_directory, "s");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Callers_that_read_nothing_give_their_places_up()
    {
        using var server = NewServer();
        server.Start();
        List<Socket> stopped = [];
        for (var i = 0; i < Callers; i++) stopped.Add(await CallAsync("""{"command":"long"}"""));
        await Await.Until(() => Volatile.Read(ref _answering) == Callers, "every place is taken");
        var next = AskAsync("short");

        // Each goes at its own time: the answer may only now be on its way to a caller.
        await Await.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return next.IsCompleted;
        }, "the next caller is served");

        Assert.Equal(7, (await next)?.Pid);
        Assert.Contains(622, _log.Events);
        stopped.ForEach(socket => socket.Dispose());
        await server.StopAsync().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task A_caller_that_asks_nothing_gives_its_place_up()
    {
        using var server = NewServer();
        server.Start();
        using var silent = await CallAsync("");
        await _clock.WhenWaitedForAsync();

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, await silent.ReceiveAsync(new byte[16]).WaitAsync(s_deadline));
        await server.StopAsync().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task A_request_that_fails_is_answered_and_logged_and_the_next_one_is_served()
    {
        using var server = NewServer();
        server.Start();

        var answer = await AskAsync("broken").WaitAsync(s_deadline);

        Assert.Contains("InvalidOperationException: out of order", answer?.Error, StringComparison.Ordinal);
        Assert.Contains(623, _log.Events);
        Assert.Equal(7, (await AskAsync("short").WaitAsync(s_deadline))?.Pid);
        await server.StopAsync().WaitAsync(s_deadline);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1,2")]
    [InlineData("{}")]
    [InlineData("""{"command":7}""")]
    public async Task What_is_no_request_is_answered(string line)
    {
        using var server = NewServer();
        server.Start();
        using var socket = await CallAsync(line + "\n");
        using var reader = new StreamReader(new NetworkStream(socket));

        var answer = await reader.ReadLineAsync().WaitAsync(s_deadline);

        Assert.Contains("\"error\":", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(623, _log.Events);
        await server.StopAsync().WaitAsync(s_deadline);
    }

    private ControlServer NewServer() => new(SocketPath, AnswerAsync, _clock, _log);

    private Task<ControlResponse> AnswerAsync(ControlRequest request)
    {
        if (request.Command == "broken") throw new InvalidOperationException("out of order");
        if (request.Command == "short") return Task.FromResult(new ControlResponse { Pid = 7 });
        Interlocked.Increment(ref _answering);
        return Task.FromResult(new ControlResponse { Error = new string('x', LongAnswer) });
    }

    private Task<ControlResponse?> AskAsync(string command) =>
        ControlClient.AskAsync(SocketPath, new ControlRequest { Command = command }, CancellationToken.None);

    private async Task<Socket> CallAsync(string text)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        if (text.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(text.TrimEnd('\n') + "\n"));
        return socket;
    }

    private sealed class RecordingLog : ILogger<ControlServer>
    {
        private readonly List<int> _events = [];

        public int[] Events
        {
            get
            {
                lock (_events) return [.. _events];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_events) _events.Add(eventId.Id);
        }
    }
}

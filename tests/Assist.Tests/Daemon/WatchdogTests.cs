using Assist.Daemon;
using Assist.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>systemd is told that the daemon works while the loop that owns the table turns, over a real notify
/// socket.</summary>
public sealed class WatchdogTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly ManualResetEventSlim _goOn = new(false);
    private readonly NotifySocket _socket;
    private AssistDaemon? _daemon;
    private Watchdog? _watchdog;

    public WatchdogTests() => _socket = new NotifySocket(SocketPath);

    private string SocketPath => Path.Combine(_directory, "notify");

    public async ValueTask InitializeAsync()
    {
        var config = Loading.Config($$"""
            switch: {eapi: "unix:{{_directory}}/nobody", wait: 10m}
            control: {state_directory: {{_directory}}}
            """);
        config = config with { Listeners = [.. config.Listeners.Select(each => each with { Port = 0 })] };
        _daemon = new DaemonBuilder(config, NullLoggerFactory.Instance, _time).Build();
        await _daemon.StartAsync(CancellationToken.None);
        var controller = _daemon.Parts.Controller;
        _watchdog = new Watchdog(
            new ServiceNotification(SocketPath), s_limit, () => controller.LastTurn, () => controller.Now);
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.Set();
        await _daemon!.StopAsync();
        _daemon.Dispose();
        _goOn.Dispose();
        _socket.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_loop_that_stands_still_sends_no_watchdog_message_until_it_turns_again()
    {
        Assert.True(_watchdog!.Feed());
        Assert.Equal(["WATCHDOG=1"], _socket.Received());
        await StopTheLoopAsync();
        _time.Advance(s_limit);

        Assert.False(_watchdog.Feed());
        Assert.Empty(_socket.Received());

        _goOn.Set();
        await Await.Until(_watchdog.Feed, "the loop turns");
        Assert.Equal(["WATCHDOG=1"], _socket.Received());
    }

    [Fact]
    public async Task It_reports_several_times_within_the_limit()
    {
        using var stop = new CancellationTokenSource();
        var running = _watchdog!.RunAsync(_time, stop.Token);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            await Await.Until(() => _socket.Received() is ["WATCHDOG=1"], "a report");
            _time.Advance(s_limit / 4);
            var now = _daemon!.Parts.Controller.Now;
            await Await.Until(() => _daemon.Parts.Controller.LastTurn == now, "the loop turns");
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task StopTheLoopAsync()
    {
        var isStuck = new TaskCompletionSource();
        _daemon!.Parts.Controller.Order(_ =>
        {
            isStuck.SetResult();
            _goOn.Wait();
        });
        await isStuck.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}

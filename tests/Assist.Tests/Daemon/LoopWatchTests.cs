using Assist.Daemon;

namespace Assist.Tests.Daemon;

/// <summary>A loop that stands still ends the daemon, also where no systemd watches it.</summary>
public sealed class LoopWatchTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _lastTurn;

    [Fact]
    public async Task A_loop_that_has_not_turned_for_a_minute_is_a_fault()
    {
        var watching = WatchAsync();
        await PassAsync(TimeSpan.FromSeconds(55));
        Assert.False(watching.IsCompleted);

        await PassAsync(TimeSpan.FromSeconds(5));

        var fault = await Assert.ThrowsAsync<DaemonException>(() => watching);
        Assert.Equal("the loop of the flow table has not turned for 60 s", fault.Message);
    }

    [Fact]
    public async Task One_that_turns_now_and_then_is_none()
    {
        var watching = WatchAsync();
        for (var i = 0; i < 4; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(50));
            _lastTurn = _time.GetElapsedTime(0);
        }

        Assert.False(watching.IsCompleted);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    public void Dispose() => _stop.Dispose();

    private Task WatchAsync() => new LoopWatch(() => _lastTurn).RunAsync(_time, _stop.Token);

    // Look by look, as a clock does.
    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            await _time.WhenWaitedForAsync();
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }
}

using System.Collections.Concurrent;
using Assist.Addresses;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.State;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>The memory of repeated drops over restarts: a real file, the table's real loop, a clock moved by
/// hand.</summary>
public sealed class EscalationKeeperTests : IDisposable
{
    private static readonly FlowMatch s_match =
        new() { Source = IpAddr.V4(0x0a000001), Destination = IpAddr.V4(0x0a000002) };


    private static readonly FlowTimeouts s_own = new(1800, 300);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    private string StateDirectory => Path.Combine(_directory, "state");

    private string StatePath => Path.Combine(StateDirectory, "escalation.state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_changed_is_written_every_thirty_seconds_and_what_did_not_is_not()
    {
        await using var run = new Run(this);
        await run.ProgrammedAsync(0);
        Assert.False(File.Exists(StatePath));
        await AdvanceAsync(29);
        Assert.False(File.Exists(StatePath));
        await AdvanceAsync(1);
        Assert.True(File.Exists(StatePath));

        File.Delete(StatePath);
        await AdvanceAsync(30);
        Assert.False(File.Exists(StatePath));

        await run.ProgrammedAsync(1);
        await AdvanceAsync(30);
        Assert.True(File.Exists(StatePath));
    }

    [Fact]
    public async Task A_stop_writes_the_last_change_and_a_start_takes_it_in()
    {
        await using (var run = new Run(this)) await run.ProgrammedAsync(1);

        await using (var run = new Run(this))
        {
            Assert.Equal(2, await run.NextLevelAsync());
            await run.ForgetAsync();
        }

        await using (var run = new Run(this)) Assert.Equal(0, await run.NextLevelAsync());
    }

    [Fact]
    public async Task A_damaged_file_is_told_once_kept_aside_and_written_anew()
    {
        await using (var run = new Run(this)) await run.ProgrammedAsync(1);
        var bytes = await File.ReadAllBytesAsync(StatePath);
        await File.WriteAllBytesAsync(StatePath, bytes[..^3]);
        Assert.Empty(Warnings());

        await using (var run = new Run(this))
        {
            Assert.Equal(0, await run.NextLevelAsync());
            Assert.Contains("damaged", Assert.Single(Warnings()), StringComparison.Ordinal);
            Assert.Equal(bytes[..^3], await File.ReadAllBytesAsync(StatePath + ".bad"));
            await run.ProgrammedAsync(0);
        }

        await using (var run = new Run(this)) Assert.Equal(1, await run.NextLevelAsync());
        Assert.Single(Warnings());
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_told_once_and_used_when_it_can()
    {
        await File.WriteAllTextAsync(StateDirectory, "a file where the directory should be");
        await using var run = new Run(this);
        await run.ProgrammedAsync(0);
        Assert.Null(run.Fault);
        for (var i = 0; i < 5; i++) await AdvanceAsync(30);
        Assert.Contains("will not outlive a restart", Assert.Single(Warnings()), StringComparison.Ordinal);
        Assert.NotNull(run.Fault);

        File.Delete(StateDirectory);
        await AdvanceAsync(30);

        Assert.True(File.Exists(StatePath));
        Assert.Null(run.Fault);
        Assert.Single(Warnings());
    }

    [Fact]
    public async Task A_full_disk_is_told_once_and_the_memory_goes_on()
    {
        if (!Environment.IsPrivilegedProcess) return;
        Directory.CreateDirectory(StateDirectory);
        await using var disk = await SmallDisk.MountAsync(StateDirectory);
        await File.WriteAllBytesAsync(Path.Combine(StateDirectory, "other"), new byte[SmallDisk.Size]);
        await using var run = new Run(this);
        await run.ProgrammedAsync(1);
        for (var i = 0; i < 3; i++) await AdvanceAsync(30);

        Assert.Contains("No space left", Assert.Single(Warnings()), StringComparison.Ordinal);
        Assert.Equal(2, await run.NextLevelAsync());
    }

    // The loop waits for the clock again when it has done what was due.
    private async Task AdvanceAsync(int seconds)
    {
        await _clock.WhenWaitedForAsync();
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await _clock.WhenWaitedForAsync();
    }

    private string[] Warnings() => [.. _warnings];

    /// <summary>One life of a daemon, without its switch.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly Escalation _memory =
            new(new EscalationOptions { Steps = [TimeSpan.FromHours(1), TimeSpan.FromDays(1)] });


        private readonly VerdictInbox _inbox = new();
        private readonly EapiClient _eapi;
        private readonly FlowController _controller;
        private readonly EscalationKeeper _keeper;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Thread _owner;
        private readonly Task _keeping;

        public Run(EscalationKeeperTests test)
        {
            var planner = new FlowPlanner(new Topology());
            var table = new FlowTable(new TableOptions(), planner) { Escalation = _memory };
            _eapi = new EapiClient(new EapiOptions { Socket = Path.Combine(test._directory, "nobody") });
            var target = new DirectFlowTarget(_eapi, planner, NullLogger<DirectFlowTarget>.Instance);
            _controller = new FlowController(
                table, target, _inbox, new TableOptions(), new Counters(), test._clock,
                new FlowEvents());
            _keeper = new EscalationKeeper(
                new EscalationFile(test.StateDirectory), _memory, _controller, test._clock,
                new WarningLog(test._warnings));
            _keeper.Load();
            _owner = new Thread(() => _controller.Run(TimeSpan.FromSeconds(10)));
            _owner.Start();
            _keeping = _keeper.RunAsync(_stopping.Token);
        }

        public string? Fault => _keeper.Fault;

        public Task<bool> ProgrammedAsync(int level) => _controller.AskAsync(_ =>
        {
            _memory.Programmed(s_match, level, _controller.Now, _controller.Now);
            return true;
        });

        public Task<bool> ForgetAsync() => _controller.AskAsync(_ =>
        {
            _memory.Forget(s_match);
            return true;
        });

        public Task<int> NextLevelAsync() =>
            _controller.AskAsync(_ => _memory.NextLevel(s_match, s_own, _controller.Now));

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _controller.RequestStop();
            await Task.Run(_owner.Join);
            await _keeping;
            _keeper.WriteLast();
            _controller.Dispose();
            _inbox.Dispose();
            _eapi.Dispose();
            _stopping.Dispose();
        }
    }
    private sealed class WarningLog(ConcurrentQueue<string> warnings) : ILogger<EscalationKeeper>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning) warnings.Enqueue(formatter(state, exception));
        }
    }
}

using Assist.Enforcement;
using Assist.Flows;
using Assist.Telemetry;
using Assist.Tests.Inputs.Syslog;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

public sealed class StopTests : IDisposable
{
    private readonly VerdictInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task A_clock_that_passes_the_deadline_between_two_looks_ends_a_stop_all_the_same()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var target = new MemorySwitch
        {
            BeforeApply = () =>
            {
                begun.TrySetResult();
                return gate.Task;
            },
        };
        var clock = new StridingClock();
        using var controller = ControllerOf(target, clock);
        var loop = Run(controller);
        Assert.True(_inbox.TryPost(new FlowRequest(Drop(), controller.Now)));
        await begun.Task;

        clock.Stride = At(0.7);
        controller.RequestStop();

        await loop.WaitAsync(TimeSpan.FromSeconds(20));
        gate.SetResult();
        Assert.Empty(target.Names);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_reading()
    {
        var (begun, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        var target = new MemorySwitch
        {
            BeforeRead = () =>
            {
                begun.TrySetResult();
                return never.Task;
            },
        };
        // Time stands still, so no grace ends.
        using var controller = ControllerOf(target, new ManualTimeProvider());
        var loop = Run(controller);
        await begun.Task;

        controller.RequestStop();

        await loop.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, target.Reads);
    }

    private FlowController ControllerOf(MemorySwitch target, TimeProvider clock)
    {
        var options = new TableOptions();
        return new FlowController(
            new FlowTable(options, Planner), target, _inbox, options, new Counters(), clock, new FlowEvents());
    }

    private static Task Run(FlowController controller) => Task.Factory.StartNew(
        () => controller.Run(grace: At(1)), CancellationToken.None, TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Goes on by a stride whenever it is looked at.</summary>
    private sealed class StridingClock : TimeProvider
    {
        private long _elapsed;
        private long _stride;

        public TimeSpan Stride
        {
            set => Volatile.Write(ref _stride, value.Ticks);
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _elapsed, Volatile.Read(ref _stride));
    }
}

using Assist.Enforcement;
using Assist.Flows;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

/// <summary>What those see who read the table from other threads.</summary>
public sealed class TableViewTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemorySwitch _switch = new();
    private readonly VerdictInbox _inbox = new();
    private readonly FlowController _controller;
    private readonly ManualResetEventSlim _goOn = new(true);
    private readonly Task _loop;

    public TableViewTests()
    {
        _switch.AfterApply = () =>
        {
            _switch.Program();
            return Task.CompletedTask;
        };
        var options = new TableOptions();
        _controller = new FlowController(
            new FlowTable(options, Planner), _switch, _inbox, options, new Counters(), _clock, new FlowEvents());
        _loop = Task.Factory.StartNew(
            () => _controller.Run(At(2)), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.Set();
        _controller.RequestStop();
        await _loop;
        _controller.Dispose();
        _inbox.Dispose();
        _goOn.Dispose();
    }

    [Fact]
    public async Task A_new_flow_is_seen_within_a_second_of_the_loops_time()
    {
        Assert.True(_inbox.TryPost(new FlowRequest(Drop(), _controller.Now)));

        await SeenAsync();
    }

    [Fact]
    public async Task A_view_stays_as_it_was_when_the_table_changes()
    {
        Assert.True(_inbox.TryPost(new FlowRequest(Drop(), _controller.Now)));
        await SeenAsync();
        var before = _controller.View;

        await _controller.AskAsync(table => { table.Remove(table.Flows.Single(), _controller.Now); return true; });

        Assert.Single(before.Flows);
        Assert.Equal(0, before.EndCounts(FlowAction.Drop, FlowEnd.Removed));
        Assert.Equal(1, _controller.View.EndCounts(FlowAction.Drop, FlowEnd.Removed));
    }

    [Fact]
    public async Task Who_has_ordered_something_sees_its_effect_when_the_order_is_answered()
    {
        Assert.True(_inbox.TryPost(new FlowRequest(Drop(), _controller.Now)));
        await SeenAsync();

        await _controller.AskAsync(table => { table.Remove(table.Flows.Single(), _controller.Now); return true; });

        Assert.Empty(_controller.View.Flows);
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_loop_that_is_stuck()
    {
        var isStuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _goOn.Reset();
        _controller.Order(_ =>
        {
            isStuck.SetResult();
            _goOn.Wait();
        });
        await isStuck.Task;
        var turned = _controller.LastTurn;
        _clock.Advance(At(5));

        Assert.Empty(_controller.View.Flows);
        Assert.Equal(turned, _controller.LastTurn);

        _goOn.Set();
        await Await.Until(() => _controller.LastTurn > turned, "the loop turns again");
    }

    // The loop's clock stands still unless it is moved.
    private Task SeenAsync() => Await.Until(() =>
    {
        _clock.Advance(At(0.1));
        return IsProgrammed(_controller.View);
    }, "the flow is seen as programmed");

    private static bool IsProgrammed(TableView view) =>
        view.Flows is [{ State: FlowState.Programmed }] && !view.AwaitsReadBack;
}

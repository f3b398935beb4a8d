using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Outputs;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Syslog;
using Microsoft.Extensions.Logging;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

/// <summary>What an operator's pause, resume and panic do to verdicts, to what waits and to what the switch
/// holds.</summary>
public sealed class FlowControllerPauseTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemorySwitch _switch = new();
    private readonly VerdictInbox _inbox = new();
    private readonly Counters _counters = new();
    private readonly FlowController _controller;
    private Task _loop = Task.CompletedTask;

    public FlowControllerPauseTests()
    {
        _switch.AfterApply = () =>
        {
            _switch.Program();
            return Task.CompletedTask;
        };
        var options = new TableOptions();
        _controller = new FlowController(
            new FlowTable(options, Planner), _switch, _inbox, options, _counters, _clock, new FlowEvents());
    }

    public async ValueTask DisposeAsync()
    {
        _controller.RequestStop();
        await _loop;
        _controller.Dispose();
        _inbox.Dispose();
    }

    [Fact]
    public async Task A_verdict_is_counted_and_not_acted_on_and_flows_live_on()
    {
        Start();
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await ProgrammedAsync(1);
        await AskAsync(controller => controller.Pause());

        await PostAsync(Drop(2), Outcome.Paused, 1);
        await PostAsync(Bypass(1), Outcome.Paused, 2);

        await ReadAgainAsync();
        Assert.Single(_switch.Names);
        Assert.Empty(_switch.Removed);
    }

    [Fact]
    public async Task After_resuming_a_verdict_that_came_during_the_pause_is_no_repeat()
    {
        Start();
        await AskAsync(controller => controller.Pause());
        await PostAsync(Drop(1), Outcome.Paused, 1);
        var before = _inbox.Generation;

        await AskAsync(controller => controller.Resume());

        await Await.Until(() => _inbox.Generation != before, "receiving threads forget what they handed over");
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await ProgrammedAsync(1);
    }

    [Fact]
    public async Task Resuming_what_was_not_paused_moves_nothing()
    {
        Start();
        await AskAsync(controller => controller.Resume());
        await PostAsync(Drop(1), Outcome.Drop, 1);
        Assert.Equal(0, _inbox.Generation);
    }

    [Fact]
    public async Task What_waits_for_the_switch_at_a_pause_is_never_sent()
    {
        var gate = new TaskCompletionSource();
        _switch.BeforeRead = () => gate.Task;
        Start();
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await AskAsync(controller => controller.Pause());
        gate.SetResult();
        await ReadAgainAsync();
        Assert.Empty(_switch.Names);

        await AskAsync(controller => controller.Resume());
        await ReadAgainAsync();
        Assert.Empty(_switch.Names);
        Assert.Equal(FlowEnd.Removed, await _controller.AskAsync(table => table.Ends.Last.Single().End));

        // Its verdict comes again: it is no repeat.
        await PostAsync(Drop(1), Outcome.Drop, 2);
        await ProgrammedAsync(1);
    }

    [Fact]
    public async Task A_flow_that_another_writer_removed_is_not_repaired_during_a_pause()
    {
        Start();
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await ProgrammedAsync(1);
        await AskAsync(controller => controller.Pause());
        _switch.LoseAll();
        await ReadAgainAsync();
        Assert.Empty(_switch.Names);

        await AskAsync(controller => controller.Resume());
        await ProgrammedAsync(1);
        Assert.Single(_switch.Names);
    }

    [Fact]
    public async Task A_panic_removes_every_flow_and_leaves_static_and_foreign_ones()
    {
        var original = Planner.Plan(Drop(7))[0] with { Name = "DROP_of_the_original" };
        foreach (var other in (string[])["STATIC_x", "theirs"]) _switch.Add(original with { Name = other });
        _switch.Add(original);
        Start();
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await PostAsync(Bypass(2), Outcome.Bypass, 1);
        await ProgrammedAsync(2);

        await AskAsync(controller => controller.PauseAndClear());

        await ClearedAsync();
        Assert.Equal(["STATIC_x", "theirs"], _switch.Names);
    }

    [Fact]
    public async Task A_panic_while_the_switch_is_away_takes_hold_when_it_answers()
    {
        var isAway = true;
        _switch.BeforeRead = () => Volatile.Read(ref isAway)
            ? throw new TargetException("nobody listens", nothingApplied: true)
            : Task.CompletedTask;
        foreach (var entry in Planner.Plan(Bypass(3))) _switch.Add(entry);
        Start();
        await AskAsync(controller => controller.PauseAndClear());
        Assert.True(await _controller.AskAsync(_ => _controller.IsClearing));

        Volatile.Write(ref isAway, false);
        _controller.RequestRead();

        await ClearedAsync();
        Assert.Equal(Planner.Plan(Bypass(3)).Select(entry => entry.Name).Order(), _switch.Removed.Order());
        Assert.Empty(_switch.Names);
    }

    [Fact]
    public async Task A_panic_on_a_switch_that_never_lists_everything_ends_after_ten_minutes_and_says_so()
    {
        _switch.IsWhole = false;
        Start();
        await PostAsync(Drop(1), Outcome.Drop, 1);
        await ProgrammedAsync(1);
        await AskAsync(controller => controller.PauseAndClear());
        await Await.Until(() => !_switch.Names.Any(), "what is listed is removed");
        await ReadAgainAsync();
        Assert.Equal((true, false), (_controller.IsClearing, _controller.IsClearingUnproven));

        _clock.Advance(TimeSpan.FromMinutes(11));
        await ReadAgainAsync();
        await Await.Until(() => _controller.IsClearingUnproven, "it is told that nobody knows");
        Assert.Equal((false, true), (_controller.IsClearing, _controller.IsPaused));

        // What shows later is removed all the same, and a whole list ends the doubt.
        foreach (var entry in Planner.Plan(Bypass(3))) _switch.Add(entry);
        _switch.IsWhole = true;
        await ReadAgainAsync();
        await ClearedAsync();
        Assert.Equal((0, false), (_switch.Names.Count(), _controller.IsClearingUnproven));
    }

    [Fact]
    public async Task Resuming_before_the_switch_answers_calls_the_rest_of_a_panic_off()
    {
        var gate = new TaskCompletionSource();
        _switch.BeforeRead = () => gate.Task;
        foreach (var entry in Planner.Plan(Bypass(3))) _switch.Add(entry);
        Start();
        await AskAsync(controller => controller.PauseAndClear());
        await AskAsync(controller => controller.Resume());
        gate.SetResult();

        await ProgrammedAsync(1);
        Assert.Equal(2, _switch.Names.Count());
    }

    private void Start() => _loop = Task.Factory.StartNew(
        () => _controller.Run(At(2)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Task<bool> AskAsync(Action<FlowController> order) => _controller.AskAsync(_ =>
    {
        order(_controller);
        return true;
    });

    private async Task PostAsync(Verdict verdict, Outcome outcome, long total)
    {
        Assert.True(_inbox.TryPost(new FlowRequest(verdict, _controller.Now)));
        await Await.Until(() => _counters.Total(outcome) == total, $"{total} {outcome}");
    }

    /// <summary>Two readings begun from now on: whatever the first one leads to was sent before the second.</summary>
    private async Task ReadAgainAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var reads = _switch.Reads;
            _controller.RequestRead();
            await Await.Until(() => _switch.Reads > reads, "the switch is read");
        }
    }

    private Task ClearedAsync() => Await.Until(
        () => _controller.AskAsync(table => !_controller.IsClearing && !table.HasRemovals).Result,
        "a reading shows that all is removed");

    private Task ProgrammedAsync(int flows) => Await.Until(
        () => _controller.AskAsync(table =>
            table.Flows.Count(flow => flow.State == FlowState.Programmed)).Result == flows,
        $"{flows} flows are programmed");
}

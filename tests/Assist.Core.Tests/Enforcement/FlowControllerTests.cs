using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Syslog;
using Microsoft.Extensions.Logging;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

public sealed class FlowControllerTests : IAsyncDisposable
{
    private static readonly TimeSpan s_grace = At(2);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemorySwitch _switch = new();
    private readonly VerdictInbox _inbox = new();
    private readonly Counters _counters = new();
    private readonly LogLines _log = new();
    private readonly FlowEvents _events = new();
    private readonly FlowEventLog _eventLog;
    private readonly FlowController _controller;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _owner;

    public FlowControllerTests()
    {
        var options = new TableOptions();
        _switch.AfterApply = () =>
        {
            _switch.Program();
            return Task.CompletedTask;
        };
        _eventLog = new FlowEventLog(_events, new Logger<FlowEventLog>(_log));
        _controller = new FlowController(
            new FlowTable(options, Planner) { Bypassed = _inbox.Bypassed }, _switch, _inbox, options, _counters, _clock,
            _events)
        {
            JudgeStatics = installed => StaticAudit.Judge(
                [StaticFlows.For(Wiring)[0] with { Name = "STATIC_a" }], installed),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _controller.Dispose();
        _inbox.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_verdict_reaches_the_switch_and_is_read_back()
    {
        Start();
        Post(Bypass());
        await ProgrammedAsync(1);
        await StopAsync();
        Assert.Equal(2, _switch.Names.Count());
        Assert.Equal(1, _counters.Total(Outcome.Bypass));
    }

    [Fact]
    public async Task What_was_sent_is_looked_for_by_a_glance_and_everything_is_read_after_a_time()
    {
        Start();
        for (var host = 1; host <= 6; host++)
        {
            Post(Drop(host));
            await ProgrammedAsync(host);
            _clock.Advance(At(3));
        }
        Assert.Equal((1, 6), (_switch.Reads, _switch.QuickReads));
        _clock.Advance(At(2));
        await Await.Until(() => _controller.AskAsync(_ => _switch.Reads).Result == 2, "everything is read");
        Assert.Equal(6, _switch.QuickReads);
    }

    [Fact]
    public async Task A_removal_is_looked_for_in_a_whole_reading()
    {
        Start();
        Post(Drop());
        await ProgrammedAsync(1);
        await _controller.AskAsync(table =>
        {
            table.Remove(table.Flows.First(), At(3));
            return true;
        });
        await Await.Until(
            () => !_controller.AskAsync(table => table.HasRemovals).Result, "the switch no longer has it");
        Assert.Equal((2, 1), (_switch.Reads, _switch.QuickReads));
    }

    [Fact]
    public async Task What_comes_while_the_switch_is_slow_is_gathered_into_the_next_change()
    {
        var (calls, gate) = (0, new TaskCompletionSource());
        _switch.BeforeApply = () => ++calls == 1 ? gate.Task : Task.CompletedTask;
        Start();
        Post(Drop(1));
        await Await.Until(() => calls == 1, "the first change is under way");
        for (var host = 2; host <= 50; host++) Post(Drop(host));
        await Await.Until(() => _counters.Total(Outcome.Drop) == 50, "the loop takes verdicts meanwhile");
        gate.SetResult();
        await ProgrammedAsync(50);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_switch_has_been_read()
    {
        var gate = new TaskCompletionSource();
        _switch.BeforeRead = () => gate.Task;
        _switch.Add(Planner.Plan(Drop())[0]);
        Start();
        Post(Bypass(2));
        await Await.Until(() => _counters.Total(Outcome.Bypass) == 1, "the loop runs");
        Assert.Single(_switch.Names);
        gate.SetResult();
        await ProgrammedAsync(2);
    }

    [Fact]
    public async Task An_unreachable_switch_is_told_once_and_what_waited_is_sent_when_it_is_back()
    {
        var reads = 0;
        _switch.BeforeRead = () =>
        {
            return ++reads <= 3
                ? throw new TargetException("nobody listens", nothingApplied: true)
                : Task.CompletedTask;
        };
        Start();
        Post(Drop());
        for (var failed = 1; failed <= 3; failed++)
        {
            await Await.Until(() => Volatile.Read(ref reads) == failed, "the switch is asked");
            await Await.Until(
                () => _controller.AskAsync(_ => _controller.TargetFault).Result == "nobody listens", "the loop knows");
            _clock.Advance(At(4));
        }
        await ProgrammedAsync(1);
        _eventLog.WriteRest();
        Assert.Single(
            _log.All, line => line.Contains("the switch is not available: nobody listens", StringComparison.Ordinal));
        Assert.Null(await _controller.AskAsync(_ => _controller.TargetFault));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_whose_answer_is_lost_is_made_once(bool wasCarriedOut)
    {
        var lost = false;
        _switch.BeforeApply = () => wasCarriedOut || lost ? Task.CompletedTask : Lose();
        _switch.AfterApply = () =>
        {
            _switch.Program();
            return lost ? Task.CompletedTask : Lose();
        };
        Start();
        Post(Bypass());
        await Await.Until(() => Volatile.Read(ref lost), "the answer is lost");
        await Await.Until(
            () => _controller.AskAsync(_ => _controller.TargetFault).Result == "no answer", "the loop knows");
        _clock.Advance(At(2));
        await ProgrammedAsync(1);
        await StopAsync();
        Assert.Equal(2, _switch.Names.Count());

        Task Lose()
        {
            lost = true;
            throw new TargetException("no answer");
        }
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_ends_the_loop()
    {
        _switch.BeforeRead = () => throw new NotSupportedException("a bug");
        Start();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _ended.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.IsType<NotSupportedException>(fault.InnerException);
        _owner = null;
    }

    [Fact]
    public async Task Stopping_waits_for_the_change_under_way_and_sheds_the_rest()
    {
        var gate = await StopWithAChangeUnderWayAsync();
        Assert.False(_ended.Task.IsCompleted);
        gate.SetResult();
        await _ended.Task;
        Assert.Single(_switch.Names);
    }

    [Fact]
    public async Task Stopping_gives_up_on_a_switch_that_does_not_answer()
    {
        var gate = await StopWithAChangeUnderWayAsync();
        _clock.Advance(s_grace);
        Post(Drop(3));
        await _ended.Task;
        gate.SetResult();
        Assert.Empty(_switch.Names);
    }

    [Fact]
    public async Task The_generation_moves_for_receiving_threads_when_a_flow_is_deleted()
    {
        Start();
        Post(Drop());
        await ProgrammedAsync(1);
        var before = _inbox.Generation;
        await _controller.AskAsync(table =>
        {
            table.Remove(table.Flows.First(), At(3));
            return true;
        });
        await Await.Until(() => _inbox.Generation != before, "receiving threads see it");
    }

    [Fact]
    public async Task Missing_static_flows_are_told_once_and_when_they_are_back()
    {
        Start();
        await Await.Until(
            () => _controller.AskAsync(_ => _controller.Statics.Missing.Count).Result == 1, "it is missed");
        await _controller.AskAsync(_ =>
        {
            _switch.Add(StaticFlows.For(Wiring)[0] with { Name = "STATIC_a" });
            return true;
        });
        _controller.RequestRead();
        await Await.Until(() => _controller.AskAsync(_ => _controller.Statics.Missing.Count).Result == 0, "it is back");
        _eventLog.WriteRest();
        Assert.Single(_log.All, line => line.Contains(
            "static flows are missing on the switch: STATIC_a", StringComparison.Ordinal));
        Assert.Single(_log.All, line => line.Contains("all static flows are present", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_that_cannot_be_answered_does_not_end_the_loop()
    {
        Start();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _controller.AskAsync<int>(_ => throw new InvalidOperationException("no")));
        Assert.Equal(0, await _controller.AskAsync(table => table.Entries));
    }

    [Fact]
    public async Task A_question_after_the_end_is_refused()
    {
        Start();
        await StopAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => _controller.AskAsync(table => table.Entries));
    }

    [Fact]
    public async Task A_log_that_takes_back_a_bypass_is_counted_as_retracted_or_as_what_it_is_otherwise()
    {
        Start();
        Post(Bypass());
        await ProgrammedAsync(1);
        for (var i = 0; i < 2; i++)
            Assert.True(_inbox.TryPost(FlowRequest.ToTakeBack(Bypass(), _controller.Now, Outcome.NoRule)));
        await Await.Until(
            () => _counters.Total(Outcome.Retracted) == 1 && _counters.Total(Outcome.NoRule) == 1, "both are counted");
        await Await.Until(() => !_switch.Names.Any(), "the bypass is gone");
    }

    [Fact]
    public async Task A_bypass_that_waits_behind_the_end_of_its_session_is_not_installed()
    {
        Post(Bypass());
        Post(Bypass(2));
        Assert.True(_inbox.TryPost(FlowRequest.ToTakeBack(Bypass(), _controller.Now, Outcome.NoRule)));
        Start();
        await ProgrammedAsync(1);
        Assert.Equal(
            (1, 1, 1),
            (_counters.Total(Outcome.NoRule), _counters.Total(Outcome.Protected), _counters.Total(Outcome.Bypass)));
        Assert.Equal(Planner.Plan(Bypass(2)).Select(entry => entry.Name).Order(), _switch.Names.Order());
    }

    [Fact]
    public async Task A_bypass_that_waits_behind_a_denial_without_room_is_not_installed()
    {
        await StopAsync();
        var options = new TableOptions { Drops = new DropLimits { PortsPerPair = 1, MergesPorts = false } };
        using var controller = new FlowController(
            new FlowTable(options, Planner), _switch, _inbox, options, _counters, _clock, _events);
        _inbox.TryPost(new FlowRequest(Bypass(), controller.Now));
        foreach (ushort port in (ushort[])[1, 443]) _inbox.TryPost(new FlowRequest(Denial(1, port), controller.Now));
        var owner = Task.Factory.StartNew(() => controller.Run(s_grace), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Await.Until(() => _counters.Total(Outcome.Protected) == 1, "the bypass is refused");
        Assert.Equal((1, 1), (_counters.Total(Outcome.Drop), _counters.Total(Outcome.OverLimit)));
        controller.RequestStop();
        await owner;
    }

    [Fact]
    public async Task A_bypass_is_known_to_other_threads_from_when_it_is_posted_until_it_is_gone()
    {
        var match = Bypass().Flow.Match;
        Start();
        await Await.Until(() => !_inbox.Bypassed.MayHave(match.Source), "the switch was read");
        Post(Bypass());
        Assert.True(_inbox.Bypassed.MayHave(match.Source));
        await ProgrammedAsync(1);
        Assert.True(_inbox.Bypassed.MayHave(match.Source));
        Assert.True(_inbox.TryPost(FlowRequest.ToTakeBack(Bypass(), _controller.Now, Outcome.NoRule)));
        await Await.Until(() => !_inbox.Bypassed.MayHave(match.Source), "nothing of it is left");
    }

    [Fact]
    public async Task Where_the_switch_ends_nothing_stopping_removes_every_flow()
    {
        var options = new TableOptions { SwitchEndsEntries = false };
        using var controller = new FlowController(
            new FlowTable(options, Planner), _switch, _inbox, options, _counters, _clock, _events);
        var owner = Task.Factory.StartNew(() => controller.Run(s_grace, removesAll: true), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var host = 1; host <= 100; host++)
            Assert.True(_inbox.TryPost(new FlowRequest(Drop(host), controller.Now)));
        await Await.Until(
            () => controller.AskAsync(table =>
                table.Flows.Count(flow => flow.State == FlowState.Programmed)).Result == 100,
            "all are programmed");
        controller.RequestStop();
        await owner;
        Assert.Empty(_switch.Names);
    }

    private void Start()
    {
        _owner = new Thread(() =>
        {
            try
            {
                _controller.Run(s_grace);
                _ended.SetResult();
            }
            catch (InvalidOperationException e)
            {
                _ended.SetException(e);
            }
        });
        _owner.Start();
    }

    private async Task StopAsync()
    {
        if (_owner is null) return;
        _owner = null;
        _controller.RequestStop();
        await _ended.Task;
    }

    private void Post(Verdict verdict) => Assert.True(_inbox.TryPost(new FlowRequest(verdict, _controller.Now)));

    private bool IsShed(Verdict verdict)
    {
        Post(verdict);
        return _counters.Total(Outcome.Shed) > 0;
    }

    private Task ProgrammedAsync(int flows) => Await.Until(
        () => _controller.AskAsync(table =>
            table.Flows.Count(flow => flow.State == FlowState.Programmed)).Result == flows,
        $"{flows} flows are programmed");

    /// <summary>The loop is draining while the switch holds back its answer until the gate is opened.</summary>
    private async Task<TaskCompletionSource> StopWithAChangeUnderWayAsync()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        _switch.BeforeApply = () =>
        {
            begun.TrySetResult();
            return gate.Task;
        };
        Start();
        Post(Drop(1));
        await begun.Task;
        _controller.RequestStop();
        await Await.Until(() => IsShed(Drop(2)), "the loop is draining");
        return gate;
    }
}

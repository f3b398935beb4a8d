using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Recording;
using Assist.Telemetry;
using Assist.Tests.Enforcement;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Outputs.Recording;

public sealed class RecordingTargetTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemorySwitch _real = new() { BeforeApply = () => throw new InvalidOperationException("written") };
    private readonly MemorySwitch _switch = new();

    public RecordingTargetTests() => _switch.AfterApply = () =>
    {
        _switch.Program();
        return Task.CompletedTask;
    };

    [Fact]
    public async Task The_same_verdicts_give_the_same_flows_as_on_a_switch()
    {
        var recording = new RecordingTarget(Planner, null, _clock);
        Assert.Equal(await HistoryAsync(_switch), await HistoryAsync(recording));
    }

    [Fact]
    public async Task A_controller_makes_the_same_flows_of_it_as_of_a_switch()
    {
        var onSwitch = await ControlledAsync(_switch);
        Assert.Equal(3, onSwitch.Count);
        Assert.Equal(onSwitch, await ControlledAsync(new RecordingTarget(Planner, _real, _clock)));
    }

    [Fact]
    public async Task Nothing_is_written_to_the_target_it_reads()
    {
        _real.Add(Planner.Plan(Drop(1))[0]);
        _real.Add(StaticFlows.For(Wiring)[0]);
        string[] before = [.. _real.Names];
        await HistoryAsync(new RecordingTarget(Planner, _real, _clock));
        Assert.Equal(before, _real.Names);
        Assert.Empty(_real.Removed);
        Assert.NotEqual(0, _real.Reads);
    }

    [Fact]
    public async Task What_was_recorded_lies_over_what_the_real_target_holds()
    {
        var old = Planner.Plan(Drop(1))[0];
        _real.Add(old);
        _real.Add(Planner.Plan(Drop(2))[0]);
        var target = new RecordingTarget(Planner, _real, _clock);
        var added = Planner.Plan(Drop(3))[0];
        await target.ApplyAsync(
            [new FlowChange { Remove = [old.Name] }, new FlowChange { Install = [added] }], default);
        Assert.Equal([Planner.Plan(Drop(2))[0].Name, added.Name], await KeysAsync(target));
        // A part of what the real target holds says nothing of the rest.
        _real.IsWhole = false;
        Assert.False((await target.ReadAsync(default)).IsComplete);
    }

    [Fact]
    public async Task A_recorded_entry_ends_by_its_hard_timer_and_counts_no_packets()
    {
        var target = new RecordingTarget(Planner, null, _clock);
        await target.ApplyAsync([new FlowChange { Install = Planner.Plan(Drop(hard: 100)) }], default);
        _clock.Advance(At(99));
        Assert.Null(Assert.Single((await target.ReadAsync(default)).Entries).Traffic.Packets);
        _clock.Advance(At(1));
        Assert.Empty(await KeysAsync(target));
    }

    [Fact]
    public async Task A_quick_read_finds_what_was_recorded_without_asking_the_real_target()
    {
        var target = new RecordingTarget(Planner, _real, _clock);
        var entry = Planner.Plan(Drop())[0];
        await target.ApplyAsync([new FlowChange { Install = [entry] }], default);
        var shown = await target.ReadSomeAsync(new HashSet<string> { entry.Name, "another" }, default);
        Assert.Equal((entry.Name, false), (Assert.Single(shown.Entries).Key, shown.IsComplete));
        Assert.Equal((0, 0), (_real.Reads, _real.QuickReads));
    }

    [Fact]
    public void It_can_what_the_target_it_stands_for_can_and_counts_nothing()
    {
        var capabilities = new RecordingTarget(Planner, null, _clock).Planner.Capabilities;
        Assert.Equal(Planner.Capabilities.Actions, capabilities.Actions);
        Assert.Equal((FlowCounters.None, TimerOwner.Nobody), (capabilities.Counters, capabilities.IdleTimer));
        // Others write to the real target.
        Assert.True(capabilities.IsDoneWhenAccepted);
        Assert.False(new RecordingTarget(Planner, _real, _clock).Planner.Capabilities.IsDoneWhenAccepted);
    }

    // Verdicts that come, come again, displace each other, are taken back and end, with what was known after each step.
    private async Task<List<string>> HistoryAsync(IFlowTarget target)
    {
        var table = new FlowTable(new TableOptions { Capacity = 12, ReservedForDrops = 2 }, target.Planner);
        var start = _clock.GetElapsedTime(0, _clock.GetTimestamp());
        var seen = new List<string>();
        for (var step = 0; step < 60; step++)
        {
            var now = _clock.GetElapsedTime(0, _clock.GetTimestamp());
            _switch.Now = now;
            _switch.Expire();
            table.Observed(await target.ReadAsync(default), now);
            table.Tick(now);
            seen.Add($"{table.Offer(Asked(step), now)}");
            if (step % 11 == 10) table.Remove(table.Flows.First(), now);
            while (table.TakeChanges(now) is { } set)
            {
                var changes = set.Changes.Select(planned => planned.Change);
                table.Applied(set, await target.ApplyAsync([.. changes], default), now);
            }

            table.ObservedSome(await target.ReadSomeAsync(table.AwaitedKeys(), default), now);
            seen.AddRange(
                table.Flows.Select(flow => $"{flow.Entries[0].Key}:{flow.State}:{flow.ExpiresAt - start}"));
            _clock.Advance(At(20));
        }
        return seen;
    }

    private static Verdict Asked(int step) => (step % 4) switch
    {
        0 => Bypass(step % 7, hard: 120, idle: 0),
        1 => Redirect(step % 3),
        _ => Drop(step % 5, hard: 90, idle: 0),
    };

    private async Task<List<string>> ControlledAsync(IFlowTarget target)
    {
        using var inbox = new VerdictInbox();
        var options = new TableOptions();
        using var controller = new FlowController(
            new FlowTable(options, target.Planner) { Bypassed = inbox.Bypassed }, target, inbox, options,
            new Counters(), _clock, new FlowEvents());
        var owner = Task.Factory.StartNew(
            () => controller.Run(At(1)), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        foreach (var verdict in new[] { Drop(1), Bypass(2), Redirect(3) })
            Assert.True(inbox.TryPost(new FlowRequest(verdict, controller.Now)));
        await Await.Until(() => controller.AskAsync(IsSettled).Result, "all are read back");
        var flows = await controller.AskAsync(
            table => table.Flows.SelectMany(flow => flow.Entries).Select(entry => entry.Key).ToList());
        var held = (await target.ReadAsync(default)).Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal);
        Assert.Equal(flows.Order(StringComparer.Ordinal), held);
        var known = await controller.AskAsync(
            table => table.Flows.Select(flow => $"{flow.Identity} {flow.State}").ToList());
        controller.RequestStop();
        await owner;
        return known;
    }

    private static bool IsSettled(FlowTable table) =>
        table.Flows.Count == 3 && table.Flows.All(flow => flow.State == FlowState.Programmed);

    private static async Task<IEnumerable<string>> KeysAsync(RecordingTarget target) =>
        (await target.ReadAsync(default)).Entries.Select(entry => entry.Key);
}

using Assist.Enforcement;
using Assist.Flows;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

/// <summary>What the loop tells of a flow over its life, to whoever subscribes.</summary>
public sealed class TableReportsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemorySwitch _switch = new();
    private readonly VerdictInbox _inbox = new();
    private readonly FlowEvents _events = new();
    private readonly FlowController _controller;
    private readonly Task _loop;
    private long _cursor;

    public TableReportsTests()
    {
        _switch.AfterApply = () =>
        {
            _switch.Program();
            return Task.CompletedTask;
        };
        var options = new TableOptions();
        _controller = new FlowController(
            new FlowTable(options, Planner), _switch, _inbox, options, new Counters(), _clock, _events);
        _loop = Task.Factory.StartNew(
            () => _controller.Run(At(2)), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _controller.RequestStop();
        await _loop;
        _controller.Dispose();
        _inbox.Dispose();
    }

    [Fact]
    public async Task A_flow_is_told_when_it_is_asked_for_programmed_and_ended()
    {
        Assert.True(_inbox.TryPost(new FlowRequest(Drop(), _controller.Now)));
        var told = await ToldAsync(FlowEventKind.Programmed);
        await _controller.AskAsync(table => { table.Remove(table.Flows.Single(), _controller.Now); return true; });
        told.AddRange(await ToldAsync(FlowEventKind.Ended));

        var name = Planner.NameOf(Drop().Flow);
        Assert.Equal(
            [
                (FlowEventKind.Requested, name, Drop().Rule), (FlowEventKind.Programmed, name, Drop().Rule),
                (FlowEventKind.Ended, name, Drop().Rule),
            ],
            told.Where(fact => fact.Flow != "").Select(fact => (fact.Kind, fact.Flow, fact.Rule)));
    }

    [Fact]
    public void Of_many_that_end_at_once_the_last_are_told_one_by_one_and_the_others_by_reason()
    {
        var (ends, events) = (new FlowEnds(), new FlowEvents());
        for (var i = 0; i < 3000; i++)
            ends.Add(new EndedFlow("f", Drop().Flow, "r", i < 2000 ? FlowEnd.Expired : FlowEnd.Removed, default));
        var reports = new TableReports(events, Planner);
        reports.Ended(ends, default);
        reports.Ended(ends, default);

        var told = Read(events);

        Assert.Equal(
            [(2000, "expired"), (936, "removed by an operator")],
            told.Where(fact => fact.Count > 0).Select(fact => (fact.Count, fact.Reason)));
        Assert.Equal(64, told.Count(fact => fact is { Count: 0, IsDetail: false }));
    }

    [Fact]
    public void A_flow_that_ended_tells_what_it_had_counted_and_how_long_it_lasted()
    {
        var (ends, events) = (new FlowEnds(), new FlowEvents());
        var traffic = new FlowTraffic(new TrafficCount(100, 64_000), new TrafficCount(28, null));
        ends.Add(new EndedFlow("f", Drop().Flow, "r", FlowEnd.Expired, At(90)) { Traffic = traffic, BegunAt = At(30) });
        ends.Add(new EndedFlow("of an earlier run", Drop().Flow, "r", FlowEnd.Expired, At(90)));
        new TableReports(events, Planner).Ended(ends, At(90));

        var told = Read(events);

        Assert.Equal([At(90) - At(30), null], told.Select(fact => fact.Lasted));
        Assert.Equal((128, 64_000), (told[0].Traffic!.Value.Packets, told[0].Traffic!.Value.Bytes));
    }

    [Fact]
    public void Entries_that_are_removed_are_told_by_cause()
    {
        var (found, events) = (new Reconciliation(), new FlowEvents());
        found.Purged.Add(new PurgedEntry("DROP_a", PurgeCause.Protected));
        found.Purged.Add(new PurgedEntry("BYPASS_b", PurgeCause.OldWiring));
        found.Purged.Add(new PurgedEntry("DROP_c", PurgeCause.Protected, "rule"));
        new TableReports(events, Planner).Found(found, default);

        var told = Read(events);

        Assert.Equal(
            [
                (2, "DROP_a, DROP_c", "drops of addresses that are protected now"),
                (1, "BYPASS_b", "entries of an old wiring"),
            ],
            told.Where(fact => !fact.IsDetail).Select(fact => (fact.Count, fact.Flow, fact.Reason)));
        Assert.Equal(["", "rule", ""], told.Where(fact => fact.IsDetail).Select(fact => fact.Rule));
    }

    private static IReadOnlyList<FlowEvent> Read(FlowEvents events)
    {
        var cursor = 0L;
        return events.Read(ref cursor, FlowEvents.Capacity, out _);
    }

    /// <summary>All events up to one of the kind.</summary>
    private async Task<List<FlowEvent>> ToldAsync(FlowEventKind kind)
    {
        var told = new List<FlowEvent>();
        await Await.Until(() =>
        {
            told.AddRange(_events.Read(ref _cursor, most: 100, out _));
            return told.Exists(fact => fact.Kind == kind);
        }, $"{kind} is told");
        return told;
    }
}

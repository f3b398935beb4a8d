using Assist.Addresses;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.State;
using Assist.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>What a daemon that is killed has left for the next one: a real file, the table's real loop, a clock moved
/// by hand.</summary>
public sealed class FlowKeeperTests : IAsyncDisposable
{
    private static readonly Verdict s_drop = new(
        new FlowIdentity(
            FlowAction.Drop,
            new FlowMatch { Source = IpAddr.V4(0x0a000001), Destination = IpAddr.V4(0x0a000002) }, Placement.Anywhere),
        new FlowTimeouts(1800, 0), default, "a-rule");

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private readonly VerdictInbox _inbox = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly FlowController _controller;
    private readonly Thread _owner;
    private readonly Task _keeping;

    public FlowKeeperTests()
    {
        var target = new WillingTarget();
        var table = new FlowTable(new TableOptions(), target.Planner);
        _controller = new FlowController(
            table, target, _inbox, new TableOptions(), new Counters(), _clock, new FlowEvents());
        var keeper = new FlowKeeper(
            new FlowFile(_directory), _controller, _clock, NullLogger<FlowKeeper>.Instance);
        _owner = new Thread(() => _controller.Run(TimeSpan.FromSeconds(10)));
        _owner.Start();
        _keeping = keeper.RunAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _keeping);
        _controller.RequestStop();
        await Task.Run(_owner.Join);
        _controller.Dispose();
        _inbox.Dispose();
        _stopping.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_is_programmed_is_written_within_a_minute_with_its_rule_and_its_end()
    {
        Assert.True(_inbox.TryPost(new FlowRequest(s_drop, _controller.Now)));
        await Await.Until(
            () => _controller.AskAsync(table => table.Flows.Any(flow => flow.State == FlowState.Programmed)).Result,
            "the drop is programmed");
        await _clock.WhenWaitedForAsync();
        Assert.Empty(Kept());

        _clock.Advance(FlowKeeper.Interval);

        await Await.Until(() => Kept().Count == 1, "the drop is written");
        var kept = Kept()[0];
        Assert.Equal((s_drop.Flow, "a-rule"), (kept.Verdict.Flow, kept.Verdict.Rule));
        Assert.InRange(kept.EndsAt - _controller.Now, TimeSpan.FromSeconds(1735), TimeSpan.FromSeconds(1745));
    }

    private IReadOnlyList<KeptFlow> Kept() =>
        new FlowFile(_directory).Read(_clock.GetUtcNow().UtcDateTime, _controller.Now);

    /// <summary>Holds at once what it is told.</summary>
    private sealed class WillingTarget : IFlowTarget
    {
        private readonly Dictionary<string, TargetEntry> _entries = [];

        public IFlowPlanner Planner { get; } = new FlowPlanner(new Topology());

        public Task<InstalledFlows> ReadAsync(CancellationToken cancellation) => Task.FromResult(new InstalledFlows
        {
            Entries = [.. _entries.Values.Select(
                entry => new InstalledEntry { Entry = entry, Status = EntryStatus.Programmed })],
            IsComplete = true,
        });

        public Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation) =>
            ReadAsync(cancellation);

        public Task<IReadOnlyList<ChangeResult>> ApplyAsync(
            IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
        {
            foreach (var entry in changes.SelectMany(change => change.Install)) _entries[entry.Key] = entry;
            return Task.FromResult<IReadOnlyList<ChangeResult>>(
                [.. changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))]);
        }
    }
}

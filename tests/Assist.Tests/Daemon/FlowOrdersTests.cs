using Assist.Addresses;
using Assist.Control;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>Orders on the table's real loop, with a clock moved by hand; no switch is needed.</summary>
public sealed class FlowOrdersTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly VerdictInbox _inbox = new();
    private readonly EapiClient _eapi = new(new EapiOptions { Socket = "/nonexistent/eapi.sock" });
    private readonly FlowController _controller;
    private readonly FlowOrders _orders;
    private readonly Thread _owner;

    public FlowOrdersTests()
    {
        var planner = new FlowPlanner(new Topology());
        _controller = new FlowController(
            new FlowTable(new TableOptions(), planner),
            new DirectFlowTarget(_eapi, planner, NullLogger<DirectFlowTarget>.Instance), _inbox, new TableOptions(),
            new Counters(), _clock, new FlowEvents());
        _orders = new FlowOrders(_controller, null, _clock);
        _owner = new Thread(() => _controller.Run(TimeSpan.Zero));
        _owner.Start();
    }

    public void Dispose()
    {
        _controller.RequestStop();
        _owner.Join();
        _controller.Dispose();
        _inbox.Dispose();
        _eapi.Dispose();
    }

    [Fact]
    public async Task What_began_after_a_record_of_the_audit_is_not_undone_for_it()
    {
        await DropAsync();
        var recorded = _clock.GetUtcNow().UtcDateTime;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await _orders.DeleteAsync(new FlowFilter());
        await DropAsync();

        Assert.Empty(await _orders.UndoAsync(new FlowFilter(), null, recorded, dryRun: false));
        Assert.Single(await _orders.UndoAsync(new FlowFilter(), null, _clock.GetUtcNow().UtcDateTime, dryRun: false));
    }

    private Task<Outcome> DropAsync() => _controller.AskAsync(table => table.Offer(
        new Verdict(
            new FlowIdentity(
                FlowAction.Drop,
                new FlowMatch { Source = IpAddr.V4(0x0a000001), Destination = IpAddr.V4(0x0a000002) },
                Placement.Anywhere),
            new FlowTimeouts(1800, 300), default, "denied-traffic"), _controller.Now));
}

using Assist.Addresses;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Daemon;

public sealed class NotProgrammedCheckTests
{
    private readonly FlowTable _table = new(new TableOptions(), new FlowPlanner(new Topology()));
    private readonly NotProgrammedCheck _check;
    private TimeSpan _now;
    private bool _isHindered;

    public NotProgrammedCheckTests() => _check = new NotProgrammedCheck(() => _isHindered, () => _now);

    [Fact]
    public void A_flow_that_waits_for_over_a_minute_is_a_problem_until_it_is_gone()
    {
        Assert.Equal(Outcome.Drop, _table.Offer(Drop(), _now));
        Pass(seconds: 60);
        Assert.Empty(Kinds());
        Pass(seconds: 10);
        Assert.Equal(["not_programmed"], Kinds());

        _table.Remove(_table.Flows.Single(), _now);
        Pass(seconds: 5);
        Assert.Empty(Kinds());
    }

    [Fact]
    public void While_the_switch_is_away_it_is_not_the_flows_that_are_the_problem()
    {
        _table.Offer(Drop(), _now);
        _isHindered = true;
        Pass(seconds: 300);
        Assert.Empty(Kinds());
        _isHindered = false;
        Pass(seconds: 60);
        Assert.Empty(Kinds());
        Pass(seconds: 10);
        Assert.Equal(["not_programmed"], Kinds());
    }

    private void Pass(int seconds)
    {
        for (var end = _now + TimeSpan.FromSeconds(seconds); _now < end; _now += TimeSpan.FromSeconds(5))
            _check.Observe(Reading());
    }

    private IEnumerable<string> Kinds() => _check.Look(Reading()).Select(found => found.Kind);

    private TableReading Reading() => new(TableView.Of(_table, _now), TimeSpan.Zero);

    private static Verdict Drop()
    {
        var match = new FlowMatch
        {
            Source = IpAddr.V4(0x0a000001),
            Destination = IpAddr.V4(0xcb007105),
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
        };
        return new Verdict(
            new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(1800, 300), default, "rule");
    }
}

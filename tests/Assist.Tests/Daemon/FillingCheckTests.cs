using Assist.Addresses;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Daemon;

public sealed class FillingCheckTests
{
    private readonly FlowTable _table = new(
        new TableOptions
        {
            Capacity = 100,
            Drops = new DropLimits { PerSource = 0, PortsPerPair = 0, DenialShare = 100, AsksForRepeat = false },
        },
        new FlowPlanner(new Topology()));

    private readonly FillingCheck _check = new();

    [Fact]
    public void From_80_percent_on_the_rules_and_sources_that_fill_the_table_are_told_and_no_more_below()
    {
        for (var i = 0; i < 79; i++) Drop(i, i < 50 ? "scan" : "other", source: i < 60 ? 1u : 2u);
        Assert.Empty(Look());

        Drop(79, "other", source: 3);

        var problem = Assert.Single(Look());
        Assert.Equal(("table_filling", true), (problem.Kind, problem.IsProblem));
        Assert.StartsWith(
            "80 of 100 entries of the flow table are in use (80 %), 0 of them static or foreign; most are of rules "
            + "scan (50), other (30), and of sources 10.0.0.1 (60), 10.0.0.2 (19), 10.0.0.3 (1);", problem.Text,
            StringComparison.Ordinal);
        _table.Remove(_table.Flows.First(), TimeSpan.FromMinutes(1));
        Assert.Empty(Look());
    }

    private List<Finding> Look() => [.. _check.Look(new TableReading(TableView.Of(_table, default), TimeSpan.Zero))];

    private void Drop(int number, string rule, uint source)
    {
        var match = new FlowMatch
        {
            Source = IpAddr.V4(0x0a000000 + source),
            Destination = IpAddr.V4(0xcb007100 + (uint)number),
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
        };
        var verdict = new Verdict(
            new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(1800, 300), default, rule);
        Assert.Equal(Outcome.Drop, _table.Offer(verdict, default));
    }
}

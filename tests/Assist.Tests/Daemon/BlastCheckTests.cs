using Assist.Control;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Daemon;

/// <summary>What is refused because too much is asked for.</summary>
public sealed class BlastCheckTests
{
    private readonly FlowTable _table = new(new TableOptions(), new FlowPlanner(new Topology()));
    private long _refused;
    private TimeSpan _now;

    [Fact]
    public void It_is_told_while_it_goes_on_and_a_minute_longer()
    {
        var check = new BlastCheck(() => _now);
        Assert.Empty(Observed(check));
        _refused = 7;
        var found = Assert.Single(Observed(check));
        Assert.Equal((HealthKind.BlastRadius, "flows.drops_per_rule"), (found.Kind, found.Subject));
        Assert.Contains("7 were refused", found.Text, StringComparison.Ordinal);
        _now = TimeSpan.FromSeconds(60);
        Assert.Single(Observed(check));
        _now = TimeSpan.FromSeconds(61);
        Assert.Empty(Observed(check));
    }

    private List<Finding> Observed(BlastCheck check)
    {
        var reading = new TableReading(View(), TimeSpan.Zero);
        check.Observe(reading);
        return [.. check.Look(reading)];
    }

    private TableView View() => TableView.Of(_table, default) with
    {
        Refused = limit => limit == FlowLimit.PerRule ? _refused : 0,
    };
}

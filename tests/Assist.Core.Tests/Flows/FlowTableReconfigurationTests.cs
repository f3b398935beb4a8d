using Assist.Addresses;
using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowTableReconfigurationTests : TableAndSwitch
{
    private static readonly TableOptions s_options = new() { Capacity = 100 };

    [Fact]
    public void What_a_new_configuration_forbids_leaves_the_table_and_the_switch()
    {
        foreach (var host in (int[])[1, 2]) Table.Offer(Drop(host), At(0));
        Table.Offer(Bypass(3), At(0));
        Settle(1);
        var generation = Table.Generation;

        Assert.Equal(1, Table.Reconfigure(s_options, Protecting(new IpPrefix(Match(1).Source, 32)).MayStay, At(2)));
        Settle(3);

        Assert.Equal([Drop(2).Flow, Bypass(3).Flow], Table.Flows.Select(flow => flow.Identity));
        Assert.Equal(3, Switch.Names.Count());
        Assert.Equal((FlowEnd.Revoked, "a-rule"), (Table.Ends.Last.Last().End, Table.Ends.Last.Last().Rule));
        Assert.NotEqual(generation, Table.Generation);
    }

    [Fact]
    public void A_verdict_of_the_configuration_before_is_not_taken_in_any_more()
    {
        Table.Reconfigure(s_options, Protecting(new IpPrefix(Match(1).Source, 32)).MayStay, At(0));
        Assert.Equal(Outcome.Protected, Table.Offer(Drop(1), At(1)));
        Assert.Equal(Outcome.Drop, Table.Offer(Drop(2), At(1)));
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(1), At(1)));
    }

    [Fact]
    public void New_limits_and_times_count_at_once_and_take_nothing_away()
    {
        foreach (var host in (int[])[1, 2]) Table.Offer(Drop(host), At(0));
        var options = new TableOptions { Capacity = 1, ReservedForDrops = 0, DuplicateWindow = At(5) };
        Assert.Equal(0, Table.Reconfigure(options, Open.MayStay, At(1)));
        Assert.Equal((2, 1), (Table.Flows.Count, Table.Budget.Limit));
        Assert.Equal(Outcome.OverLimit, Table.Offer(Drop(3), At(2)));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Drop(1), At(4)));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(1), At(6)));
    }
}

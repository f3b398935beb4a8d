using Assist.Flows;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowRetractionTests : TableAndSwitch
{
    [Fact]
    public void Every_bypass_of_an_address_goes_where_nobody_knows_any_more_which_was_meant()
    {
        foreach (var verdict in (Verdict[])[Bypass(1), Bypass(2), Drop(3)]) Table.Offer(verdict, At(0));
        Table.Offer(Bypass(1) with { Flow = Bypass(1).Flow with { Match = Match(1, port: 80) } }, At(0));
        var addresses = new AddressMarks();
        addresses.Add(new FlowMatch { Source = Match(1).Source });
        Table.Retract(addresses, At(1));
        Assert.Equal([Bypass(2).Flow, Drop(3).Flow], Table.Flows.Select(flow => flow.Identity).OrderBy(
            flow => flow.Match.Source.Value));
    }

    [Fact]
    public void Without_a_bypass_of_that_session_nothing_is_taken_back()
    {
        Installed(Drop(1));
        Installed(Bypass(2));
        Assert.False(Table.Retract(Match(1), At(1)));
        Assert.False(Table.Retract(Match(2, port: 444), At(1)));
        Assert.Null(Table.TakeChanges(At(1)));
    }

    [Fact]
    public void A_bypass_taken_back_before_it_was_sent_is_never_sent()
    {
        Table.Offer(Bypass(), At(0));
        Assert.True(Table.Retract(Match(), At(1)));
        Assert.Null(Table.TakeChanges(At(1)));
    }

    [Fact]
    public void A_session_that_starts_again_is_bypassed_again()
    {
        Installed(Bypass());
        Table.Retract(Match(), At(1));
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(), At(2)));
        Settle(2);
        Assert.Equal(2, Switch.Names.Count());
    }

    [Fact]
    public void A_drop_of_a_host_takes_back_every_bypass_of_it_and_no_other()
    {
        Installed(Bypass(1));
        Installed(
            Bypass(1, Placement.BToA) with { Flow = Bypass(1).Flow with { Match = Match(1, port: 80).Reversed() } });
        var other = Installed(Bypass(2));
        var host = new FlowMatch { Source = Match(1).Source };
        Table.Offer(Verdict(new FlowIdentity(FlowAction.Drop, host, Placement.Anywhere)), At(1));
        Settle(1);
        Assert.Equal([other.Identity],
            Table.Flows.Where(flow => flow.Identity.Action == FlowAction.Bypass).Select(flow => flow.Identity));
        Assert.Equal(2, Table.Ends.Count(FlowAction.Bypass, FlowEnd.Retracted));
    }

    [Fact]
    public void VLANs_that_not_every_log_names_do_not_keep_a_bypass()
    {
        Installed(Bypass() with { Flow = Bypass().Flow with { Match = Match() with { InVlan = 10, OutVlan = 20 } } });
        Assert.True(Table.Retract(Match(), At(1)));
        Assert.Empty(Table.Flows);
    }

    [Fact]
    public void What_carries_more_than_the_session_stays()
    {
        var wide = Installed(Bypass() with { Flow = Bypass().Flow with { Match = Match() with { SourcePort = 0 } } });
        Assert.False(Table.Retract(Match(), At(1)));
        Assert.Equal([wide], Table.Flows);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_taken_back_before_the_first_reading_is_not_adopted(bool isDenied)
    {
        foreach (var entry in Planner.Plan(Bypass())) Switch.Add(entry);
        if (isDenied) Table.Offer(Drop(), At(0));
        else Assert.False(Table.Retract(Match(), At(0)));
        Observe(1);
        Settle(1);
        Assert.DoesNotContain(Table.Flows, flow => flow.Identity.Action == FlowAction.Bypass);
        Assert.DoesNotContain(Switch.Names, name => name.StartsWith("BYPASS", StringComparison.Ordinal));
    }

    // Beside a switch that is away, under load.
    [Fact]
    public void After_more_retractions_than_are_remembered_no_bypass_of_an_earlier_run_is_adopted()
    {
        foreach (var entry in Planner.Plan(Bypass(5000))) Switch.Add(entry);
        foreach (var entry in Planner.Plan(Drop(5001))) Switch.Add(entry);
        for (var i = 1; i <= 5000; i++) Table.Retract(Match(i), At(0));
        Observe(1);
        Settle(1);
        Assert.Equal(FlowAction.Drop, Assert.Single(Table.Flows).Identity.Action);
        Assert.Single(Switch.Names);

        // From then on what is found is known to be right.
        foreach (var entry in Planner.Plan(Bypass(6000))) Switch.Add(entry);
        Observe(2);
        Assert.Equal(2, Table.Flows.Count);
    }

    [Fact]
    public void A_session_whose_drop_the_switch_refused_gets_no_bypass()
    {
        Switch.Capacity = 0;
        Table.Offer(Drop(), At(0));
        Settle(0);
        Assert.Equal(FlowState.Rejected, Assert.Single(Table.Flows).State);
        Assert.Equal(Outcome.Protected, Table.Offer(Bypass(), At(1)));
    }
}

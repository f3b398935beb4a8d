using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>Drops whose messages may be forged: nothing becomes wider or longer for them.</summary>
public sealed class ConfinedDropTests : TableAndSwitch
{
    [Fact]
    public void A_repeat_leaves_a_drop_its_end()
    {
        var record = Installed(Confined(Drop()));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Confined(Drop()), At(600)));
        Settle(600);
        Table.Tick(At(1798.5));
        Assert.Equal(At(1800), record.ExpiresAt);
        Table.Tick(At(1800));
        Assert.Empty(Table.Flows);
        Assert.Equal(Outcome.Drop, Table.Offer(Confined(Drop()), At(1801)));
    }

    [Fact]
    public void A_drop_that_a_trusted_log_has_made_is_not_extended_either()
    {
        var record = Installed(Drop());
        Table.Offer(Confined(Drop()), At(600));
        Assert.Equal(At(1800), record.ExpiresAt);
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(700)));
        Assert.Equal(At(2500), record.ExpiresAt);
    }

    [Fact]
    public void A_repeat_puts_back_what_the_switch_has_lost_for_the_rest_of_its_time()
    {
        Installed(Confined(Drop()));
        Switch.Lose(Switch.Names.Single());
        Table.Offer(Confined(Drop()), At(600));
        Settle(600);
        Assert.Equal(1200, Switch[Assert.Single(Switch.Names)].Timeouts.Hard);
    }

    [Fact]
    public void Ports_of_a_pair_do_not_become_one_entry()
    {
        Table = new FlowTable(new TableOptions { Capacity = 100, ReservedForDrops = 10 }, Planner);
        foreach (var port in Enumerable.Range(1, 9)) Table.Offer(Confined(Denial(1, (ushort)port)), At(0));
        Assert.Equal((8, 1), (Table.Flows.Count, Table.Limits.Refused()(FlowLimit.PortsPerPair)));
        Assert.DoesNotContain(Table.Flows, flow => flow.Verdict.IsMerged);
        Assert.Equal(Outcome.Drop, Table.Offer(Denial(1, 9), At(1)));
        Assert.True(Assert.Single(Table.Flows).Verdict.IsMerged);
    }

    [Fact]
    public void A_drop_that_comes_back_is_always_the_first_and_no_step_for_a_trusted_one()
    {
        Table = new FlowTable(new TableOptions(), Planner) { Escalation = EscalationTests.New() };
        Assert.Equal(0, Installed(Confined(Drop())).Escalation);
        Assert.Equal(0, Installed(Confined(Drop()), Ended(1800)).Escalation);
        Assert.Equal(0, Installed(Drop(), Ended(4000)).Escalation);
        Assert.Equal(1, Installed(Drop(), Ended(6000)).Escalation);
        Assert.Equal(0, Installed(Confined(Drop()), Ended(10_000)).Escalation);
    }

    private static Verdict Confined(Verdict verdict) => verdict with { IsConfined = true };

    private double Ended(double at)
    {
        Switch.Now = At(at);
        Switch.Expire();
        Table.Tick(At(at));
        Observe(at);
        Assert.Empty(Table.Flows);
        return at + 1;
    }
}

using Assist.Flows;
using Assist.Outputs;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class FlowTableEscalationTests : TableAndSwitch
{
    public FlowTableEscalationTests() => Table = Escalating();

    [Fact]
    public void A_drop_that_comes_back_after_it_ended_lives_longer_each_time()
    {
        var now = 0.0;
        foreach (var (level, hard, idle) in new[]
        {
            (0, 1800, 300), (1, 3600, 3600), (2, 86_400, 65_535), (3, 604_800, 65_535), (3, 604_800, 65_535)
        })
        {
            var record = Installed(Drop(), now);
            Assert.Equal(
                (level, new FlowTimeouts(hard, idle)), (record.Escalation, Switch[record.Entries[0].Key].Timeouts));
            Assert.Equal(At(now + hard), record.ExpiresAt);
            now = Ended(now + hard);
        }
    }

    [Fact]
    public void A_repeat_while_it_lives_renews_the_same_lease()
    {
        var now = Ended(Installed(Drop(), 0).ExpiresAt.TotalSeconds);
        var record = Installed(Drop(), now);
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(now + 70)));
        Settle(now + 70);
        Assert.Equal((1, new FlowTimeouts(3600, 3600)), (record.Escalation, Switch[record.Entries[0].Key].Timeouts));
        Assert.Equal(At(now + 70 + 3600), record.ExpiresAt);
    }

    [Fact]
    public void A_drop_that_the_switch_never_held_counts_for_nothing()
    {
        Table.Offer(Drop(), At(0));
        Table.Tick(At(1800));
        Switch.Capacity = 0;
        Table.Offer(Drop(), At(1900));
        Settle(1900);
        Assert.Equal(FlowState.Rejected, Assert.Single(Table.Flows).State);
        Table.Tick(At(10_000));
        Assert.Empty(Table.Flows);
        Switch.Capacity = 10;
        Assert.Equal(0, Installed(Drop(), 10_000).Escalation);
    }

    [Fact]
    public void A_lease_that_the_switch_refuses_is_retried_as_the_rule_says()
    {
        var now = Ended(Installed(Drop(), 0).ExpiresAt.TotalSeconds);
        Table.Offer(Drop(), At(now));
        Send(Table.TakeChanges(At(now))!, now);
        Switch.Set(Switch.Names.Single(), EntryStatus.Rejected);
        Observe(now);
        Assert.Equal((FlowState.Rejected, 1), (Table.Flows.Single().State, Table.Flows.Single().Escalation));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(now + 100)));
        Settle(now + 100);
        Assert.Equal(new FlowTimeouts(1800, 300), Switch[Assert.Single(Switch.Names)].Timeouts);
        Assert.Equal((FlowState.Programmed, 0), (Table.Flows.Single().State, Table.Flows.Single().Escalation));
        Assert.Equal(1, Installed(Drop(), Ended(now + 2000)).Escalation);
    }

    [Fact]
    public void A_drop_that_an_operator_removed_begins_anew()
    {
        var now = Ended(Installed(Drop(), 0).ExpiresAt.TotalSeconds);
        Table.Remove(Installed(Drop(), now), At(now));
        Settle(now + 1);
        Assert.Equal(0, Installed(Drop(), now + 10).Escalation);
    }

    [Fact]
    public void Bypasses_and_redirects_live_as_their_rules_say()
    {
        foreach (var verdict in new[] { Bypass(), Redirect() })
        {
            var now = Ended(Installed(verdict, 0).ExpiresAt.TotalSeconds);
            Assert.Equal(
                (0, verdict.Timeouts), (Installed(verdict, now).Escalation, Table.Flows.Single().Verdict.Timeouts));
            Ended(now + 10_000);
        }
        Assert.Equal(0, Table.Escalation!.Count);
    }

    [Fact]
    public void Without_a_memory_every_drop_is_the_first()
    {
        Table = New();
        var now = Ended(Installed(Drop(), 0).ExpiresAt.TotalSeconds);
        Assert.Equal((0, 1800), (Installed(Drop(), now).Escalation, Table.Flows.Single().Verdict.Timeouts.Hard));
    }

    [Fact]
    public void After_a_restart_an_adopted_drop_has_its_level_and_the_next_one_more()
    {
        var now = Ended(Installed(Drop(), 0).ExpiresAt.TotalSeconds);
        Installed(Drop(), now);
        var remembered = Table.Escalation!.Remembered(At(now));
        Table = Escalating();
        Table.Escalation!.Restore(remembered, At(now));

        var record = Assert.Single(Observe(now + 5).Adopted);

        Assert.Equal(1, record.Escalation);
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(), At(now + 100)));
        Settle(now + 100);
        Assert.Equal(3600, Switch[Assert.Single(Switch.Names)].Timeouts.Hard);
        Assert.Equal(2, Installed(Drop(), Ended(now + 100 + 3600)).Escalation);
    }

    private static FlowTable Escalating() => new(new TableOptions(), Planner) { Escalation = EscalationTests.New() };

    // The switch and the table end it by themselves.
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

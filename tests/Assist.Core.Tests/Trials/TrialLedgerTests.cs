using Assist.Addresses;
using Assist.Flows;
using Assist.Tests.Flows;
using Assist.Trials;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Trials;

public sealed class TrialLedgerTests
{
    private static readonly TimeSpan s_always = TimeSpan.FromDays(2);

    private readonly TrialLedger _ledger = new(Planner);

    [Fact]
    public void A_flow_counts_until_its_hard_timeout_and_a_repeat_begins_it_anew()
    {
        Note(Drop(1, hard: 60), At(0));
        Note(Bypass(2, hard: 600), At(1));
        Note(Drop(1, hard: 60), At(50));

        Assert.Equal((2L, 3, 3), Costs(At(100)));
        Assert.Equal((2L, 2, 3), Costs(At(111)));
        Assert.Equal((2L, 0, 3), Costs(At(700)));
    }

    [Fact]
    public void The_peak_is_of_those_that_would_have_lived_at_once()
    {
        for (var host = 1; host <= 10; host++) Note(Drop(host, hard: 60), At(host * 30));

        Assert.Equal((10L, 2, 2), Costs(At(300)));
    }

    [Fact]
    public void Messages_are_told_by_what_they_would_have_become_and_by_why_not()
    {
        Note(Drop(), At(0));
        Refuse(Reason.AddressNeverDropped, 7, At(1));
        Refuse(Reason.AddressNeverDropped, 7, At(2));

        var found = Assert.Single(_ledger.Results(s_always, At(3)));

        Assert.Equal((1L, 2L), (found.Outcomes[Outcome.Drop], found.Outcomes[Outcome.Protected]));
        Assert.Equal(2, found.Refusals[Reason.AddressNeverDropped]);
        Assert.Equal(new AddressCount(Host(7), 2), Assert.Single(found.Refused));
        Assert.Equal(new AddressCount(Host(1), 1), Assert.Single(found.Sources));
    }

    [Fact]
    public void Only_the_hours_that_are_asked_for_count_and_two_days_are_remembered()
    {
        for (var hour = 0; hour < 60; hour++) Note(Drop(hour), TimeSpan.FromHours(hour));
        var now = TimeSpan.FromHours(59.5);

        Assert.Equal(3, Assert.Single(_ledger.Results(TimeSpan.FromHours(2), now)).Outcomes[Outcome.Drop]);
        Assert.Equal(48, Assert.Single(_ledger.Results(TimeSpan.FromDays(9), now)).Outcomes[Outcome.Drop]);
        Assert.Equal(60, _ledger.Totals("a-rule")[Outcome.Drop]);
    }

    [Fact]
    public void More_flows_than_are_kept_are_told()
    {
        for (var host = 1; host <= TrialFlows.Most; host++) Note(Drop(host), At(0));
        Assert.False(Assert.Single(_ledger.Results(s_always, At(0))).IsCut);

        Note(Drop(TrialFlows.Most + 1), At(0));

        var found = Assert.Single(_ledger.Results(s_always, At(0)));
        Assert.Equal((true, TrialFlows.Most), (found.IsCut, found.EntriesPeak));
    }

    [Fact]
    public void The_most_frequent_source_is_found_among_more_than_there_are_places_for()
    {
        for (var host = 1; host <= 3000; host++) Note(Drop(host % 3 == 0 ? 9999 : host), At(0));

        Assert.Equal(Host(9999), Assert.Single(_ledger.Results(s_always, At(0))).Sources[0].Address);
    }

    private (long Flows, int Now, int Peak) Costs(TimeSpan now)
    {
        var found = Assert.Single(_ledger.Results(s_always, now));
        return (found.Flows, found.EntriesNow, found.EntriesPeak);
    }

    private void Note(Verdict verdict, TimeSpan now) => _ledger.Note(
        new TrialNote(
            verdict.Rule, verdict.Flow.Action == FlowAction.Drop ? Outcome.Drop : Outcome.Bypass, Reason.RuleFired)
        {
            Source = verdict.Flow.Match.Source,
            Destination = verdict.Flow.Match.Destination,
            Flow = verdict.Flow,
            Lifetime = TimeSpan.FromSeconds(verdict.Timeouts.Hard),
        }, now);

    private void Refuse(Reason reason, int host, TimeSpan now) => _ledger.Note(
        new TrialNote("a-rule", Outcome.Protected, reason) { Source = Host(host) }, now);

    private static IpAddr Host(int host) => Match(host).Source;
}

using System.Text;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;
using Assist.Trials;

namespace Assist.Tests.Pipeline;

/// <summary>What rules on trial, or a dry run, leave of a message.</summary>
public sealed class TrialTests : IDisposable
{
    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();
    private readonly TrialLedger _ledger = new(Given.Planner);

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void A_message_of_which_only_a_rule_on_trial_would_act_is_shadow_and_asks_for_nothing()
    {
        Send([Rule("trial", RuleAction.Drop, isShadow: true)]);

        Assert.Equal((1, 0, 0), (Total(Outcome.Shadow), Total(Outcome.NoRule), _inbox.Length));
        Assert.Equal(1, _ledger.Totals("trial")[Outcome.Drop]);
    }

    [Theory]
    [InlineData(RuleAction.Ignore, Outcome.Ignored)]
    [InlineData(RuleAction.Drop, null)]
    public void A_rule_behind_it_decides_what_the_message_becomes(RuleAction action, Outcome? outcome)
    {
        Send([Rule("trial", RuleAction.Bypass, isShadow: true), Rule("acts", action)]);

        Assert.Equal(0, Total(Outcome.Shadow));
        Assert.Equal(outcome is null ? 1 : 0, _inbox.Length);
        if (outcome is { } counted) Assert.Equal(1, Total(counted));
        Assert.Equal(1, _ledger.Totals("trial")[Outcome.Bypass]);
    }

    [Fact]
    public void One_that_the_guards_would_have_refused_would_not_have_acted()
    {
        var log = PanOsLine.Traffic().Parse().Log;
        Send([Rule("trial", RuleAction.Drop, isShadow: true)],
            Given.Protecting(new Assist.Addresses.IpPrefix(log.Source, log.Source.Bits)));

        Assert.Equal((0, 1), (Total(Outcome.Shadow), Total(Outcome.NoRule)));
        Assert.Equal(1, _ledger.Totals("trial")[Outcome.Protected]);
    }

    [Fact]
    public void One_that_would_ignore_the_message_does_not_act_either()
    {
        Send([Rule("trial", RuleAction.Ignore, isShadow: true)]);

        Assert.Equal(1, Total(Outcome.NoRule));
        Assert.Equal(1, _ledger.Totals("trial")[Outcome.Ignored]);
    }

    [Fact]
    public void A_dry_run_notes_what_every_rule_does_and_hands_it_over_as_always()
    {
        Send([Rule("acts", RuleAction.Drop)], isDryRun: true);

        Assert.Equal(1, _inbox.Length);
        Assert.Equal(1, _ledger.Totals("acts")[Outcome.Drop]);
    }

    [Fact]
    public void Without_either_nothing_is_noted()
    {
        Send([Rule("acts", RuleAction.Drop)]);

        Assert.Empty(_ledger.Totals("acts"));
    }

    private void Send(RuleOptions[] rules, Assist.Guards.Admission? admission = null, bool isDryRun = false)
    {
        var options = new DecisionOptions { MaxMessageAge = TimeSpan.Zero, Rules = rules, Ports = Given.Ports };
        var pipeline = new DecisionPipeline(
            new PanOsFormat(), options, admission ?? Given.Open, TimeSpan.FromMinutes(1));
        var intake = new MessageIntake(pipeline, _inbox, _counters, new ManualTimeProvider())
        {
            Trials = _ledger,
            IsDryRun = isDryRun,
        };
        intake.HandlerFor(Transport.Udp)(Encoding.UTF8.GetBytes(PanOsLine.Traffic().ToString()), default);
    }

    private static RuleOptions Rule(string name, RuleAction action, bool isShadow = false) => new()
    {
        Name = name,
        Action = action,
        Shadow = isShadow,
        When = [new("Type", ["TRAFFIC"])],
    };

    private int Total(Outcome outcome) => (int)_counters.Total(outcome);
}

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

namespace Assist.Tests.Pipeline;

/// <summary>What a message may cause depends on how sure its sender is.</summary>
public sealed class SenderTrustTests : IDisposable
{
    private const MatchSet Service =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;

    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Theory]
    [InlineData(Transport.Udp, false, SenderTrust.Limited)]
    [InlineData(Transport.Tcp, false, SenderTrust.Full)]
    [InlineData(Transport.Tls, false, SenderTrust.Full)]
    [InlineData(Transport.Tls, true, SenderTrust.Full)]
    public void Only_datagrams_are_of_limited_trust_unless_the_configuration_says_more(
        Transport transport, bool isVerified, SenderTrust expected) =>
        Assert.Equal(expected, new TransportTrust().Of(transport, isVerified));

    [Theory]
    [InlineData(Transport.Tcp, false, SenderTrust.Limited)]
    [InlineData(Transport.Tls, false, SenderTrust.Limited)]
    [InlineData(Transport.Tls, true, SenderTrust.Full)]
    public void A_verified_certificate_is_trusted_however_little_TCP_is(
        Transport transport, bool isVerified, SenderTrust expected) =>
        Assert.Equal(expected, new TransportTrust(Tcp: SenderTrust.Limited).Of(transport, isVerified));

    [Theory]
    [InlineData(MatchSet.SourceIp)]
    [InlineData(MatchSet.DestinationIp)]
    [InlineData(MatchSet.SourceIp | MatchSet.DestinationIp)]
    [InlineData(MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.Protocol)]
    public void A_drop_that_a_rule_wants_wider_is_narrowed(MatchSet match)
    {
        var decision = Decide(Rule(match), SenderTrust.Limited);

        Assert.Equal((Outcome.Drop, true), (decision.Outcome, decision.IsNarrowed));
        Assert.Equal(Decide(Rule(Service)).Verdict.Flow, decision.Verdict.Flow);
        Assert.Contains("firewall.trust", decision.Text, StringComparison.Ordinal);
        Assert.NotEqual(decision.Verdict.Flow, Decide(Rule(match)).Verdict.Flow);
    }

    [Theory]
    [InlineData(MatchSet.FiveTuple)]
    [InlineData(Service)]
    public void A_drop_that_is_narrow_stays_as_it_is(MatchSet match)
    {
        var decision = Decide(Rule(match), SenderTrust.Limited);

        Assert.False(decision.IsNarrowed);
        Assert.Equal(Decide(Rule(match)).Verdict with { IsConfined = true }, decision.Verdict);
    }

    [Fact]
    public void A_protocol_without_ports_is_dropped_between_the_two_hosts()
    {
        var match = Decide(Rule(MatchSet.SourceIp), SenderTrust.Limited, line => line[29] = "gre").Verdict.Flow.Match;
        Assert.Equal((true, true, true), (match.Source.IsKnown, match.Destination.IsKnown, match.Protocol.IsKnown));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_log_that_lacks_what_a_narrow_drop_needs_makes_none_and_takes_the_bypass_back(bool widens)
    {
        var rule = Rule(MatchSet.SourceIp) with { Widen = widens };
        void WithoutPort(PanOsLine line) => line[25] = "0";

        var decision = Decide(rule, SenderTrust.Limited, WithoutPort);

        Assert.Equal(
            (Outcome.Protected, Reason.SenderNotTrusted, true),
            (decision.Outcome, decision.Reason, decision.Retracts));
        Assert.Equal(Outcome.Drop, Decide(rule, SenderTrust.Full, WithoutPort).Outcome);
    }

    [Fact]
    public void A_bypass_is_what_its_rule_says()
    {
        var rule = new RuleOptions { Name = "b", Action = RuleAction.Bypass, When = [new("Type", [])] };
        Assert.Equal(Decide(rule).Verdict, Decide(rule, SenderTrust.Limited).Verdict);
    }

    [Fact]
    public void Each_transport_gets_what_it_is_trusted_with_and_what_was_changed_is_counted()
    {
        var intake = new MessageIntake(Pipeline(Rule(MatchSet.SourceIp)), _inbox, _counters, new ManualTimeProvider());
        var message = Encoding.ASCII.GetBytes(PanOsLine.Traffic().ToString());

        intake.HandlerFor(Transport.Udp)(message, default);
        intake.HandlerFor(Transport.Tls)(message, new Arrival(default, IsVerified: true, default));

        var requests = Taken();
        Assert.Equal(
            [(true, true), (false, false)],
            requests.Select(each => (each.Verdict.IsConfined, each.Verdict.Flow.Match.Destination.IsKnown)));
        Assert.Equal(
            (1, 0), (_counters.Total(TrustEffect.Narrowed), _counters.Total(TrustEffect.Refused)));
    }

    [Fact]
    public void A_log_that_is_not_trusted_enough_is_counted_and_kept_for_the_operator()
    {
        var intake = new MessageIntake(Pipeline(Rule(MatchSet.SourceIp)), _inbox, _counters, new ManualTimeProvider());
        var line = PanOsLine.Traffic();
        line[25] = "0";
        _inbox.Bypassed.MarkComplete();

        intake.HandlerFor(Transport.Udp)(Encoding.ASCII.GetBytes(line.ToString()), default);

        Assert.Equal((1, 1), (_counters.Total(TrustEffect.Refused), _counters.Total(Outcome.Protected)));
        Assert.Contains(
            "firewall.trust", Assert.Single(_counters.LastRefused.Last(9)).Reason, StringComparison.Ordinal);
    }

    private FlowRequest[] Taken()
    {
        var turn = new LoopTurn();
        turn.Take(_inbox);
        return turn.Requests.ToArray();
    }

    private static RuleOptions Rule(MatchSet match) =>
        new() { Name = "r", Action = RuleAction.Drop, Match = match, When = [new("Type", ["TRAFFIC"])] };

    private static DecisionPipeline Pipeline(RuleOptions rule) => new(
        new PanOsFormat(),
        new DecisionOptions { Rules = [rule], MaxMessageAge = TimeSpan.Zero, Ports = Given.Ports },
        Given.Open, TimeSpan.Zero);

    private static Decision Decide(
        RuleOptions rule, SenderTrust trust = SenderTrust.Full, Action<PanOsLine>? change = null)
    {
        var line = PanOsLine.Traffic();
        change?.Invoke(line);
        return Pipeline(rule).Decide(line.Parse().Log, DateTime.UnixEpoch, trust);
    }
}

using Assist.Addresses;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Rules;

public sealed class DeciderTests
{
    private const MatchSet Service =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;
    private static readonly DateTime s_now = new(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc);

    private static readonly RuleOptions s_bypass = Rule(RuleAction.Bypass, MatchSet.FiveTuple);
    private static readonly RuleOptions s_drop = Rule(RuleAction.Drop, Service);
    private static readonly DecisionOptions s_options =
        new() { Rules = [], Clock = TimeZoneInfo.Utc, Ports = Given.Ports };

    [Theory]
    [InlineData(BypassObstacles.Nat, Reason.SessionTranslated)]
    [InlineData(BypassObstacles.Decrypted, Reason.SessionDecrypted)]
    [InlineData(BypassObstacles.Proxied, Reason.SessionProxied)]
    [InlineData(BypassObstacles.Tunnelled, Reason.SessionTunnelled)]
    [InlineData(BypassObstacles.PolicyForwarded, Reason.SessionForwardedByPolicy)]
    [InlineData(BypassObstacles.Ended | BypassObstacles.Nat, Reason.SessionEnded)]
    public void A_session_that_the_switch_sees_otherwise_is_never_bypassed(BypassObstacles obstacles, Reason reason)
    {
        var decision = Decide(s_bypass, log => log.Obstacles = obstacles);
        Assert.Equal((Outcome.Protected, reason), (decision.Outcome, decision.Reason));
        Assert.Equal(Outcome.Drop, Decide(s_drop, log => log.Obstacles = obstacles).Outcome);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("224.0.0.5")]
    [InlineData("255.255.255.255")]
    [InlineData("0.1.2.3")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void An_address_that_no_session_routes_is_refused_on_either_side(string text)
    {
        Assert.True(IpAddr.TryParse(text, out var address));
        foreach (var rule in new[] { s_drop, s_bypass, Rule(RuleAction.Redirect, Service) })
        {
            Assert.Equal(Reason.AddressNotRoutable, Decide(rule, log => log.Source = address).Reason);
            Assert.Equal(Reason.AddressNotRoutable, Decide(rule, log => log.Destination = address).Reason);
        }
    }

    [Fact]
    public void Addresses_of_two_families_are_refused()
    {
        Assert.True(IpAddr.TryParse("2001:db8::1", out var v6));
        Assert.Equal(Reason.FamiliesDiffer, Decide(s_drop, log => log.Source = v6).Reason);
    }

    [Theory]
    [InlineData(false, Outcome.Protected)]
    [InlineData(true, Outcome.Drop)]
    public void A_match_loses_an_address_only_where_the_rule_says_so(bool widen, Outcome outcome)
    {
        var decision = Decide(s_drop with { Widen = widen }, log => log.Destination = default);
        Assert.Equal(outcome, decision.Outcome);
        if (!widen) Assert.Equal(Reason.AddressUnknown, decision.Reason);
    }

    [Fact]
    public void Without_any_address_nothing_is_dropped_however_wide_the_rule() => Assert.Equal(
        Reason.AddressUnknown,
        Decide(s_drop with { Widen = true }, log => log.Source = log.Destination = default).Reason);

    [Theory]
    [InlineData("protocol")]
    [InlineData("source port")]
    [InlineData("destination port")]
    public void A_bypass_without_a_part_of_its_session_is_refused(string part)
    {
        void Forget(SessionLog log)
        {
            if (part == "protocol") log.Protocol = default;
            else if (part == "source port") log.SourcePort = 0;
            else log.DestinationPort = 0;
        }

        Assert.Equal(Reason.PartUnknown, Decide(s_bypass, Forget).Reason);
        Assert.Equal(Outcome.Bypass, Decide(s_bypass with { Widen = true }, Forget).Outcome);
    }

    [Fact]
    public void Ports_of_a_protocol_without_ports_are_not_matched()
    {
        Assert.True(IpProtocol.TryParse("gre"u8, out var gre));
        var flow = Decide(s_bypass, log => log.Protocol = gre).Verdict.Flow;
        Assert.Equal((0, 0, gre), (flow.Match.SourcePort, flow.Match.DestinationPort, flow.Match.Protocol));
    }

    [Theory]
    [InlineData("192.0.2.10")]
    [InlineData("203.0.113.0/24")]
    [InlineData("0.0.0.0/0")]
    public void A_protected_address_is_never_dropped_but_may_be_bypassed(string prefix)
    {
        Assert.True(IpPrefix.TryParse(prefix, out var protect));
        var guards = Given.Protecting(protect);
        Assert.Equal((Outcome.Protected, Reason.AddressNeverDropped), OutcomeOf(Decide(s_drop, guards: guards)));
        Assert.Equal(Outcome.Bypass, Decide(s_bypass, guards: guards).Outcome);
    }

    [Fact]
    public void A_drop_of_one_address_counts_for_protection_with_both_of_the_session()
    {
        var line = PanOsLine.Traffic();
        (line[4], line[30]) = ("deny", "deny");
        const string Destination = "203.0.113.77";
        line[8] = Destination;
        Assert.True(IpPrefix.TryParse(Destination, out var destination));
        var bySource = s_drop with { Match = MatchSet.SourceIp };
        var decision = Decide(bySource, line: line, guards: Given.Protecting(destination));
        Assert.Equal(Reason.AddressNeverDropped, decision.Reason);
    }

    [Fact]
    public void A_drop_is_not_widened_by_an_unknown_protocol_unless_the_rule_says_so()
    {
        var line = PanOsLine.Traffic();
        (line[4], line[29], line[30]) = ("deny", "hopopt", "deny");
        Assert.Equal(Reason.PartUnknown, Decide(s_drop, line: line).Reason);
        Assert.Equal(Outcome.Drop, Decide(s_drop with { Widen = true }, line: line).Outcome);
    }

    [Theory]
    [InlineData("ethernet1/1", "ethernet1/2", Outcome.Bypass, Placement.AToB)]
    [InlineData("Ethernet1/2.100", "ethernet1/1.200", Outcome.Bypass, Placement.BToA)]
    [InlineData("", "", Outcome.Bypass, Placement.Either)]
    [InlineData("ethernet1/1", "ethernet1/1.7", Outcome.NoInterface, null)]
    [InlineData("ethernet1/1", "", Outcome.NoInterface, null)]
    [InlineData("", "ethernet1/2", Outcome.NoInterface, null)]
    [InlineData("ethernet1/1", "ethernet1/3", Outcome.NoInterface, null)]
    [InlineData("ethernet1/11", "ethernet1/2", Outcome.NoInterface, null)]
    public void A_bypass_goes_the_way_of_the_sessions_first_packet(
        string into, string outOf, Outcome outcome, Placement? placement)
    {
        var line = PanOsLine.Traffic();
        (line[18], line[19]) = (into, outOf);
        var decision = Decide(s_bypass, line: line);
        Assert.Equal(outcome, decision.Outcome);
        if (placement is { } way) Assert.Equal(way, decision.Verdict.Flow.Placement);
    }

    [Fact]
    public void Where_logs_name_no_interfaces_a_bypass_is_for_both_directions() => Assert.Equal(
        Placement.Either,
        Decide(s_bypass, options: s_options with { Interfaces = InterfaceUse.Ignored }).Verdict.Flow.Placement);

    [Fact]
    public void Where_logs_must_name_interfaces_one_that_does_not_is_not_bypassed()
    {
        var line = PanOsLine.Traffic();
        (line[18], line[19]) = ("", "");
        var options = s_options with { Interfaces = InterfaceUse.Required };
        Assert.Equal(Outcome.NoInterface, Decide(s_bypass, line: line, options: options).Outcome);
    }

    [Theory]
    [InlineData(true, Outcome.Bypass)]
    [InlineData(false, Outcome.NoRule)]
    public void A_rule_that_bypasses_is_inactive_where_there_is_nothing_to_bypass(bool canBypass, Outcome outcome)
    {
        var options = s_options with { CanBypass = canBypass };
        Assert.Equal(outcome, Decide(s_bypass, options: options).Outcome);
        Assert.Equal(Outcome.Drop, Decide(s_drop, options: options).Outcome);
    }

    [Theory]
    [InlineData(301, Reason.TooOld)]
    [InlineData(-301, Reason.InTheFuture)]
    [InlineData(300, Reason.RuleFired)]
    [InlineData(-300, Reason.RuleFired)]
    public void A_log_of_another_time_is_stale(int ageSeconds, Reason reason) =>
        Assert.Equal(reason, Decide(s_drop, log => log.Time = s_now.AddSeconds(-ageSeconds)).Reason);

    [Fact]
    public void A_log_without_a_readable_time_is_stale_unless_age_does_not_matter()
    {
        Assert.Equal((Outcome.Stale, Reason.TimeUnreadable), OutcomeOf(Decide(s_drop, log => log.Time = null)));
        Assert.Equal(Outcome.Drop,
            Decide(s_drop, log => log.Time = null, s_options with { MaxMessageAge = TimeSpan.Zero }).Outcome);
    }

    [Theory]
    [InlineData("plain", null, 1800)]
    [InlineData("plain", 600, 600)]
    [InlineData("backup_60m", 600, 3600)]
    [InlineData("backup_1441m", 600, 600)]
    public void The_firewalls_rule_name_wins_over_the_rule_and_the_rule_over_the_action(
        string name, int? lifetime, int hard)
    {
        var line = PanOsLine.Traffic();
        line[11] = name;
        var rule = s_drop with { Lifetime = lifetime is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        Assert.Equal(new FlowTimeouts(hard, 300), Decide(rule, line: line).Verdict.Timeouts);
    }

    [Theory]
    [InlineData("ssl", (byte)2, (byte)8)]
    [InlineData("SSL", null, null)]
    [InlineData("", null, null)]
    public void Marking_goes_by_the_exact_application(string application, byte? cos, byte? tos)
    {
        var line = PanOsLine.Traffic();
        line[14] = application;
        var options = s_options with { Marking = new Dictionary<string, Marking> { ["ssl"] = new(2, 8) } };
        Assert.Equal(new Marking(cos, tos), Decide(s_bypass, line: line, options: options).Verdict.Marking);
        Assert.Equal(default, Decide(s_drop, line: line, options: options).Verdict.Marking);
    }

    [Fact]
    public void A_drop_matches_only_the_VLAN_it_enters_by_and_a_bypass_both()
    {
        static void Tag(SessionLog log) => (log.InVlan, log.OutVlan) = (10, 20);
        Assert.Equal((10, 0), VlansOf(Decide(s_drop, Tag)));
        Assert.Equal((10, 20), VlansOf(Decide(s_bypass, Tag)));
        Assert.Equal((0, 0), VlansOf(Decide(s_bypass, log => log.InVlan = 10)));
    }

    // The log of a first packet names no other interface. A rule that widens is the original's, which asked for both.
    [Fact]
    public void A_drop_matches_its_VLAN_also_where_the_other_one_is_unknown()
    {
        Assert.Equal((10, 0), VlansOf(Decide(s_drop, log => log.InVlan = 10)));
        Assert.Equal((0, 0), VlansOf(Decide(s_drop with { Widen = true }, log => log.InVlan = 10)));
    }

    [Fact]
    public void No_VLAN_is_matched_where_interfaces_are_not_numbered_by_their_VLAN()
    {
        var options = s_options with { VlanInInterface = false };
        static void Tag(SessionLog log) => (log.InVlan, log.OutVlan) = (10, 20);
        Assert.Equal((0, 0), VlansOf(Decide(s_drop, Tag, options)));
        Assert.Equal((0, 0), VlansOf(Decide(s_bypass, Tag, options)));
    }

    [Theory]
    [InlineData("server-to-client", MatchSet.SourceIp, Reason.SourceMayBeServer)]
    [InlineData("server-to-client", MatchSet.FiveTuple, Reason.RuleFired)]
    [InlineData("client-to-server", MatchSet.SourceIp, Reason.RuleFired)]
    [InlineData("0", MatchSet.SourceIp, Reason.SourceMayBeServer)]
    public void A_threat_in_the_answers_makes_no_drop_of_its_source_alone(
        string direction, MatchSet match, Reason reason)
    {
        var line = PanOsLine.Threat();
        line[35] = direction;
        var rule = s_drop with { When = [new("Type", ["THREAT"])], Match = match };
        Assert.Equal(reason, Decide(rule, line: line).Reason);
        Assert.Equal(Reason.RuleFired, Decide(rule with { Widen = true }, line: line).Reason);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public void The_end_of_a_session_takes_back_its_bypass_where_there_can_be_one(
        bool retracts, bool canBypass, bool expected)
    {
        var ignore = s_drop with { Action = RuleAction.Ignore };
        var options = s_options with { RetractsAtEnd = retracts, CanBypass = canBypass };
        var decision = Decide(ignore, log => log.End = SessionEnd.Finished, options);
        Assert.Equal((Outcome.Ignored, expected), (decision.Outcome, decision.Retracts));
        if (!expected) return;
        Assert.Equal(Decide(s_bypass).Verdict.Flow.Match, decision.Verdict.Flow.Match);
        Assert.Contains("is taken back", decision.Text, StringComparison.Ordinal);
    }

    // None: a log that is not of an end.
    [Theory]
    [InlineData(SessionEnd.None, false, "")]
    [InlineData(SessionEnd.AgedOut, false, "stays until its own timeouts")]
    [InlineData(SessionEnd.Unknown, true, "does not say in known words why")]
    [InlineData(SessionEnd.Finished, true, "both sides closed")]
    [InlineData(SessionEnd.Reset, true, "reset the session")]
    [InlineData(SessionEnd.Policy, true, "a policy ended")]
    [InlineData(SessionEnd.Threat, true, "a threat ended")]
    [InlineData(SessionEnd.Cleared, true, "was cleared")]
    public void A_firewalls_idle_timer_takes_no_bypass_back_and_every_other_reason_does(
        SessionEnd end, bool expected, string words)
    {
        foreach (var rule in new[] { s_bypass, s_drop with { Action = RuleAction.Ignore } })
        {
            var decision = Decide(rule, log => (log.End, log.Obstacles) = (end, BypassObstacles.Ended));
            Assert.Equal(expected, decision.Retracts);
            Assert.Contains(words, decision.Text, StringComparison.Ordinal);
            Assert.Equal(expected, decision.Text.Contains("is taken back", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_drop_is_no_mere_retraction_and_a_stale_end_takes_nothing_back()
    {
        var drop = Decide(s_drop, log => log.End = SessionEnd.Finished);
        Assert.Equal((Outcome.Drop, false), (drop.Outcome, drop.Retracts));
        Assert.False(Decide(s_bypass, log => (log.End, log.Time) = (SessionEnd.Finished, null)).Retracts);
        Assert.False(Decide(s_bypass, log => (log.End, log.Source) = (SessionEnd.Finished, default)).Retracts);
    }

    [Fact]
    public void A_denied_session_that_must_not_be_dropped_loses_its_bypass()
    {
        var (_, log) = PanOsLine.Traffic().Parse();
        var decision = Decide(s_drop, guards: Given.Protecting(new IpPrefix(log.Source, 32)));
        Assert.Equal((Outcome.Protected, true), (decision.Outcome, decision.Retracts));
    }

    [Fact]
    public void Every_reason_has_words_for_the_operator() => Assert.All(
        Enum.GetValues<Reason>(), reason =>
            Assert.NotEqual(reason.ToString(), new Decision(Outcome.Protected, reason, "r").Text));

    private static (int In, int Out) VlansOf(Decision decision) =>
        (decision.Verdict.Flow.Match.InVlan, decision.Verdict.Flow.Match.OutVlan);

    private static (Outcome, Reason) OutcomeOf(Decision decision) => (decision.Outcome, decision.Reason);

    private static RuleOptions Rule(RuleAction action, MatchSet match) =>
        new() { Name = "r", Action = action, Match = match, When = [new("Type", ["TRAFFIC"])] };

    private static Decision Decide(
        RuleOptions rule, Action<SessionLog>? change = null, DecisionOptions? options = null, PanOsLine? line = null,
        Admission? guards = null)
    {
        var (status, log) = (line ?? PanOsLine.Traffic()).Parse();
        Assert.Equal(ParseStatus.Session, status);
        change?.Invoke(log);
        var pipeline = new DecisionPipeline(
            new PanOsFormat(), (options ?? s_options) with { Rules = [rule] }, guards ?? Given.Open, TimeSpan.Zero);
        return pipeline.Decide(log, s_now);
    }
}

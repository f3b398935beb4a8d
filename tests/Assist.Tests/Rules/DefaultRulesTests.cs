using System.Text;
using Assist.Configuration;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Tests.Rules;

public sealed class DefaultRulesTests
{
    private const MatchSet Narrowest = MatchSet.SourceIp | MatchSet.DestinationIp;

    [Fact]
    public void Nothing_wider_than_source_and_destination_is_dropped() => Assert.All(
        DefaultRules.For("pan-os").Where(rule => rule.Action == RuleAction.Drop),
        rule => Assert.True((rule.Match & Narrowest) == Narrowest && !rule.Widen));

    [Theory]
    [InlineData("TRAFFIC", "start", "allow", "ssl", "any", Outcome.Bypass)]
    [InlineData("TRAFFIC", "end", "allow", "ssl", "any", Outcome.NoRule)]
    [InlineData("TRAFFIC", "start", "allow", "incomplete", "any", Outcome.Ignored)]
    [InlineData("TRAFFIC", "deny", "deny", "ssl", "any", Outcome.Drop)]
    [InlineData("TRAFFIC", "drop", "deny", "not-applicable", "any", Outcome.Drop)]
    [InlineData("TRAFFIC", "drop", "deny", "non-syn-tcp", "any", Outcome.Protected)]
    [InlineData("TRAFFIC", "start", "allow", "non-syn-tcp", "any", Outcome.Protected)]
    [InlineData("TRAFFIC", "start", "allow", "dns-base", "any", Outcome.Ignored)]
    [InlineData("TRAFFIC", "start", "allow", "ike", "any", Outcome.Ignored)]
    [InlineData("TRAFFIC", "end", "reset-both", "ssl", "any", Outcome.Drop)]
    [InlineData("THREAT", "spyware", "reset-both", "ssl", "Sample(13000)", Outcome.Drop)]
    [InlineData("THREAT", "spyware", "drop-all-packets", "dns", "Suspicious DNS Query (x)(400)", Outcome.Ignored)]
    [InlineData("THREAT", "spyware", "drop", "dns", "generic:bad.example.com(327891564)", Outcome.Ignored)]
    [InlineData(
        "THREAT", "spyware", "reset-both", "dns-over-https", "generic:bad.example.com(327891564)", Outcome.Ignored)]
    [InlineData("THREAT", "spyware", "sinkhole", "ssl", "Sample(13000)", Outcome.NoRule)]
    [InlineData("THREAT", "spyware", "alert", "ssl", "Sample(13000)", Outcome.NoRule)]
    [InlineData("THREAT", "flood", "drop", "ssl", "TCP Flood(8501)", Outcome.NoRule)]
    [InlineData("THREAT", "flood", "random-drop", "ssl", "TCP Flood(8501)", Outcome.NoRule)]
    [InlineData("THREAT", "url", "block-url", "ssl", "x(9999)", Outcome.NoRule)]
    public void Only_what_the_firewall_decided_beyond_doubt_becomes_a_flow(
        string type, string subtype, string action, string application, string threat, Outcome outcome)
    {
        var line = $"1,2026/11/21 10:00:00,007951,{type},{subtype},1,2026/11/21 "
            + "09:59:58,192.0.2.10,203.0.113.20,0.0.0.0,0.0.0.0,"
            + $"web,,,{application},vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,2026/11/21 "
            + "10:00:00,77,1,51000,443,0,0,0x19,"
            + $"tcp,{action},100,{threat},40,2,2026/11/21 09:59:58,0,any,0,1,0x0,A,B,0,1,1";
        Assert.Equal(outcome, Decide(new PanOsFormat(), line));
    }

    // Before the application is known a policy denies the service; behind it, one session.
    [Theory]
    [InlineData("TRAFFIC", "drop", "tcp", 51000, MatchSet.FiveTuple & ~MatchSet.SourcePort)]
    [InlineData("TRAFFIC", "deny", "tcp", 51000, MatchSet.FiveTuple)]
    [InlineData("THREAT", "virus", "tcp", 51000, MatchSet.FiveTuple)]
    [InlineData("TRAFFIC", "drop", "icmp", 0, MatchSet.None)]
    [InlineData("TRAFFIC", "drop", "ipv6-icmp", 0, MatchSet.None)]
    [InlineData("TRAFFIC", "drop", "udp", 53, MatchSet.None)]
    [InlineData("TRAFFIC", "drop", "tcp", 443, MatchSet.None)]
    public void A_drop_is_as_wide_as_what_was_denied(
        string type, string subtype, string protocol, int port, MatchSet parts)
    {
        var verdict = Decision(new PanOsFormat(), $"1,2026/11/21 10:00:00,007951,{type},{subtype},1,"
            + "2026/11/21 09:59:58,192.0.2.10,203.0.113.20,0.0.0.0,0.0.0.0,web,,,web-browsing,vsys1,inside,outside,"
            + $"ethernet1/1,,offload,2026/11/21 10:00:00,77,1,{port},8080,0,0,0x19,{protocol},drop,100,any,40,2,"
            + "2026/11/21 09:59:58,0,any,0,1,0x0,A,B,0,1,1").Verdict;
        Assert.Equal(parts != MatchSet.None, verdict.Rule is not null);
        if (parts == MatchSet.None) return;
        Assert.Equal(parts.HasFlag(MatchSet.SourcePort) ? port : 0, verdict.Flow.Match.SourcePort);
        Assert.Equal(8080, verdict.Flow.Match.DestinationPort);
    }

    [Theory]
    [InlineData("vd=\"A\" type=\"utm\" action=\"clear_session\"", Outcome.Drop)]
    [InlineData("vd=\"A\" type=\"utm\" status=\"clear_session\"", Outcome.Drop)]
    [InlineData("vd=\"root\" type=\"utm\" action=\"clear_session\"", Outcome.Ignored)]
    [InlineData("vd=\"A\" type=\"anomaly\" action=\"clear_session\"", Outcome.NoRule)]
    [InlineData("vd=\"A\" type=\"utm\" subtype=\"anomaly\" action=\"clear_session\"", Outcome.Ignored)]
    [InlineData("vd=\"A\" type=\"traffic\" action=\"clear_session\"", Outcome.NoRule)]
    [InlineData("vd=\"A\" type=\"traffic\" subtype=\"local\" action=\"deny\"", Outcome.Ignored)]
    [InlineData("vd=\"A\" type=\"traffic\" service=\"DNS\" action=\"start\"", Outcome.Ignored)]
    [InlineData("vd=\"root\" type=\"traffic\" action=\"deny\"", Outcome.Ignored)]
    public void FortiGate_drops_attacks_and_denials_of_sessions_and_nothing_of_its_own(string keys, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new FortiGateFormat(), $"date=2026-11-21 time=10:00:00 {keys} srcip=192.0.2.10 "
            + "srcport=51000 srcintf=\"port1\" dstip=203.0.113.20 dstport=444 dstintf=\"port2\" proto=6 "
            + "trandisp=\"noop\" duration=0"));

    [Theory]
    [InlineData("utm:ips", "A", "clear_session", Outcome.Drop)]
    [InlineData("utm:ips", "root", "clear_session", Outcome.Ignored)]
    [InlineData("anomaly:anomaly", "A", "clear_session", Outcome.NoRule)]
    [InlineData("utm:anomaly", "A", "clear_session", Outcome.Ignored)]
    [InlineData("traffic:forward", "root", "deny", Outcome.Ignored)]
    [InlineData("traffic:local", "A", "deny", Outcome.Ignored)]
    public void Rules_of_FortiGate_that_protect_hold_in_CEF_too(
        string category, string domain, string action, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new FortiGateFormat(), $"CEF:0|Fortinet|Fortigate|v7|1|{category}|3|"
            + $"FTNTFGTlogid=0000000013 FTNTFGTvd={domain} cat={category} src=192.0.2.10 spt=51000 dst=203.0.113.20 "
            + $"dpt=444 proto=6 act={action} x=1"));

    [Theory]
    [InlineData("denied", "s_port:\"51000\";", Outcome.Drop)]
    [InlineData(
        "out of state", "s_port:\"51000\"; tcp_packet_out_of_state:\"First packet isn't SYN\";", Outcome.Protected)]
    [InlineData("out of state", "s_port:\"51000\"; message_info:\"TCP packet out of state\";", Outcome.Protected)]
    [InlineData(
        "out of state", "s_port:\"51000\"; TCP packet out of state:\"First packet isn't SYN\";", Outcome.Protected)]
    [InlineData("late answer", "s_port:\"443\";", Outcome.Ignored)]
    public void Check_Point_drops_what_a_policy_denied(string kind, string keys, Outcome outcome) =>
        Assert.Equal((kind, outcome), (kind, Decide(new CheckPointFormat(),
            "<134>1 2026-11-21T10:00:00Z fw CheckPoint 1 - [action:\"Drop\"; src:\"192.0.2.10\"; "
            + "dst:\"203.0.113.20\"; proto:\"6\"; service:\"444\"; service_id:\"web_DFA\"; "
            + $"product:\"VPN-1 & FireWall-1\"; {keys} ]")));

    [Theory]
    [InlineData("51000", "", Outcome.Drop)]
    [InlineData("51000", "tcp_packet_out_of_state=First packet isn't SYN ", Outcome.Protected)]
    [InlineData("443", "", Outcome.Ignored)]
    public void Check_Point_drops_what_a_policy_denied_in_CEF_too(string port, string keys, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new CheckPointFormat(),
            $"CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|x|3|act=Drop src=192.0.2.10 spt={port} "
            + $"dst=203.0.113.20 dpt=444 proto=6 service_id=web_DFA product=VPN-1 & FireWall-1 {keys}loguid=1 x=1"));

    [Theory]
    [InlineData("policy-deny", Outcome.Drop)]
    [InlineData("policy-permit", Outcome.NoRule)]
    public void VArmour_bypasses_nothing_as_its_only_log_comes_when_the_session_is_over(
        string reason, Outcome outcome) => Assert.Equal(outcome, Decide(new VArmourFormat(),
            "Nov 21 10:00:00 000 vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sip=192.0.2.10 "
            + $"sport=51000 dip=203.0.113.20 dport=444 proto=17 sess-close-reason={reason} sintf=port1 dintf=port2"));

    // An email comes from a relay that others use too; a submission is a file that somebody gave to be looked at.
    [Theory]
    [InlineData("cnc", Outcome.Drop)]
    [InlineData("datatheft", Outcome.Drop)]
    [InlineData("email", Outcome.NoRule)]
    [InlineData("submission", Outcome.NoRule)]
    public void Cyphort_drops_what_goes_on_between_two_hosts(string type, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new CyphortFormat(), "2026-11-21 10:00:00.841+00 tap0 "
            + $"CEF:0|Cyphort|Cortex|3.2.1|{type}|TROJAN_X|7|externalId=1 src=192.0.2.10 dst=203.0.113.20 x=1"));

    [Theory]
    [InlineData("logid=\"0000000013\" action=\"deny\"", 6, Outcome.Drop)]
    [InlineData("logid=\"0000000007\" action=\"deny\" msg=\"no session matched\"", 6, Outcome.Protected)]
    [InlineData("logid=\"0000000007\" status=\"deny\"", 6, Outcome.Protected)]
    [InlineData("logid=\"0000000015\" action=\"start\"", 17, Outcome.Bypass)]
    [InlineData("logid=\"0000000013\" action=\"accept\"", 17, Outcome.NoRule)]
    [InlineData("logid=\"0000000011\" action=\"accept\"", 1, Outcome.NoRule)]
    [InlineData("action=\"accept\"", 17, Outcome.NoRule)]
    [InlineData("status=\"accept\"", 17, Outcome.NoRule)]
    [InlineData("status=\"start\"", 17, Outcome.Bypass)]
    [InlineData("logid=\"0000000020\" action=\"accept\"", 6, Outcome.Bypass)]
    public void FortiGate_makes_no_flow_of_what_is_over_or_of_no_session(string keys, int protocol, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new FortiGateFormat(),
            $"date=2026-11-21 time=10:00:00 type=\"traffic\" vd=\"A\" {keys} srcip=192.0.2.10 srcport=51000 "
                + "srcintf=\"port1\" " +
            $"dstip=203.0.113.20 dstport=443 dstintf=\"port2\" proto={protocol} trandisp=\"noop\" duration=0"));

    [Theory]
    [InlineData("0000000013", Outcome.Drop)]
    [InlineData("0000000007", Outcome.Protected)]
    public void FortiGate_makes_no_drop_of_a_packet_of_no_session_in_CEF(string id, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new FortiGateFormat(),
            $"CEF:0|Fortinet|Fortigate|v7|1|traffic:forward|3|FTNTFGTlogid={id} FTNTFGTvd=A cat=traffic:forward "
                + "src=192.0.2.10 spt=1 " +
            "dst=203.0.113.20 dpt=443 proto=6 act=deny x=1"));

    private static Outcome Decide(IMessageFormat format, string line) => Decision(format, line).Outcome;

    private static Decision Decision(IMessageFormat format, string line)
    {
        var log = new SessionLog();
        Assert.Equal(
            (ParseStatus.Session, default), (format.Parse(Encoding.UTF8.GetBytes(line), log), log.Fault));
        var options = new DecisionOptions
        {
            Rules = DefaultRules.For(format.Name),
            MaxMessageAge = TimeSpan.Zero,
            Ports = format is PanOsFormat
                ? new FirewallPorts("ethernet1/1", "ethernet1/2")
                : new FirewallPorts("port1", "port2"),
        };
        var guards = new Admission(ProtectedSet.Empty, Enum.GetValues<FlowAction>());
        var pipeline = new DecisionPipeline(format, options, guards, TimeSpan.Zero);
        return pipeline.Decide(log, DateTime.UnixEpoch);
    }
}

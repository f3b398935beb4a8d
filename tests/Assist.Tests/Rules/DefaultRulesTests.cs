using System.Text;
using Assist.Configuration;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.PanOs;
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
    [InlineData("TRAFFIC", "drop", "drop ICMP", "ping", "any", Outcome.Drop)]
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

    [Theory]
    [InlineData("logid=\"0000000013\" action=\"deny\"", 6, Outcome.Drop)]
    [InlineData("logid=\"0000000007\" action=\"deny\" msg=\"no session matched\"", 6, Outcome.Ignored)]
    [InlineData("logid=\"0000000007\" status=\"deny\"", 6, Outcome.Ignored)]
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
    [InlineData("0000000007", Outcome.Ignored)]
    public void FortiGate_makes_no_drop_of_a_packet_of_no_session_in_CEF(string id, Outcome outcome) =>
        Assert.Equal(outcome, Decide(new FortiGateFormat(),
            $"CEF:0|Fortinet|Fortigate|v7|1|traffic:forward|3|FTNTFGTlogid={id} FTNTFGTvd=A cat=traffic:forward "
                + "src=192.0.2.10 spt=1 " +
            "dst=203.0.113.20 dpt=443 proto=6 act=deny x=1"));

    private static Outcome Decide(IMessageFormat format, string line)
    {
        var log = new SessionLog();
        Assert.Equal(ParseStatus.Session, format.Parse(Encoding.UTF8.GetBytes(line), log));
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
        return pipeline.Decide(log, DateTime.UnixEpoch).Outcome;
    }
}

using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What the log of a session's end does to the session's bypass.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SessionEndTests
{
    [Fact]
    public async Task A_bypassed_UDP_session_whose_packets_go_on_keeps_its_bypass_through_three_aged_out_logs()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);
        session["IP Protocol"] = "udp";
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilProgrammedAsync("bypass", 1);

        for (var ends = 1; ends <= 3; ends++)
        {
            await rig.SendAsync(Way.TcpLines, session.Ended("aged-out"));
            await rig.UntilOutcomeAsync("no_rule", ends);
            Assert.Equal("Ethernet4", await PortsAsync(rig, "udp Ethernet1 10.0.0.1 51000 203.0.113.20 443"));
            Assert.Equal("Ethernet1", await PortsAsync(rig, "udp Ethernet4 203.0.113.20 443 10.0.0.1 51000"));
        }
        var status = await rig.UntilProgrammedAsync("bypass", 1);
        Assert.Equal(0, status.GetProperty("outcomes").GetProperty("retracted").GetInt64());
        Assert.DoesNotContain(rig.Recorded(), command => command.StartsWith("no flow", StringComparison.Ordinal));

        await rig.SendAsync(Way.TcpLines, session.Ended("policy-deny"));
        await rig.UntilOutcomeAsync("retracted", 1);
        await rig.UntilSwitchHoldsAsync("BYPASS_", 0);
        Assert.Equal("Ethernet2", await PortsAsync(rig, "udp Ethernet1 10.0.0.1 51000 203.0.113.20 443"));
    }

    // By two transports, which two threads read: logs overtake each other on their way.
    [Fact]
    public async Task A_start_that_comes_behind_the_end_of_its_session_makes_no_bypass()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);

        await rig.SendAsync(Way.Udp, session.Ended("tcp-fin"));
        await rig.UntilOutcomeAsync("no_rule", 1);
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilOutcomeAsync("protected", 1);

        session["Session ID"] = "78";
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilProgrammedAsync("bypass", 1);
    }

    // Packets that no policy denied: the firewall knows no session for them, as after a bypass.
    [Fact]
    public async Task A_log_of_every_vendors_out_of_state_kind_makes_no_flow()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", firewall: ", format: auto, max_message_age: 0");
        await rig.StartAsync();
        var middle = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);
        middle["Application"] = "non-syn-tcp";
        var answer = LogLine.Deny("203.0.113.20", "10.0.0.1", 51000);
        answer["Source Port"] = "443";

        await rig.SendAsync(Way.TcpLines, [middle, answer, .. s_outOfState]);

        await rig.UntilOutcomeAsync("protected", 1 + s_outOfState.Length);
        await rig.UntilOutcomeAsync("ignored", 1);
        Assert.Equal(4, (await rig.SwitchFlowsAsync()).Length);
        Assert.Equal(4, (await rig.SwitchFlowsAsync("STATIC_")).Length);
    }

    private static readonly string[] s_outOfState =
    [
        "CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src=10.0.0.1 dst=203.0.113.20 spt=51000 dpt=444 proto=tcp "
            + "act=deny app=non-syn-tcp cnt=1",
        "LEEF:1.0|Palo Alto Networks|PAN-OS|10|deny|cat=TRAFFIC|Subtype=drop|src=10.0.0.1|dst=203.0.113.20|"
            + "srcPort=51000|dstPort=444|proto=tcp|Application=non-syn-tcp|action=deny|x=1",
        "date=2026-11-21 time=10:00:00 logid=\"0000000007\" type=\"traffic\" subtype=\"forward\" vd=\"corp\" "
            + "srcip=10.0.0.1 srcport=51000 srcintf=\"port1\" dstip=203.0.113.20 dstport=444 dstintf=unknown-0 proto=6 "
            + "action=\"deny\" policyid=0 trandisp=\"noop\" msg=\"no session matched\"",
        "date=2026-11-21 time=10:00:00 logid=0000000007 type=traffic subtype=forward vd=corp srcip=10.0.0.1 "
            + "srcport=51000 dstip=203.0.113.20 dstport=444 proto=6 status=deny policyid=0 trandisp=noop x=1",
        "CEF:0|Fortinet|Fortigate|v7|7|traffic:forward|3|FTNTFGTlogid=0000000007 cat=traffic:forward FTNTFGTvd=corp "
            + "src=10.0.0.1 spt=51000 dst=203.0.113.20 dpt=444 proto=6 act=deny x=1",
        "<134>1 2026-11-21T10:00:00Z fw CheckPoint 1 - [action:\"Drop\"; src:\"10.0.0.1\"; s_port:\"51000\"; "
            + "dst:\"203.0.113.20\"; service:\"444\"; proto:\"6\"; service_id:\"web_DFA\"; "
            + "product:\"VPN-1 & FireWall-1\"; tcp_packet_out_of_state:\"First packet isn't SYN\"; ]",
        "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|x|3|act=Drop src=10.0.0.1 spt=51000 dst=203.0.113.20 "
            + "dpt=444 proto=6 service_id=web_DFA product=VPN-1 & FireWall-1 "
            + "tcp_packet_out_of_state=First packet isn't SYN loguid=1 x=1",
    ];

    private static async Task<string?> PortsAsync(Rig rig, string packet)
    {
        using var answer = JsonDocument.Parse(await rig.OrderAsync($"packet {packet}"));
        return answer.RootElement.GetProperty("ports").GetString();
    }
}

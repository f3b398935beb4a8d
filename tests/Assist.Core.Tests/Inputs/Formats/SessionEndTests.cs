using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats;

public sealed class SessionEndTests
{
    [Theory]
    [InlineData("aged-out", SessionEnd.AgedOut)]
    [InlineData("tcp-fin", SessionEnd.Finished)]
    [InlineData("tcp-reuse", SessionEnd.Finished)]
    [InlineData("tcp-rst-from-client", SessionEnd.Reset)]
    [InlineData("tcp-rst-from-server", SessionEnd.Reset)]
    [InlineData("policy-deny", SessionEnd.Policy)]
    [InlineData("decrypt-error", SessionEnd.Policy)]
    [InlineData("threat", SessionEnd.Threat)]
    [InlineData("resources-unavailable", SessionEnd.Cleared)]
    [InlineData("n/a", SessionEnd.Unknown)]
    [InlineData("", SessionEnd.Unknown)]
    [InlineData("a-word-of-a-later-release", SessionEnd.Unknown)]
    public void The_reason_of_an_end_is_read_in_every_layout_of_PAN_OS(string reason, SessionEnd expected)
    {
        Assert.Equal(expected, Parse(new PanOsFormat(), Csv("end", reason + ",0,")).End);
        Assert.Equal(SessionEnd.None, Parse(new PanOsFormat(), Csv("start", reason + ",0,")).End);
        Assert.Equal(expected, Parse("cef", $"CEF:0|Palo Alto Networks|PAN-OS|10|end|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 spt=1 dpt=2 proto=tcp act=allow reason={reason} cnt=1").End);
        Assert.Equal(expected, Parse("leef", $"LEEF:1.0|Palo Alto Networks|PAN-OS|10|allow|cat=TRAFFIC|Subtype=end|src=192.0.2.1|dst=192.0.2.2|srcPort=1|dstPort=2|proto=tcp|action=allow|SessionEndReason={reason}|x=1").End);
        Assert.Equal(expected, Parse("pan-cloud", $"2026-11-21T10:00:00.000000Z,no-serial,TRAFFIC,end,10.2,2026-11-21T10:00:00.000000Z,192.0.2.1,192.0.2.2,,,r,,,app,v,a,b,,,p,1,1,1,2,0,0,tcp,allow," +
            string.Concat(Enumerable.Repeat("0,", 15)) + reason + ",0,").End);
    }

    [Fact]
    public void A_reason_that_the_message_may_have_cut_is_unknown()
    {
        Assert.Equal(SessionEnd.Unknown, Parse(new PanOsFormat(), Csv("end", "threat")).End);
        Assert.Equal(SessionEnd.Unknown, Parse(new PanOsFormat(), Csv("end", "")).End);
        Assert.Equal(SessionEnd.Unknown, Parse("cef", "CEF:0|Palo Alto Networks|PAN-OS|10|end|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 spt=1 dpt=2 proto=tcp act=allow reason=threat").End);
    }

    [Theory]
    [InlineData("close", 6, "0000000013", SessionEnd.Finished, true)]
    [InlineData("timeout", 6, "0000000013", SessionEnd.AgedOut, true)]
    [InlineData("client-rst", 6, "0000000013", SessionEnd.Reset, true)]
    [InlineData("server-rst", 6, "0000000013", SessionEnd.Reset, true)]
    [InlineData("accept", 17, "0000000013", SessionEnd.AgedOut, true)]
    [InlineData("accept", 1, "0001000014", SessionEnd.AgedOut, true)]
    [InlineData("accept", 6, "0000000013", SessionEnd.None, false)]
    [InlineData("accept", 17, "0000000020", SessionEnd.None, false)]   // statistics of a session that goes on
    [InlineData("start", 17, "0000000015", SessionEnd.None, false)]
    [InlineData("deny", 6, "0000000013", SessionEnd.None, false)]
    public void An_end_is_told_by_the_action_of_FortiOS(string action, int protocol, string id, SessionEnd end, bool ended)
    {
        foreach (var key in new[] { "action", "status" })
        {
            var log = Parse("fortigate", $"date=2026-11-21 time=10:00:00 logid=\"{id}\" type=\"traffic\" srcip=192.0.2.1 srcport=1 dstip=192.0.2.2 dstport=2 proto={protocol} {key}=\"{action}\" trandisp=\"noop\" x=1");
            Assert.Equal((key, end, ended), (key, log.End, log.Obstacles == BypassObstacles.Ended));
        }
        var cef = Parse("fortigate", $"CEF:0|Fortinet|Fortigate|v7|1|traffic:forward|3|FTNTFGTlogid={id} cat=traffic:forward src=192.0.2.1 spt=1 dst=192.0.2.2 dpt=2 proto={protocol} act={action} x=1");
        Assert.Equal(end, cef.End);
    }

    [Fact]
    public void A_session_that_FortiOS_has_cleared_is_told_by_its_action() => Assert.Equal(SessionEnd.Cleared, Parse("fortigate",
        "date=2026-11-21 time=10:00:00 type=\"utm\" srcip=192.0.2.1 srcport=1 dstip=192.0.2.2 dstport=2 proto=6 action=\"clear_session\" x=1").End);

    // Columns 0 to 45 of the layout of 6.1, then the reason of the end.
    private static string Csv(string subtype, string rest) =>
        $"1,2026/11/21 10:00:00,007951,TRAFFIC,{subtype},1,2026/11/21 09:59:58,192.0.2.10,203.0.113.20,0.0.0.0,0.0.0.0," +
        "web,,,ssl,vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,2026/11/21 10:00:00,77,1,51000,443,0,0,0x19," +
        "tcp,allow,100,60,40,2,2026/11/21 09:59:58,0,any,0,1,0x0,A,B,0,1,1," + rest;

    private static SessionLog Parse(string format, string message) => Parse(VendorFormats.Named(format), message);

    private static SessionLog Parse(IMessageFormat format, string message)
    {
        var log = new SessionLog();
        Assert.Equal((ParseStatus.Session, ""), (format.Parse(Encoding.UTF8.GetBytes(message), log), log.Fault.Reason ?? ""));
        return log;
    }
}

using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Tests.Flows;

namespace Assist.Tests.Rules;

/// <summary>Of every vendor: an attack that came from the server, or nobody knows from where, makes no drop of its
/// source alone.</summary>
public sealed class ThreatDirectionTests
{
    private static readonly DateTime s_now = new(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc);

    private const string FortiGate =
        "date=2026-11-21 time=10:00:00 devname=\"fw\" type=\"TYPE\" subtype=\"ips\" vd=\"VD1\" srcip=192.0.2.13 "
        + "srcport=51003 dstip=203.0.113.21 dstport=80 action=\"dropped\" proto=6 REST msg=\"m\"";

    private const string FortiGateCef =
        "CEF:0|Fortinet|Fortigate|v7.2.10|16384|utm:ips|5|cat=utm:ips src=192.0.2.13 spt=51003 dst=203.0.113.21 "
        + "dpt=80 act=dropped proto=6 REST FTNTFGTlevel=alert";

    private const string CheckPoint =
        "[action:\"Prevent\"; time:\"1795255200\"; dst:\"203.0.113.20\"; product:\"PRODUCT\"; proto:\"6\"; "
        + "s_port:\"51000\"; service:\"80\"; src:\"192.0.2.12\"; REST]";

    private const string CheckPointCef =
        "CEF:0|Check Point|PRODUCT|Check Point|Log|x|Unknown|act=Prevent rt=1795255200000 spt=51000 dpt=80 "
        + "dst=203.0.113.20 proto=6 src=192.0.2.12 product=PRODUCT REST origin=192.0.2.1 reason=a b";

    private const string PanOsCef =
        "CEF:0|Palo Alto Networks|PAN-OS|10.1.0|vulnerability|THREAT|4|rt=Nov 21 2026 10:00:00 GMT src=192.0.2.10 "
        + "dst=203.0.113.20 spt=51000 dpt=80 REST proto=tcp act=drop cat=Test(31234) in=0";

    private const string PanOsLeef =
        "LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|10.1.0|Test(31234)|cat=THREAT|src=192.0.2.10|"
        + "dst=203.0.113.20|srcPort=51000|dstPort=443|proto=tcp|action=drop|REST|sev=4|end=1";

    private const string Cyphort =
        "2026-11-21 10:00:00.841+00 tap0 CEF:0|Cyphort|Cortex|3.2.1|http|TROJAN_X|7|externalId=1 src=192.0.2.1 "
        + "dst=198.51.100.7 end=1";

    [Theory]
    [InlineData(FortiGate, "utm", "direction=\"outgoing\"", true)]
    [InlineData(FortiGate, "utm", "direction=\"incoming\"", false)]
    [InlineData(FortiGate, "utm", "", false)]
    [InlineData(FortiGate, "utm", "direction=\"outgoing\" direction=\"incoming\"", false)]
    [InlineData(FortiGate, "anomaly", "direction=\"incoming\"", false)]
    [InlineData(FortiGate, "traffic", "", true)]
    [InlineData(FortiGateCef, "", "FTNTFGTdirection=outgoing", true)]
    [InlineData(FortiGateCef, "", "FTNTFGTdirection=incoming", false)]
    [InlineData(FortiGateCef, "", "", false)]
    [InlineData(CheckPoint, "VPN-1 & FireWall-1", "", true)]
    [InlineData(CheckPoint, "SmartDefense", "protection_name:\"Test Injection\"; ", false)]
    [InlineData(CheckPointCef, "VPN-1 & FireWall-1", "", true)]
    [InlineData(CheckPointCef, "SmartDefense", "cs4Label=Protection Name cs4=Test Injection", false)]
    [InlineData(PanOsCef, "", "flexString2Label=Direction flexString2=client-to-server", true)]
    [InlineData(PanOsCef, "", "flexString2Label=Direction flexString2=server-to-client", false)]
    [InlineData(PanOsCef, "", "PanOSDirectionOfAttack=server to client", false)]
    [InlineData(PanOsCef, "", "", false)]
    [InlineData(PanOsLeef, "", "Direction=client-to-server", true)]
    [InlineData(PanOsLeef, "", "Direction=server-to-client", false)]
    [InlineData(PanOsLeef, "", "x=y", false)]
    [InlineData(Cyphort, "", "", false)]
    public void An_attack_makes_a_drop_of_its_source_alone_only_where_it_came_from_the_client(
        string line, string type, string rest, bool isDropped)
    {
        var text = line.Replace("TYPE", type, StringComparison.Ordinal)
            .Replace("PRODUCT", type, StringComparison.Ordinal).Replace("REST", rest, StringComparison.Ordinal);

        Assert.Equal(isDropped ? Reason.RuleFired : Reason.SourceMayBeServer, Decide(text, MatchSet.SourceIp).Reason);
        // Between the two hosts it does not matter who has begun.
        Assert.Equal(Reason.RuleFired, Decide(text, MatchSet.SourceIp | MatchSet.DestinationIp).Reason);
    }

    private static Decision Decide(string line, MatchSet match)
    {
        var options = new DecisionOptions
        {
            Clock = TimeZoneInfo.Utc,
            MaxMessageAge = TimeSpan.Zero,
            Ports = Given.Ports,
            Rules =
            [
                .. from field in (string[])["type", "cat", "product", "dst"]
                   select new RuleOptions
                   {
                       Name = field,
                       Action = RuleAction.Drop,
                       When = [new(field, [])],
                       Match = match,
                   },
            ],
        };
        var pipeline = new DecisionPipeline(new AutoFormat(), options, Given.Open, TimeSpan.FromMinutes(1));
        var log = new SessionLog();
        Assert.Equal(ParseStatus.Session, pipeline.Parse(Encoding.UTF8.GetBytes(line), log));
        return pipeline.Decide(log, s_now);
    }
}

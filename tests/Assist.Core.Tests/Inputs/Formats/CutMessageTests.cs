using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats;

/// <summary>What may be behind the end of a message that a relay, a datagram or our own limit has cut: a key that an
/// earlier rule asks for, or the rest of the last value.</summary>
public sealed class CutMessageTests
{
    private const string FortiGate =
        "date=2026-11-21 time=10:00:00 devname=\"fw\" type=\"traffic\" vd=\"A\" srcip=192.0.2.1 srcport=1 dstip=192.0.2.2 dstport=53 " +
        "proto=6 action=\"deny\" policyid=7 service=\"DNS\" trandisp=\"noop\"";

    private const string CheckPoint =
        "[action:\"Drop\"; time:\"1795255200\"; dst:\"192.0.2.2\"; product:\"VPN-1 & FireWall-1\"; proto:\"6\"; s_port:\"1\"; " +
        "service:\"53\"; src:\"192.0.2.1\";";

    private const string Cef =
        "CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 spt=1 dpt=53 proto=tcp act=deny " +
        "flexString1Label=Flags flexString1=0x19";

    private const string Leef =
        "LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|10.1.0|deny|cat=TRAFFIC|src=192.0.2.1|dst=192.0.2.2|srcPort=1|" +
        "dstPort=53|proto=tcp|action=deny|Flags=0x19";

    // The first rule is the exception to the second, which fires on every session.
    [Theory]
    [InlineData("fortigate", FortiGate + " app=\"DNS\"", "app", "exception")]
    [InlineData("fortigate", FortiGate + " app=\"SSH\"", "app", "drop")]
    [InlineData("fortigate", FortiGate + " crlevel=\"high\"", "app", "drop")]
    [InlineData("fortigate", FortiGate + " duration=0", "app", "drop")]
    [InlineData("fortigate", FortiGate + " ap", "app", null)]
    [InlineData("fortigate", FortiGate + " app", "app", null)]
    [InlineData("fortigate", FortiGate + " app=", "app", null)]
    [InlineData("fortigate", FortiGate + " crlevel=", "app", null)]
    [InlineData("fortigate", FortiGate + " app=DN", "app", null)]
    [InlineData("fortigate", FortiGate + " app=DN", "application", null)]
    [InlineData("fortigate", FortiGate + " app=DN", "service", "exception")]
    [InlineData("fortigate", FortiGate + " app=SSH duration=0", "app", "drop")]
    [InlineData("fortigate", FortiGate + " app=SSH\n", "app", null)]
    [InlineData("check-point", CheckPoint + " service_id:\"DNS\"; ]", "service_id", "exception")]
    [InlineData("check-point", CheckPoint + " ]", "rule_name", "drop")]
    [InlineData("check-point", CheckPoint, "service_id", null)]
    [InlineData("check-point", CheckPoint + " service_i", "service_id", null)]
    [InlineData("cef", Cef + " cs1Label=Rule cs1=DNS end=1", "Rule", "exception")]
    [InlineData("cef", Cef + " end=1", "Rule", "drop")]
    [InlineData("cef", Cef + " cs1Label=Rule cs1=DN", "Rule", null)]
    [InlineData("cef", Cef + " cs1Label=Rule", "Rule", null)]
    [InlineData("cef", Cef + " cs1=DNS cs1Label=Ru", "Rule", null)]
    [InlineData("cef", Cef + " cs1=DNS", "Rule", null)]
    [InlineData("leef", Leef + "|RuleName=DNS|", "RuleName", "exception")]
    [InlineData("leef", Leef + "|", "RuleName", "drop")]
    [InlineData("leef", Leef + "|RuleName=DN", "RuleName", null)]
    [InlineData("leef", Leef + "|RuleName=\"DN\"", "RuleName", null)]
    [InlineData("leef", Leef + "|RuleNam", "RuleName", null)]
    public void A_message_cut_before_or_within_what_an_exception_asks_for_ends_the_search(
        string name, string message, string field, string? expected)
    {
        var (rule, isCut, _) = Find(name, message, field);

        Assert.Equal((message, expected, expected is null), (message, rule, isCut));
    }

    [Theory]
    [InlineData(SyslogOptions.MaxMessageLength - 1, "drop")]
    [InlineData(SyslogOptions.MaxMessageLength, null)]
    public void A_message_that_fills_the_receivers_limit_is_cut_though_its_last_quote_is_closed(int length, string? expected)
    {
        var message = FortiGate + " msg=\"" + new string('x', length - FortiGate.Length - " msg=\"\"".Length) + "\"";
        var (rule, isCut, log) = Find("fortigate", message, "app");

        Assert.Equal((length, expected, expected is null), (message.Length, rule, isCut));
        Assert.Equal(expected is null ? BypassObstacles.Unknown : BypassObstacles.None, log.Obstacles);
    }

    [Fact]
    public void The_last_column_of_a_CSV_may_be_cut_too()
    {
        var line = PanOsLine.Threat();
        line[44] = "in-the-clo";
        var log = line.Parse().Log;

        Assert.True(log.IsCutAt(44));
        Assert.False(log.IsCutAt(43));
        Assert.True(log.IsCutAt(45));
        Assert.False(PanOsLine.Parse(line + ",").Log.IsCutAt(44));
    }

    // Whatever decides must be followed by something that shows its end; a cut 192.0.2.1 may have been 192.0.2.10.
    [Theory]
    [InlineData("fortigate", "date=2026-11-21 type=traffic action=deny srcport=1 dstport=2 proto=6 dstip=192.0.2.2 srcip=192.0.2.1", "srcip")]
    [InlineData("check-point", "0|Check Point|VPN-1|CP|Log|Log|0|act=Drop dst=192.0.2.2 spt=1 dpt=2 proto=6 product=FireWall src=192.0.2.1", "src")]
    [InlineData("varmour", "vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sport=1 dip=192.0.2.2 dport=2 proto=6 sess-close-reason=policy-deny sip=192.0.2.1", "sip")]
    [InlineData("cyphort", "CEF:0|Cyphort|Cortex|3|cnc|X|7|src=192.0.2.2 dst=192.0.2.1", "dst")]
    [InlineData("cef", "CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|act=deny src=192.0.2.2 proto=tcp spt=1 dpt=2 dst=192.0.2.1", "dst")]
    [InlineData("leef", "LEEF:1.0|Palo Alto Networks|PAN-OS|10|deny|cat=TRAFFIC|action=deny|proto=tcp|srcPort=1|dstPort=2|dst=192.0.2.2|src=192.0.2.1", "src")]
    [InlineData("leef", "LEEF:1.0|Palo Alto Networks|PAN-OS|10|deny|cat=TRAFFIC|action=deny|proto=tcp|srcPort=1|dstPort=2|dst=192.0.2.2|src=\"192.0.2.1\"", "src")]
    [InlineData("custom", "evt.name=deny proto=tcp network.client.port=1 network.destination.port=2 network.destination.ip=192.0.2.2 network.client.ip=192.0.2.1", "network.client.ip")]
    public void C3_an_address_that_ends_the_message_is_not_believed(string name, string message, string key)
    {
        var log = new SessionLog();

        Assert.Equal((ParseStatus.Malformed, key), (VendorFormats.Named(name).Parse(Encoding.UTF8.GetBytes(message), log), log.Fault.Key));
        Assert.Contains("may be cut", log.Fault.Reason);
        // A relay puts a line end behind what it has cut.
        Assert.Equal(ParseStatus.Malformed, VendorFormats.Named(name).Parse(Encoding.UTF8.GetBytes(message + "\n"), log));
        var delimiter = name == "leef" ? "|" : " x=1";
        Assert.Equal(ParseStatus.Session, VendorFormats.Named(name).Parse(Encoding.UTF8.GetBytes(message + delimiter), log));
    }

    private static (string? Rule, bool IsCut, SessionLog Log) Find(string name, string message, string field)
    {
        var (log, format) = (new SessionLog(), VendorFormats.Named(name));
        Assert.Equal((ParseStatus.Session, default(ParseFault)), (format.Parse(Encoding.UTF8.GetBytes(message), log), log.Fault));
        var rules = new RuleSet(
            [
                new RuleOptions { Name = "exception", Action = RuleAction.Ignore, When = [new(field, ["^DNS$"])] },
                new RuleOptions { Name = "drop", Action = RuleAction.Drop, When = [] },
            ],
            format, _ => true);
        var (rule, isCut) = rules.Find(log);
        return (rule?.Name, isCut, log);
    }
}

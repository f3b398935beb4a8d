using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats;

/// <summary>What senders and relays were seen to make of logs; the numbers are those of docs/formats.md, "Inputs from the
/// field".</summary>
public sealed class FieldInputTests
{
    private const string Csv =
        "007951000012345,TRAFFIC,deny,2562,2026/11/21 10:00:00,203.0.113.10,198.51.100.20,0.0.0.0,0.0.0.0,block,,,not-applicable,vsys1," +
        "in,out,ethernet1/1,,profile,2026/11/21 10:00:00,0,1,40000,8443,0,0,0x0,tcp,deny,74,74,0,1,2026/11/21 09:59:59,0,any,";

    private const string Forti =
        "time=10:00:00 devname=\"fw\" type=\"traffic\" srcip=203.0.113.10 srcport=40000 dstip=198.51.100.20 dstport=8443 proto=6 action=\"deny\" ";

    private const string CefKeys =
        "src=203.0.113.10 dst=198.51.100.20 spt=40000 dpt=8443 proto=tcp act=deny cnt=1";

    private const string Gateway =
        "<134>1 2026-11-21T10:00:00Z gw-1 - Log [Fields@1.3.6.1.4.1.2620 Action=\"accept\" rule=\"4\" src=\"203.0.113.10\" " +
        "dst=\"198.51.100.20\" proto=\"6\" product=\"VPN-1 & FireWall-1\" service=\"8443\" s_port=\"40000\" service_id=\"x_DFA\" product_family=\"Network\"]";

    private const string Juniper =
        "<14>1 2026-11-21T10:00:00.000Z srx-1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address=\"203.0.113.10\" " +
        "source-port=\"40000\" destination-address=\"198.51.100.20\" destination-port=\"8443\" protocol-id=\"6\" reason=\"Denied by policy\" x=\"1\"]";

    public static TheoryData<string, string, string> Read() => new()
    {
        { "1", "pan-os", $"<14>1 2026-11-21T10:00:00-04:00 fw-1 1,2026/11/21 - - - 10:00:00,{Csv}" },
        { "1", "pan-os", $"<14>1 2026-11-21T10:00:00Z fw-1 1,2026/11/21 - - [meta sequenceId=\"8180\"] 10:00:00,{Csv}" },
        { "1", "fortigate", $"<14>1 2026-11-21T10:00:00Z fw-1 date=2026-11-21 - - [meta sequenceId=\"1\"] {Forti}" },
        { "1", "cef", $"<14>1 2026-11-21T10:00:00Z fw-1 CEF - - - 0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|{CefKeys}" },
        { "1", "cef", $"<14>1 2026-11-21T10:00:00Z fw-1 CEF: - - [a b=\"c\"] 0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|{CefKeys}" },
        { "1", "leef", "<14>1 2026-11-21T10:00:00Z fw-1 LEEF - - - 1.0|Palo Alto Networks|PAN-OS|10|drop|cat=TRAFFIC|src=203.0.113.10|dst=198.51.100.20|srcPort=40000|dstPort=8443|proto=tcp|action=deny|end=1" },
        { "2", "pan-os", $"<14>1 2026-11-21T10:00:00Z fw-1 - - - - 1,2026/11/21 10:00:00,{Csv}" },
        { "4", "pan-os", $"<14>Nov 21 2026 10:00:00 relay-1 fw-1 <14>Nov 21 10:00:00 fw-1 1,2026/11/21 10:00:00,{Csv}" },
        { "4", "fortigate", $"<14>1 2026-11-21T10:00:00Z relay-1 - - - - <189>date=2026-11-21 {Forti}" },
        { "5", "pan-os", $"<14>1 2026-11-21T10:00:00Z fw-1 - - - [pan@2773 type=\"TRAFFIC\" action=\"allow\"] 1,2026/11/21 10:00:00,{Csv}" },
        { "20", "check-point", Gateway },
        { "28", "fortigate", $"<14>1 2026-11-21T10:00:00Z fw-1 date=2026-11-21 - - - {Forti}" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public void A_log_that_a_relay_has_reshaped_is_read(string trial, string format, string message)
    {
        var log = new SessionLog();
        foreach (var reader in new[] { Named(format), new AutoFormat() })
        {
            Assert.Equal((trial, ParseStatus.Session, ""), (trial, reader.Parse(Encoding.UTF8.GetBytes(message), log), log.Fault.Reason ?? ""));
            Assert.Equal((format, "203.0.113.10", "198.51.100.20", 40000, 8443), (log.Format, log.Source.ToString(), log.Destination.ToString(), log.SourcePort, log.DestinationPort));
        }
    }

    [Theory]
    [InlineData(Juniper)]
    [InlineData(Juniper + " session denied 203.0.113.10/40000->198.51.100.20/8443")]
    public void T13_custom_reads_the_keys_in_structured_data_where_none_follow_it(string message)
    {
        var format = new CustomFormat(new CustomFields
        {
            Source = "source-address",
            Destination = "destination-address",
            SourcePort = "source-port",
            DestinationPort = "destination-port",
            Protocol = "protocol-id",
            Action = "reason",
        });
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, format.Parse(Encoding.UTF8.GetBytes(message), log));
        Assert.Equal(("203.0.113.10", 8443), (log.Source.ToString(), log.DestinationPort));
    }

    [Fact]
    public void T17_a_CSV_without_its_first_column_is_malformed_and_the_column_named()
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Malformed, new PanOsFormat().Parse(Encoding.UTF8.GetBytes($"<14>Nov 21 10:00:00 fw-1 2026/11/21 10:00:00,{Csv}"), log));
        Assert.Contains("first column is missing", log.Fault.Reason);
    }

    [Theory]
    [InlineData("tz=\"UTC+10:00\" eventtime=1795255200000000000", "2026-11-21T00:00:00Z")]   // T24
    [InlineData("tz=\"UTC-5:00\"", "2026-11-21T15:00:00Z")]
    [InlineData("tz=\"+0100\"", "2026-11-21T09:00:00Z")]
    [InlineData("tz=\"Mars/Olympus\" eventtime=1795255200", "2026-11-21T10:00:00Z")]
    [InlineData("tz=\"Mars/Olympus\" timestamp=1795255200", "2026-11-21T10:00:00Z")]
    [InlineData("tz=\"Mars/Olympus\"", null)]
    [InlineData("tz=\"+0100\" tz=\"+0200\"", null)]
    [InlineData("eventtime=1795255200", "2026-11-21T10:00:00Z")]   // T31
    [InlineData("", "2026-11-21T10:00:00")]
    [InlineData("date=2026-11-20", null)]
    public void The_time_of_a_FortiGate_log_is_never_read_without_its_offset(string keys, string? expected)
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, Named("fortigate").Parse(Encoding.UTF8.GetBytes($"date=2026-11-21 {keys} {Forti}end=1"), log));
        Assert.Equal(expected, log.Time?.ToString("yyyy-MM-dd'T'HH:mm:ssK"));
    }

    [Theory]
    [InlineData("cef", "Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|dtz=UTC rt=Nov 21 2026 10:00:00 ", "2026-11-21T10:00:00Z")]   // T6
    [InlineData("cef", "Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|dtz=Moon rt=Nov 21 2026 10:00:00 ", null)]
    [InlineData("cef", "Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|rt=Nov 21 2026 10:00:00 ", "2026-11-21T10:00:00")]
    [InlineData("fortigate", "Fortinet|Fortigate|v5.6.0|00013|traffic:forward deny|3|cat=traffic:forward ", "2000-11-21T10:00:00")]   // T25
    public void The_time_of_a_CEF_log_is_that_of_its_key_or_header(string format, string keys, string? expected)
    {
        var log = new SessionLog();
        var message = $"<14>Nov 21 10:00:00 fw-1 CEF:0|{keys}{CefKeys}".Replace("proto=tcp", format == "fortigate" ? "proto=6" : "proto=tcp");

        Assert.Equal(ParseStatus.Session, Named(format).Parse(Encoding.UTF8.GetBytes(message), log));
        Assert.Equal(expected, log.Time?.ToString("yyyy-MM-dd'T'HH:mm:ssK"));
    }

    [Theory]
    [InlineData("cat=traffic ad.subtype=forward")]
    [InlineData("cat=utm ad.subtype=ips")]
    public void T12_CEF_of_a_FortiAnalyzer_is_malformed_and_named(string keys)
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Malformed, Named("fortigate").Parse(
            Encoding.UTF8.GetBytes($"<189>Nov 21 10:00:00 faz CEF:0|Fortinet|Fortigate|7.4|1|deny|3|{keys} {CefKeys}"), log));
        Assert.Contains("FortiAnalyzer", log.Fault.Reason);
    }

    [Theory]
    [InlineData("policyname=\"a\" policyname=\"b\"", ParseStatus.Session)]
    [InlineData("eventtime=1 eventtime=2", ParseStatus.Session)]
    [InlineData("srcip=203.0.113.11", ParseStatus.Malformed)]
    [InlineData("action=\"accept\"", ParseStatus.Malformed)]
    public void A_doubled_key_costs_the_log_only_where_a_flow_is_made_of_it(string keys, ParseStatus expected) =>
        Assert.Equal(expected, Named("fortigate").Parse(Encoding.UTF8.GetBytes($"date=2026-11-21 {Forti}{keys} end=1"), new SessionLog()));

    [Fact]
    public void A_rule_cannot_tell_what_a_doubled_key_says()
    {
        var log = new SessionLog();
        var format = Named("fortigate");
        Assert.Equal(ParseStatus.Session, format.Parse(
            Encoding.UTF8.GetBytes($"date=2026-11-21 {Forti}policyname=\"a\" policyname=\"b\" end=1"), log));

        Assert.True(log.IsCutAt(log.Layout!.IndexOf("policyname")));
        Assert.False(log.IsCutAt(log.Layout!.IndexOf("devname")));
    }

    private static IMessageFormat Named(string name) => name == "pan-os" ? new PanOsFormat() : VendorFormats.Named(name);
}

using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats.PanOs;

/// <summary>What stands in the columns; the ids are those of the project's checklist of syslog inputs.</summary>
public sealed class PanOsFormatTests
{
    private const int Type = 3, GenerateTime = 6, ReceiveTime = 1, Source = 7, Destination = 8, NatSource = 9, Rule = 11;
    private const int User = 12, InInterface = 18, SourcePort = 24, DestinationPort = 25, NatSourcePort = 26, Flags = 28, Protocol = 29, Action = 30;

    [Theory]
    [InlineData("C1", "\"a \"\"b\"\", c\"", "a \"b\", c")]
    [InlineData("C1", "\"\"", null)]
    [InlineData("C1", "\"\"\"\"", "\"")]
    [InlineData("C1: data", "a \"b\" c", "a \"b\" c")]
    [InlineData("a backslash is data", "a\\b", "a\\b")]
    [InlineData("T4", "\"a\nb\"", "a\nb")]
    [InlineData("T6", "=cmd() {} %s ${jndi:x}", "=cmd() {} %s ${jndi:x}")]
    public void A_field_is_read_as_RFC_4180_says(string id, string column, string? rule)
    {
        var line = PanOsLine.Traffic();
        line[Rule] = column;
        var (status, log) = line.Parse();

        Assert.Equal((id, ParseStatus.Session, rule), (id, status, log.Text(FieldRole.Rule)));
        Assert.Equal(443, log.DestinationPort);
    }

    [Theory]
    [InlineData("C2", Rule, "\"open")]
    [InlineData("C1: text behind the quote", Rule, "\"a\"b")]
    [InlineData("T2", Rule, "a\0b")]
    [InlineData("T4", Rule, "a\nb")]
    [InlineData("T7", Source, "010.1.1.1")]
    [InlineData("T7", Source, "1.1")]
    [InlineData("T7", Source, "0x7f.1")]
    [InlineData("T7", Source, "256.1.1.1")]
    [InlineData("T7", Destination, "192.0.2.1 ")]
    [InlineData("T7", Destination, "192.0.2.1/32")]
    [InlineData("T7", NatSource, "192.0.2")]
    [InlineData("T8", Source, "fe80::1%eth0")]
    [InlineData("T8", Source, "[::1]")]
    [InlineData("T8", Source, "1:2:3:4:5:6:7:8:9")]
    [InlineData("two families", Destination, "2001:db8::1")]
    [InlineData("T9", SourcePort, "65536")]
    [InlineData("T9", SourcePort, "-1")]
    [InlineData("T9", SourcePort, "+80")]
    [InlineData("T9", SourcePort, " 80")]
    [InlineData("T9", SourcePort, "4294967376")]
    [InlineData("T9", NatSourcePort, "x")]
    [InlineData("T10", Protocol, "unknown")]
    [InlineData("T10", Protocol, "256")]
    [InlineData("T10", Protocol, "06")]
    [InlineData("a shifted column", GenerateTime, "192.0.2.1")]
    [InlineData("a shifted column", GenerateTime, "2026/11/21 10:00:00x")]
    [InlineData("a shifted column", Flags, "0")]
    [InlineData("a shifted column", Flags, "tcp")]
    [InlineData("a shifted column", Action, "icmp")]
    [InlineData("a shifted column", Action, "6")]
    [InlineData("a shifted column", Action, "2026/11/21 10:00:00")]
    public void An_unreadable_column_is_malformed_and_named(string id, int column, string text)
    {
        var line = PanOsLine.Traffic();
        line[column] = text;
        var (status, log) = line.Parse();

        Assert.Equal((id, ParseStatus.Malformed, column + 1), (id, status, log.Fault.Column));
        Assert.NotEmpty(log.Fault.Reason);
    }

    [Theory]
    [InlineData(256, ParseStatus.Session)]
    [InlineData(257, ParseStatus.Malformed)]
    [InlineData(10_000, ParseStatus.Malformed)]
    public void T5_a_needed_field_has_at_most_256_bytes(int length, ParseStatus expected)
    {
        var line = PanOsLine.Traffic();
        line[Rule] = new string('r', length);

        Assert.Equal(expected, line.Parse().Status);
    }

    [Fact]
    public void T1_invalid_text_is_kept_as_bytes()
    {
        var line = PanOsLine.Traffic();
        line[Rule] = "RULE";
        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        byte[] invalid = [0xff, 0xfe, 0xc0, 0xaf];
        invalid.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("RULE"u8)));
        var (status, log) = PanOsLine.Parse(bytes);

        Assert.Equal(ParseStatus.Session, status);
        Assert.Equal(invalid, log.Field(FieldRole.Rule).ToArray());
    }

    [Theory]
    [InlineData("T9", "0", 0)]
    [InlineData("T9", "65535", 65535)]
    [InlineData("T9: one number however written", "080", 80)]
    [InlineData("T9: unknown", "", 0)]
    public void A_port_is_a_number(string id, string text, ushort port)
    {
        var line = PanOsLine.Traffic();
        line[SourcePort] = text;
        var (status, log) = line.Parse();

        Assert.Equal((id, ParseStatus.Session, port), (id, status, log.SourcePort));
    }

    [Theory]
    [InlineData("tcp", 6, true)]
    [InlineData("TCP", 6, true)]
    [InlineData("6", 6, true)]
    [InlineData("sctp", 132, true)]
    [InlineData("icmp", 1, false)]
    [InlineData("esp", 50, false)]
    [InlineData("hopopt", 0, false)]
    public void T10_only_protocols_with_ports_have_ports(string text, byte number, bool ports)
    {
        var line = PanOsLine.Traffic();
        line[Protocol] = text;
        var (status, log) = line.Parse();

        Assert.Equal((ParseStatus.Session, number), (status, log.Protocol.Number));
        Assert.Equal(ports ? (51000, 443) : (0, 0), (log.SourcePort, log.DestinationPort));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    public void T10_no_protocol_beside_ports_is_a_shifted_column(string text)
    {
        var line = PanOsLine.Traffic();
        line[Protocol] = text;
        Assert.Equal((ParseStatus.Malformed, Protocol + 1), (line.Parse().Status, line.Parse().Log.Fault.Column));

        (line[SourcePort], line[DestinationPort]) = ("0", "0");
        var (status, log) = line.Parse();
        Assert.Equal((ParseStatus.Session, false, 0), (status, log.Protocol.IsKnown, log.DestinationPort));
    }

    [Theory]
    [InlineData("C11", "0.0.0.0")]
    [InlineData("C11", "::")]
    [InlineData("C11", "")]
    public void An_unknown_address_has_no_value(string id, string text)
    {
        var line = PanOsLine.Traffic();
        line[Source] = text;
        var (status, log) = line.Parse();

        Assert.Equal((id, ParseStatus.Session, default), (id, status, log.Source));
    }

    [Theory]
    [InlineData("start", ParseStatus.Session)]
    [InlineData("TRAFFIC", ParseStatus.Session)]
    [InlineData("THREAT", ParseStatus.Session)]
    [InlineData("SYSTEM", ParseStatus.NotSession)]
    [InlineData("DECRYPTION", ParseStatus.NotSession)]
    [InlineData("Traffic", ParseStatus.NotSession)]
    [InlineData("traffic", ParseStatus.NotSession)]
    [InlineData("TRAFFIC2", ParseStatus.NotSession)]
    [InlineData("DUMMY", ParseStatus.NotSession)]
    [InlineData("", ParseStatus.NotSession)]
    [InlineData(" TRAFFIC", ParseStatus.Malformed)]
    [InlineData("\"TRAFFIC\"", ParseStatus.Malformed)]
    public void C6_the_third_column_alone_and_exactly_is_the_type(string type, ParseStatus expected)
    {
        var line = PanOsLine.Traffic();
        if (type == "start") line[4] = "SYSTEM";
        else line[Type] = type;
        var (status, log) = line.Parse();

        Assert.Equal(expected, status);
        if (status == ParseStatus.NotSession && type is "SYSTEM" or "DECRYPTION") Assert.Contains(type, log.Fault.Reason);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("")]
    public void C5_the_first_column_may_be(string column)
    {
        var line = PanOsLine.Traffic();
        line[0] = column;
        line[5] = "11.2";
        line[21] = "used in future";

        Assert.Equal(ParseStatus.Session, line.Parse().Status);
    }

    [Fact]
    public void C3_a_message_that_ends_in_the_action_is_malformed()
    {
        var whole = PanOsLine.Traffic().ToString();
        var end = whole.IndexOf(",tcp,allow,", StringComparison.Ordinal) + ",tcp,allow".Length;
        var (status, log) = PanOsLine.Parse(whole[..end]);

        Assert.Equal((ParseStatus.Malformed, 31), (status, log.Fault.Column));
        Assert.Equal(ParseStatus.Session, PanOsLine.Parse(whole[..(end + 1)]).Status);
    }

    [Fact]
    public void C3_a_threat_cut_behind_the_action_keeps_only_what_is_whole()
    {
        var whole = PanOsLine.Threat().ToString();
        var inUrl = PanOsLine.Parse(whole[..(whole.IndexOf(".example.net", StringComparison.Ordinal) + 3)]);
        var inName = PanOsLine.Parse(whole[..(whole.IndexOf("Sample(", StringComparison.Ordinal) + 3)]);

        Assert.Equal((ParseStatus.Session, 31), (inUrl.Status, inUrl.Log.FieldCount));
        Assert.Equal((ParseStatus.Session, 32), (inName.Status, inName.Log.FieldCount));
        Assert.Null(inName.Log.Text(FieldRole.ThreatName));
    }

    // Raw quotes in the HTTP headers column and quotes that a relay escaped by a backslash were seen.
    [Theory]
    [InlineData("C2", ",\"open, to the end", 45)]
    [InlineData("raw quotes", ",Header:\"a, b\",c", 48)]
    [InlineData("a relay's escapes", ",\"\\\"device\\\": x, y\",c", 47)]
    public void Quotes_behind_the_needed_columns_cannot_harm_those(string id, string tail, int columns)
    {
        var (status, log) = PanOsLine.Parse(PanOsLine.Threat() + tail);

        Assert.Equal((id, ParseStatus.Session, columns), (id, status, log.FieldCount));
        Assert.Equal(("192.0.2.10", "drop"), (log.Source.ToString(), log.Text(FieldRole.Action)));
    }

    [Fact]
    public void A_malformed_message_leaves_no_value_behind()
    {
        var line = PanOsLine.Traffic();
        line[Protocol] = "0x19";
        var log = new SessionLog();
        new PanOsFormat().Parse(Encoding.UTF8.GetBytes(PanOsLine.Traffic().ToString()), log);

        Assert.Equal(ParseStatus.Malformed, new PanOsFormat().Parse(Encoding.UTF8.GetBytes(line.ToString()), log));
        Assert.Equal((default, default, 0), (log.Source, log.Destination, log.DestinationPort));
    }

    [Fact]
    public void C8_of_two_messages_glued_together_the_first_is_read()
    {
        var other = PanOsLine.Traffic();
        other[Source] = "198.51.100.66";
        foreach (var glue in new[] { "", "\n", "\r\n" })
        {
            var (status, log) = PanOsLine.Parse(PanOsLine.Threat() + glue + other);
            Assert.Equal((ParseStatus.Session, "192.0.2.10"), (status, log.Source.ToString()));
            if (glue.Length > 0) Assert.Equal(45, log.FieldCount);
        }
    }

    [Theory]
    [InlineData("2026/11/21 09:59:58", "2026-11-21 09:59:58")]
    [InlineData("2026/1/5 9:05:07", "2026-01-05 09:05:07")]
    [InlineData("9/16/19 10:00", "2019-09-16 10:00:00")]
    [InlineData("0000/00/00 00:00:00", "2026-11-21 10:00:00")]
    [InlineData("2026/02/30 10:00:00", "2026-11-21 10:00:00")]
    [InlineData("2026/11/21 24:00:00", "2026-11-21 10:00:00")]
    [InlineData("//: ", "2026-11-21 10:00:00")]
    [InlineData("99999/1/1 10:00:00", "2026-11-21 10:00:00")]
    [InlineData("", "2026-11-21 10:00:00")]
    public void C10_the_time_is_the_data_planes_or_else_that_of_receipt(string generated, string expected)
    {
        var line = PanOsLine.Traffic();
        line[GenerateTime] = generated;
        var (status, log) = line.Parse();

        Assert.Equal((ParseStatus.Session, DateTime.Parse(expected)), (status, log.Time));
        Assert.Equal(DateTimeKind.Unspecified, log.Time!.Value.Kind);
    }

    [Theory]
    [InlineData("0000/00/00 00:00:00")]
    [InlineData("2026/02/30 10:00:00")]
    public void C10_an_impossible_day_is_no_time(string text)
    {
        var line = PanOsLine.Traffic();
        line[ReceiveTime] = text;
        line[GenerateTime] = text;

        Assert.Null(line.Parse().Log.Time);
    }

    [Theory]
    [InlineData("2026-11-21T10:00:00.250+01:00", "2026-11-21 09:00:00.250", DateTimeKind.Utc)]
    [InlineData("2026-11-21T10:00:00Z", "2026-11-21 10:00:00", DateTimeKind.Utc)]
    [InlineData("2026-11-21T10:00:00-11:30", "2026-11-21 21:30:00", DateTimeKind.Utc)]
    [InlineData("2026-11-21T10:00:00-00:30", "2026-11-21 10:30:00", DateTimeKind.Utc)]
    [InlineData("2026-11-21T10:00:00-00:00", "2026-11-21 10:00:00", DateTimeKind.Utc)]
    [InlineData("2026-11-21T10:00:00", "2026-11-21 09:59:58", DateTimeKind.Unspecified)]
    [InlineData("2020-01-01T10:00:00+01:00", "2026-11-21 09:59:58", DateTimeKind.Unspecified)]
    [InlineData("0001-01-01T00:00:00+14:00", "2026-11-21 09:59:58", DateTimeKind.Unspecified)]
    [InlineData("not a time", "2026-11-21 09:59:58", DateTimeKind.Unspecified)]
    public void A_stamp_with_offset_is_preferred_where_it_agrees(string stamp, string expected, DateTimeKind kind)
    {
        var message = PanOsLine.Traffic() + string.Concat(Enumerable.Repeat(",", 102 - 45)) + stamp + ",,";
        var log = PanOsLine.Parse(message).Log;

        Assert.Equal((DateTime.Parse(expected), kind), (log.Time, log.Time!.Value.Kind));
    }

    [Theory]
    [InlineData(Flags, "0x400000", BypassObstacles.Nat)]
    [InlineData(Flags, "0x1000000", BypassObstacles.Decrypted)]
    [InlineData(Flags, "0x40000", BypassObstacles.Proxied)]
    [InlineData(Flags, "0x20000", BypassObstacles.PolicyForwarded)]
    [InlineData(Flags, "0x10000", BypassObstacles.PolicyForwarded)]
    [InlineData(Flags, "0x100", BypassObstacles.Tunnelled)]
    [InlineData(Flags, "0x8000007F", BypassObstacles.None)]
    [InlineData(Flags, "", AllFlags)]
    [InlineData(Flags, "0x", AllFlags)]
    [InlineData(Flags, "0x-1", AllFlags)]
    [InlineData(Flags, "0x 1", AllFlags)]
    [InlineData(NatSource, "198.51.100.1", BypassObstacles.Nat)]
    [InlineData(NatSource, "192.0.2.10", BypassObstacles.None)]
    [InlineData(NatSource, "", BypassObstacles.None)]
    [InlineData(NatSource, "::", BypassObstacles.None)]
    [InlineData(NatSourcePort, "51001", BypassObstacles.Nat)]
    [InlineData(NatSourcePort, "51000", BypassObstacles.None)]
    [InlineData(User, "x-fwd-for: 198.51.100.7", BypassObstacles.Proxied)]
    [InlineData(4, "end", BypassObstacles.Ended)]
    public void A_bypass_is_forbidden_by(int column, string text, BypassObstacles expected)
    {
        var line = PanOsLine.Traffic();
        line[column] = text;
        var (status, log) = line.Parse();

        Assert.Equal((ParseStatus.Session, expected), (status, log.Obstacles));
    }

    private const BypassObstacles AllFlags = BypassObstacles.Nat | BypassObstacles.Decrypted | BypassObstacles.Proxied
        | BypassObstacles.Tunnelled | BypassObstacles.PolicyForwarded;

    [Theory]
    [InlineData("0", BypassObstacles.None)]
    [InlineData("", BypassObstacles.None)]
    [InlineData(" ", BypassObstacles.None)]
    [InlineData("4711", BypassObstacles.Tunnelled)]
    public void A_parent_session_is_a_tunnel(string parent, BypassObstacles expected)
    {
        var traffic = PanOsLine.Traffic() + string.Concat(Enumerable.Repeat(",", 58 - 45)) + parent + ",";
        var threat = PanOsLine.Threat() + string.Concat(Enumerable.Repeat(",", 66 - 44)) + parent + ",";

        Assert.Equal(expected, PanOsLine.Parse(traffic).Log.Obstacles);
        Assert.Equal(expected, PanOsLine.Parse(threat).Log.Obstacles);
    }

    [Theory]
    [InlineData("ethernet1/2.30", 30)]
    [InlineData("ae1.902", 902)]
    [InlineData("ae1.4094", 4094)]
    [InlineData("ae1.4095", 0)]
    [InlineData("ae1.0", 0)]
    [InlineData("ae1.", 0)]
    [InlineData("ae1.1.2", 0)]
    [InlineData("ae1", 0)]
    [InlineData("aether.30", 0)]
    [InlineData("ethernet.30", 0)]
    [InlineData("vlan.312", 0)]
    [InlineData("tunnel.2", 0)]
    public void A_sub_interface_gives_the_VLAN(string name, ushort vlan)
    {
        var line = PanOsLine.Traffic();
        line[InInterface] = name;
        var log = line.Parse().Log;

        Assert.Equal((vlan, name), (log.InVlan, log.Text(FieldRole.InInterface)));
    }

    [Fact]
    public void Interfaces_of_threats_give_no_VLAN()
    {
        var log = PanOsLine.Threat().Parse().Log;

        Assert.Equal((0, "ethernet1/1.5"), (log.InVlan, log.Text(FieldRole.InInterface)));
    }

    [Theory]
    [InlineData("TRAFFIC", 45, "pkts_received", 46, "session_end_reason", 102, "high_res_timestamp", 117)]
    [InlineData("THREAT", 32, "Threat/Content Name", 44, "cloud", 107, "high_res_timestamp", 123)]
    public void The_layouts_end_where_the_vendor_says(
        string name, int first, string label, int second, string other, int third, string last, int count)
    {
        var layout = Assert.Single(new PanOsFormat().Layouts, layout => layout.Name == name);

        Assert.Equal((label, other, last, count),
            (layout.Names[first], layout.Names[second], layout.Names[third], layout.Names.Count));
        Assert.Equal((7, 20, 30),
            (layout.IndexOf("Source address"), layout.IndexOf("Log Action"), layout.IndexOf(FieldRole.Action)));
        Assert.Same(layout, new PanOsFormat().Layouts[layout.Ordinal]);
    }

    [Theory]
    [InlineData('1')]
    [InlineData(',')]
    [InlineData('"')]
    [InlineData(' ')]
    [InlineData('[')]
    public void A_message_of_one_byte_repeated_is_malformed(char c)
    {
        Assert.Equal(ParseStatus.Malformed, PanOsLine.Parse(new string(c, 65_536)).Status);
        Assert.Equal(ParseStatus.Malformed, PanOsLine.Parse("<14>1 2026-11-21T10:00:00Z " + new string(c, 65_536)).Status);
    }
}

using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.PanOs;
using Assist.Tests.Inputs.Syslog;

namespace Assist.Tests.Inputs.Formats;

/// <summary>Rows of the checklist of syslog inputs that concern every format; those of PAN-OS alone stand beside its
/// tests. docs/format-cases.md names the test for each row.</summary>
public sealed class AwkwardInputTests
{
    private const string FortiGate =
        "date=2026-11-21 time=10:00:00 type=traffic vd=A srcip=192.0.2.1 srcport=1 dstip=192.0.2.2 dstport=2 action=deny proto=6 ";

    public static TheoryData<string, byte[]> NoText() => new()
    {
        { "no UTF-8", [0xff, 0xfe] },
        { "over-long /", [0xc0, 0xaf] },
        { "a lone surrogate", [0xed, 0xa0, 0x80] },
        { "a character cut short", [0xe2, 0x82] },
        { "a byte that only continues", [0xa9] },
    };

    [Theory]
    [MemberData(nameof(NoText))]
    public void T1_invalid_text_is_kept_as_bytes_shown_as_such_and_matched_by_bytes(string what, byte[] text)
    {
        foreach (var (format, message) in InRule("RULE"))
        {
            var log = new SessionLog();
            var at = message.AsSpan().IndexOf("RULE"u8);
            byte[] hostile = [.. message.AsSpan(0, at), .. text, .. "deny"u8, .. message.AsSpan(at + 4)];

            Assert.Equal((what, ParseStatus.Session), (what, format.Parse(hostile, log)));
            Assert.Equal([.. text, .. "deny"u8], log.Field(FieldRole.Rule).ToArray());
            Assert.Matches("^\ufffd+deny$", log.Text(FieldRole.Rule));
            Assert.True(new FieldPattern("deny$").IsMatch(log.Field(FieldRole.Rule)));
            Assert.False(new FieldPattern("^deny").IsMatch(log.Field(FieldRole.Rule)));
        }
    }

    [Theory]
    [InlineData("srcip=192.0.2.1", "srcip=192.0.2.1\0")]
    [InlineData("srcip=192.0.2.1", "srcip=192.0.2.1\01")]
    [InlineData("dstport=2", "dstport=2\0")]
    [InlineData("action=deny", "action=\"de\0ny\"")]
    public void T2_a_NUL_in_what_decides_is_malformed(string pair, string changed)
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(FortiGate), log));
        Assert.Equal(ParseStatus.Malformed, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(FortiGate.Replace(pair, changed)), log));
        Assert.Equal(pair.Split('=')[0], log.Fault.Key);
    }

    [Theory]
    [InlineData("\"a\nsrcip=198.51.100.66\"")]
    [InlineData("\"a\r\n<14>x\"")]
    public void T4_a_line_feed_within_quotes_is_data(string name)
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(FortiGate + $"policyname={name} end=1"), log));
        Assert.Equal(("192.0.2.1", name.Trim('"')), (log.Source.ToString(), log.Text(FieldRole.Rule)));
    }

    [Fact]
    public void U4_of_two_lines_in_one_message_the_first_is_read()
    {
        var second = FortiGate.Replace("192.0.2.1", "198.51.100.66");
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(FortiGate + "\n" + second), log));
        Assert.Equal("192.0.2.1", log.Source.ToString());
    }

    [Theory]
    [InlineData("vd", 256, ParseStatus.Session)]
    [InlineData("vd", 257, ParseStatus.Malformed)]
    [InlineData("policyname", 10_000, ParseStatus.Session)]
    public void T5_what_decides_has_at_most_256_bytes(string key, int length, ParseStatus expected)
    {
        var message = FortiGate.Replace("vd=A ", "") + $"{key}=\"{new string('x', length)}\" end=1";

        Assert.Equal(expected, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(message), new SessionLog()));
    }

    [Fact]
    public void C8_a_second_CEF_message_within_the_first_makes_it_malformed()
    {
        const string first = "CEF:0|Cyphort|Cortex|3|cnc|X|7|externalId=995 eventI";
        const string second = "CEF: 0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 act=deny end=1";
        foreach (var glue in new[] { "", " ", "|", "=" })
        {
            var log = new SessionLog();
            Assert.Equal(ParseStatus.Malformed, new CyphortFormat().Parse(Encoding.UTF8.GetBytes(first + glue + second), log));
            Assert.Contains("second message", log.Fault.Reason);
        }
    }

    [Theory]
    [InlineData("c6a3Label=Destination address c6a3=2001:db8::2", "c6a3")]
    [InlineData("c6a3=2001:db8::2", "c6a3")]
    [InlineData("c6a3Label=Destination IPv6 Address", "c6a3")]
    public void An_IPv6_address_in_CEF_is_read_with_its_label_or_not_at_all(string pair, string key)
    {
        const string message = "CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src= dst= c6a2Label=Source IPv6 Address c6a2=2001:db8::1 " +
            "PAIR spt=1 dpt=2 proto=tcp act=deny end=1";
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Malformed, new PanOsCefFormat().Parse(Encoding.UTF8.GetBytes(message.Replace("PAIR", pair)), log));
        Assert.Equal(key, log.Fault.Key);
        var whole = message.Replace("PAIR", "c6a3Label=Destination IPv6 Address c6a3=2001:db8::2");
        Assert.Equal(ParseStatus.Session, new PanOsCefFormat().Parse(Encoding.UTF8.GetBytes(whole), log));
        Assert.Equal("2001:db8::2", log.Destination.ToString());
    }

    [Theory]
    [InlineData("srcport=1", "srcport=\"\"")]
    [InlineData("proto=6", "proto=\"\"")]
    public void T9_T10_an_empty_value_is_not_zero(string pair, string changed)
    {
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Malformed, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(FortiGate.Replace(pair, changed)), log));
        Assert.Equal((pair.Split('=')[0], "the value is empty"), (log.Fault.Key, log.Fault.Reason));
    }

    [Theory]
    [InlineData(1, "caf")]
    [InlineData(0, "café")]
    public void L9_a_character_that_the_end_of_the_message_cuts_is_not_shown(int cut, string expected)
    {
        var message = Encoding.UTF8.GetBytes(FortiGate + "policyname=café");
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Session, new FortiGateFormat().Parse(message.AsMemory(0, message.Length - cut), log));
        Assert.Equal(expected, log.Text(FieldRole.Rule));
    }

    // Each format's first line, framed by a count that is wrong by every number of bytes.
    [Theory]
    [InlineData("pan-os")]
    [InlineData("fortigate")]
    [InlineData("check-point")]
    [InlineData("leef")]
    public void F17_F18_a_wrong_octet_count_never_makes_a_session_of_its_own(string name)
    {
        var format = name == "pan-os" ? new PanOsFormat() : VendorFormats.Named(name);
        var line = name == "pan-os" ? Encoding.UTF8.GetBytes(PanOsLine.Traffic().ToString()) : VendorFormats.Corpus(name).First().Bytes;
        if (line[0] != '<') line = [.. "<14>"u8, .. line];
        var (own, log) = (new SessionLog(), new SessionLog());
        Assert.Equal(ParseStatus.Session, format.Parse(line, own));

        for (var count = 1; count < 2 * line.Length; count++)
        {
            var messages = Framed([.. Encoding.ASCII.GetBytes($"{count} "), .. line, (byte)'\n', .. line, (byte)'\n', .. line, (byte)'\n']);
            foreach (var message in messages)
                if (format.Parse(message, log) == ParseStatus.Session)
                    Assert.Equal((count, own.Source, own.Destination, own.SourcePort, own.DestinationPort, own.Protocol, own.Text(FieldRole.Action)),
                        (count, log.Source, log.Destination, log.SourcePort, log.DestinationPort, log.Protocol, log.Text(FieldRole.Action)));
            // The stream is in step again with the next line at the latest.
            Assert.Equal(line, messages[^1]);
        }
    }

    private static List<byte[]> Framed(byte[] stream)
    {
        var reader = new FrameReader();
        stream.CopyTo(reader.Free);
        reader.Advance(stream.Length);
        var messages = new List<byte[]>();
        while (reader.Read(out var message) is FrameStatus.Message or FrameStatus.Oversize) messages.Add(message.ToArray());
        return messages;
    }

    private static IEnumerable<(IMessageFormat, byte[])> InRule(string rule)
    {
        var line = PanOsLine.Traffic();
        line[11] = rule;
        yield return (new PanOsFormat(), Encoding.UTF8.GetBytes(line.ToString()));
        yield return (new FortiGateFormat(), Encoding.UTF8.GetBytes(FortiGate + $"policyname=\"{rule}\" end=1"));
        yield return (new PanOsCefFormat(), Encoding.UTF8.GetBytes(
            $"CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 spt=1 dpt=2 proto=tcp act=deny cs1Label=Rule cs1={rule} end=1"));
    }
}

using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats;

/// <summary>Texts that pretend to be logs, headers of every shape, and lines made to be slow.</summary>
public sealed class FormatHostileTests
{
    private const string FortiGate =
        "date=2026-11-21 time=10:00:00 type=traffic vd=A srcip=192.0.2.1 srcport=1 dstip=192.0.2.2 dstport=2 action=deny proto=6 end=1";

    private const string Cef =
        "CEF:0|Palo Alto Networks|PAN-OS|10|drop|TRAFFIC|1|src=192.0.2.1 dst=192.0.2.2 spt=1 dpt=2 proto=tcp act=deny end=1";

    private const string Leef =
        "LEEF:1.0|Palo Alto Networks|PAN-OS|10|drop|cat=TRAFFIC|src=192.0.2.1|dst=192.0.2.2|srcPort=1|dstPort=2|proto=tcp|action=deny|end=1";

    private const string Cloud =
        "2026-11-21T10:00:00.000000Z,no-serial,TRAFFIC,deny,10.2,2026-11-21T10:00:00.000000Z,192.0.2.1,192.0.2.2,,,r,,,app,v,a,b,,,p,1,1,1,2,0,0,tcp,deny,1,";

    private const string CheckPoint =
        "[action:\"Drop\"; time:\"1795255200\"; dst:\"192.0.2.2\"; product:\"FireWall\"; proto:\"6\"; s_port:\"1\"; service:\"2\"; src:\"192.0.2.1\"; ]";

    private const string VArmour =
        "vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sip=192.0.2.1 sport=1 dip=192.0.2.2 dport=2 proto=6 sess-close-reason=policy-deny end=1";

    [Theory]
    [InlineData("<38>Nov 21 10:00:00 host sshd[7]: Failed password for invalid user ")]
    [InlineData("<38>Nov 21 10:00:00 host sshd: invalid user ")]
    [InlineData("<14>Nov 21 10:00:00 asa %ASA-6-605004: Login denied for user ")]
    [InlineData("<14>Nov 21 10:00:00 host a, b ")]
    [InlineData("<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007,TRAFFIC,start,1,2026/11/21 10:00:00,192.0.2.9,192.0.2.8,,,r,")]
    [InlineData("<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007,SYSTEM,general,1,x,")]
    [InlineData("<38>Nov 21 10:00:00 web1 app[7]: bad user ")]
    [InlineData("<38>Nov 21 10:00:00 web1 app: bad user ")]
    [InlineData("<38>1 2026-11-21T10:00:00Z web1 app 7 - - bad user ")]
    [InlineData("<38>1 2026-11-21T10:00:00Z web1 app 7 - [meta sequenceId=\"1\"] bad user ")]
    [InlineData("<38>2026-11-21T10:00:00Z web1 app[7]: ")]
    public void What_stands_in_another_program_s_text_is_no_log(string before)
    {
        var log = new SessionLog();
        foreach (var line in new[] { FortiGate, Cef, Leef, Cloud, CheckPoint, VArmour, PanOs.PanOsLine.Traffic().ToString()["<14>".Length..] })
            foreach (var format in VendorFormats.All.Append(new PanOsFormat()).Append(new AutoFormat()))
                Assert.NotEqual((format.Name, ParseStatus.Session), (format.Name, format.Parse(Encoding.UTF8.GetBytes(before + line), log)));
    }

    [Theory]
    [InlineData("P1", "<0>")]
    [InlineData("P1", "<191>Nov 21 10:00:00 fw ")]
    [InlineData("P4", "Nov 21 10:00:00 fw ")]
    [InlineData("P6", "<14>1 2026-11-21T10:00:00.123456Z fw - - - - ")]
    [InlineData("P7", "<14>1 2026-11-21T10:00:00Z fw - - - [id a=\"x\\]y\" b=\"q\\\"z\"][id2] ")]
    [InlineData("P8", "<14>1 2026-11-21T10:00:00Z fw - - - - \ufeff")]
    [InlineData("P8", "\ufeff<14>Nov 21 10:00:00 fw ")]
    [InlineData("P9", "<14>2 Nov 21 10:00:00 fw ")]
    [InlineData("P10", "<14>Nov  1 10:00:00 fw ")]
    [InlineData("P10", "<14>Nov 21 2026 10:00:60 fw ")]
    [InlineData("P12", "<14>Nov 21 10:00:00 2001:db8::1 ")]
    [InlineData("P13", "<14>Nov 21 10:00:00 fw a-tag-of-more-than-thirty-two-characters-and-no-colon ")]
    [InlineData("P15", "<14><14>Nov 21 10:00:00 relay Nov 21 10:00:00 fw ")]
    [InlineData("U5", "300 <14>Nov 21 10:00:00 fw ")]
    public void Any_header_is_passed_over(string id, string header)
    {
        var log = new SessionLog();
        foreach (var (format, line) in new (IMessageFormat, string)[] { (new FortiGateFormat(), FortiGate), (new PanOsCefFormat(), Cef) })
        {
            Assert.Equal((id, ParseStatus.Session), (id, format.Parse(Encoding.UTF8.GetBytes(header + line), log)));
            Assert.Equal("192.0.2.1", log.Source.ToString());
        }
    }

    [Theory]
    [InlineData("P2", "<192>")]
    [InlineData("P2", "<1234567890123>")]
    [InlineData("P3", "<>")]
    [InlineData("P3", "<014>")]
    [InlineData("P7", "<14>1 2026-11-21T10:00:00Z fw - - - [id a=\"x ")]
    public void A_header_that_is_none_is_malformed(string id, string header) => Assert.Equal(
        (id, ParseStatus.Malformed), (id, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(header + FortiGate), new SessionLog())));

    [Theory]
    [InlineData("srcip", "010.1.1.1")]
    [InlineData("srcip", "1.1")]
    [InlineData("srcip", "fe80::1%eth0")]
    [InlineData("dstip", "192.0.2.2/32")]
    [InlineData("dstip", "2001:db8::1")]
    [InlineData("srcport", "65536")]
    [InlineData("srcport", "+80")]
    [InlineData("proto", "256")]
    [InlineData("proto", "unknown")]
    public void T7_to_T10_an_unreadable_value_is_malformed_and_named(string key, string text)
    {
        var line = string.Join(' ', FortiGate.Split(' ').Select(pair => pair.StartsWith(key + "=", StringComparison.Ordinal) ? $"{key}={text}" : pair));
        var log = new SessionLog();

        Assert.Equal(ParseStatus.Malformed, new FortiGateFormat().Parse(Encoding.UTF8.GetBytes(line), log));
        Assert.Equal(key, log.Fault.Key);
    }

    [Theory]
    [InlineData(",")]
    [InlineData("\"")]
    [InlineData("=")]
    [InlineData("|")]
    [InlineData("\\")]
    [InlineData("a=")]
    [InlineData(" a=\"")]
    [InlineData("; ")]
    [InlineData("a")]
    [InlineData("[")]
    [InlineData(" ")]
    [InlineData("\\\"")]
    [InlineData("CEF:")]
    public void Four_megabytes_of_it_end(string piece)
    {
        var log = new SessionLog();
        foreach (var format in VendorFormats.All.Append(new AutoFormat()).Append(new PanOsFormat()))
            foreach (var line in VendorFormats.Corpus(format.Name).Take(1).Select(line => line.Message).Append(""))
            {
                // Milliseconds where the time is linear in the length, hours where it is quadratic. Nothing is measured
                // here; tests/fuzz does (docs/fuzzing.md).
                format.Parse(Bytes(line, piece, 4 << 20), log);
                Assert.True(log.FieldCount <= SessionLog.MaxFields);
            }
    }

    [Theory]
    [InlineData("Dec 31 23:59:59", "2027-01-01T00:00:01Z", "2026-12-31T23:59:59")]
    [InlineData("Jan  1 00:00:01", "2026-12-31T23:59:59Z", "2027-01-01T00:00:01")]
    [InlineData("Feb 29 12:00:00", "2028-02-29T12:00:00Z", "2028-02-29T12:00:00")]
    [InlineData("Feb 29 12:00:00", "2027-03-01T12:00:00Z", "2028-02-29T12:00:00")]
    public void P11_a_stamp_without_a_year_takes_the_nearest_one(string stamp, string now, string expected)
    {
        var log = new SessionLog();
        var line = $"{stamp} 000 vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] sip=192.0.2.1 sport=1 dip=192.0.2.2 dport=2 proto=6 sess-close-reason=policy-deny end=1";

        Assert.Equal(ParseStatus.Session, new VArmourFormat().Parse(Encoding.UTF8.GetBytes(line), log));
        Assert.True(log.YearUnknown);
        var utcNow = DateTimeOffset.Parse(now).UtcDateTime;
        Assert.Equal(DateTime.Parse(expected), MessageAge.WithNearestYear(log.Time!.Value, utcNow));
    }

    private static byte[] Bytes(string line, string piece, int length) =>
        Encoding.UTF8.GetBytes(line + string.Concat(Enumerable.Repeat(piece, length / piece.Length)));
}

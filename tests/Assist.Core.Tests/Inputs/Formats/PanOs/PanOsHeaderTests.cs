using Assist.Inputs.Formats;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats.PanOs;

/// <summary>What may stand before the CSV; the ids are those of the project's checklist of syslog inputs.</summary>
public sealed class PanOsHeaderTests
{
    [Theory]
    [InlineData("P1", "<0>Nov 21 10:00:00 fw ", "bsd")]
    [InlineData("P1", "<191>Nov 21 10:00:00 fw ", "bsd")]
    [InlineData("P3: cut at its beginning", "14>1 2026-11-21T10:00:00Z fw - - - - ", "rfc5424-nopri")]
    [InlineData("P4", "Nov 21 10:00:00 fw ", "bsd-nopri")]
    [InlineData("P6", "<14>1 2026-11-21T10:00:00.123456Z fw - - - - ", "rfc5424")]
    [InlineData("P6: without all fields", "<14>1 2026-11-21T10:00:00+00:00 fw ", "rfc5424")]
    [InlineData("P7", "<14>1 2026-11-21T10:00:00Z fw a b c [id a=\"x\\]y\" b=\"q\\\"z\"][id2] ", "rfc5424")]
    [InlineData(
        "P7: a CSV in it", "<14>1 2026-11-21T10:00:00Z fw a b c [id a=\" 1,2026/11/21 10:00:00,1,SYSTEM,\"] ",
        "rfc5424")]
    [InlineData("P8", "<14>1 2026-11-21T10:00:00Z fw - - - - \uFEFF", "rfc5424")]
    [InlineData("P8: before the PRI", "\uFEFF<14>Nov 21 10:00:00 fw ", "bsd")]
    [InlineData("P9", "<14>2 2026-11-21T10:00:00Z fw - - - - ", "rfc5424")]
    [InlineData("P9", "<14>0 x ", "other")]
    [InlineData("P9", "<14>1000 2026-11-21T10:00:00Z fw ", "other")]
    [InlineData("P9: no blank", "<14>1Nov 21 10:00:00 fw ", "other")]
    [InlineData("P10: two blanks", "<14>Nov  1 10:00:00 fw ", "bsd")]
    [InlineData("P10", "<14>Nov 01 10:00:00 fw ", "bsd")]
    [InlineData("P10: a year", "<14>Nov 21 2026 10:00:00 fw ", "bsd")]
    [InlineData("P10", "<14>2026 Nov 21 10:00:00 fw ", "other")]
    [InlineData("P10: ISO", "<14>2026-11-21T10:00:00+01:00 fw ", "iso")]
    [InlineData("P10", "<14>Nov 21 10:00:60 fw ", "bsd")]
    [InlineData("P10", "<14>Feb 29 10:00:00 fw ", "bsd")]
    [InlineData("P10: no time", "<14>fw ", "other")]
    [InlineData("P12: none", "<14>Nov 21 10:00:00 ", "bsd-nohost")]
    [InlineData("P12: commas", "<14>Nov 21 10:00:00 fw,row1,rack2,x ", "bsd")]
    [InlineData("P12", "<14>Nov 21 10:00:00 2001:db8::1 ", "bsd")]
    [InlineData("P12", "<14>1 2026-11-21T10:00:00Z [2001:db8::1] - - - - ", "rfc5424")]
    [InlineData("P13", "<14>Nov 21 10:00:00 fw a-tag-of-more-than-thirty-three-characters: ", "bsd-host-colon")]
    [InlineData("P13", "<14>Nov 21 10:00:00 fw 1,2026/11/21 ", "bsd")]
    [InlineData("P13", "<14>Nov 21 10:00:00 fw 1,2026/11/21: ", "bsd-host-colon")]
    [InlineData("P14", "<14>1 - - - - - - ", "other")]
    [InlineData("P15", "<14><13>Nov 21 10:00:00 fw ", "bsd")]
    [InlineData("U5", "530 <14>Nov 21 10:00:00 fw ", "bsd")]
    [InlineData("a relay", "<14>Nov 21 10:00:00 192.0.2.1 Nov 21 09:59:59 fw ", "bsd-relayed")]
    [InlineData("a relay that keeps the PRI", "<14>Nov 21 10:00:00 relay <14>Nov 21 09:59:59 fw ", "bsd-relayed")]
    [InlineData("two hosts", "<14>Nov 21 10:00:00 relay fw <14>Nov 21 09:59:59 fw ", "bsd")]
    [InlineData("a year", "<14>Nov 21 2026 10:00:00 relay <14>Nov 21 09:59:59 fw ", "bsd-relayed")]
    [InlineData("RFC 5424", "<14>1 2026-11-21T10:00:00Z relay - - - - <14>Nov 21 09:59:59 fw ", "rfc5424")]
    [InlineData("no blank behind the tag", "<14>Nov 21 10:00:00 fw paloalto:", "bsd-host-colon")]
    [InlineData("a colon alone", ": ", "none")]
    [InlineData("nothing", "", "none")]
    public void The_CSV_is_found_behind(string id, string header, string shape)
    {
        var line = PanOsLine.Traffic();
        var (status, log) = PanOsLine.Parse(header + line.ToString()[line.Header.Length..]);

        Assert.Equal((id, ParseStatus.Session, shape), (id, status, log.Header));
        Assert.Equal("192.0.2.10", log.Source.ToString());
    }

    [Theory]
    [InlineData("P2", "<192>")]
    [InlineData("P2", "<999>")]
    [InlineData("P2", "<2147483648>")]
    [InlineData("P2", "<1234567890123>")]
    [InlineData("P3", "<>")]
    [InlineData("P3", "<a>")]
    [InlineData("P3", "<-1>")]
    [InlineData("P3", "<1 4>")]
    [InlineData("P3", "<014>")]
    [InlineData("P3", "<14")]
    [InlineData("P3", "<14>>")]
    [InlineData("P3", "<<14>")]
    [InlineData("P15: three", "<14><14><14>")]
    [InlineData("P7: unbalanced", "<14>1 2026-11-21T10:00:00Z fw a b c [id a=\"x] ")]
    [InlineData("P7: unbalanced", "<14>1 2026-11-21T10:00:00Z fw a b c [id a=\"x\" ")]
    [InlineData("P12: unbounded", "LONG")]
    [InlineData("P12: a host of several words", "<14>Nov 21 10:00:00 fw,row 1,rack 2,x ")]
    [InlineData("P13: a program's tag", "<14>Nov 21 10:00:00 web1 app[77]: ")]
    public void A_broken_header_is_malformed(string id, string header)
    {
        if (header == "LONG") header = "<14>Nov 21 10:00:00 " + new string('h', 10_000) + " ";
        var line = PanOsLine.Traffic();
        var (status, log) = PanOsLine.Parse(header + "Nov 21 10:00:00 fw " + line.ToString()[line.Header.Length..]);

        Assert.Equal((id, ParseStatus.Malformed), (id, status));
        Assert.NotEmpty(log.Fault.Reason);
    }

    [Theory]
    [InlineData("P5", "<14>")]
    [InlineData("P5", "<14>\n")]
    [InlineData("P3", "14>")]
    [InlineData("P9: no blank", "<14>1")]
    [InlineData("empty", "")]
    [InlineData("C7", ":00,,,infrastructure,networking,browser-based,4,,,untunneled,no,no,0,,")]
    [InlineData("F24", "GET / HTTP/1.1\r\nHost: example.net\r\n\r\n")]
    public void What_is_no_log_is_malformed(string id, string message)
    {
        var (status, log) = PanOsLine.Parse(message);

        Assert.Equal((id, ParseStatus.Malformed), (id, status));
        Assert.NotEmpty(log.Fault.Reason);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, true)]
    [InlineData(1100, false)]
    public void P12_a_long_host_name_is_passed_over_up_to_a_bound(int length, bool found)
    {
        var line = PanOsLine.Traffic();
        var message = $"<14>Nov 21 10:00:00 {new string('h', length)} " + line.ToString()[line.Header.Length..];

        Assert.Equal(found, PanOsLine.Parse(message).Status == ParseStatus.Session);
    }

    [Theory]
    [InlineData("C12", "<14>Nov 21 10:00:00 fw CEF:0|Palo Alto Networks|PAN-OS|11.1|end|TRAFFIC|1|msg=x ", "CEF")]
    [InlineData("C12", "<14>Nov 21 10:00:00 fw CEF: 0|Palo Alto Networks|PAN-OS|11.1|end|TRAFFIC|1|msg=x ", "CEF")]
    [InlineData("C12", "<14>Nov 21 10:00:00 fw LEEF:1.0|Palo Alto Networks|PAN-OS|11.1|allow|usrName=x ", "LEEF")]
    [InlineData("C12", "<14>Nov 21 10:00:00 fw timestamp=2026/11/21 10:00:00, type=TRAFFIC, user=x ", "key=value")]
    [InlineData("C12", "<14>1 2026-11-21T10:00:00Z s logforwarder - panwlogs - {\"User\":\"x ", "JSON")]
    [InlineData(
        "cloud", "<14>1 2026-11-21T10:00:00Z s logforwarder - panwlogs - "
            + "2026-11-21T10:00:00.000000Z,no-serial,THREAT,url,10.2,\"a ", "cloud forwarder")]
    [InlineData("cloud", "<14>1 2026-11-21T10:00:00Z s logforwarder - panwlogs - ", "cloud forwarder")]
    [InlineData(
        "cloud", "1,2026-11-21T10:00:00.000000Z,007951,TRAFFIC,end,10.2,2026-11-21T10:00:00.000000Z,192.0.2.1,x ",
        "cloud forwarder")]
    [InlineData("unknown layout", "1,21.11.2026 10:00:00,007951,SYSTEM,auth,0,,\"failed login of ", "not a PAN-OS CSV")]
    [InlineData("T4", "<14>Nov 21 10:00:00 fw hello\n<14>Nov 21 10:00:00 fw ", "not a PAN-OS CSV")]
    [InlineData(
        "a bracket closed within the CSV", "<14>1 2026-11-21T10:00:00Z [fw 1,2026/11/21 10:00:00,1,THREAT,a] ",
        "structured data")]
    public void A_CSV_within_another_format_is_never_read(string id, string before, string reason)
    {
        var line = PanOsLine.Traffic();
        var (status, log) = PanOsLine.Parse(before + line.ToString()[line.Header.Length..]);

        Assert.Equal((id, ParseStatus.Malformed), (id, status));
        Assert.Contains(reason, log.Fault.Reason);
    }

    [Theory]
    [InlineData(PanOsTestColumns.Rule)]
    [InlineData(PanOsTestColumns.User)]
    [InlineData(PanOsTestColumns.Url)]
    public void A_CSV_within_a_field_never_wins_over_the_one_around_it(int column)
    {
        var line = PanOsLine.Threat();
        line[column] = "\" 1,2026/11/21 10:00:00,1,TRAFFIC,drop,1,2026/11/21 10:00:00,198.51.100.66,\"";
        var (status, log) = line.Parse();

        Assert.Equal(ParseStatus.Session, status);
        Assert.Equal("192.0.2.10", log.Source.ToString());
        Assert.Equal("THREAT", log.Text(FieldRole.Type));
    }

    private static class PanOsTestColumns
    {
        public const int Rule = 11, User = 12, Url = 31;
    }
}

using System.Text;
using Assist.Inputs.Formats;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats.Csv;

public sealed class CsvFieldsTests
{
    private const int Needed = 31;
    private static readonly string[] s_values =
        ["", "0", "n/a", "N/A", "a \"word\" within", "\u0001", "2026/11/21 10:00:00", "policy-deny", new string('x', 63), new string('y', 64), new string('z', 300)];

    [Fact]
    public void Fields_are_found_wherever_they_lie()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            // Headers of every length move the fields across whatever is read at once.
            var line = PanOsLine.Traffic();
            var values = Enumerable.Range(0, random.Next(12, 80)).Select(_ => s_values[random.Next(s_values.Length)]).ToList();
            values.Add("the last");
            var written = values.Select(value => random.Next(4) == 0 ? $"\"{value.Replace("\"", "\"\"")},\"" : value).ToList();
            var (status, log) = PanOsLine.Parse($"<14>{new string('h', random.Next(1, 70))} {line.ToString()[PanOsLine.Traffic().Header.Length..]},{string.Join(',', written)}");
            Assert.Equal(ParseStatus.Session, status);
            var first = log.FieldCount - values.Count;
            for (var i = 0; i < values.Count; i++)
                Assert.Equal(written[i].StartsWith('"') ? values[i] + "," : values[i], Encoding.UTF8.GetString(log.Field(first + i)));
        }
    }

    [Fact]
    public void A_needed_field_that_is_too_long_or_holds_a_nul_is_named()
    {
        // Columns whose text is not read otherwise: rule, users, zones, profile.
        foreach (var column in new[] { 11, 12, 13, 15, 16, 17, 20 })
            foreach (var (text, reason) in new[] { (new string('x', 257), "longer than 256"), ("a\0b", "NUL"), ("\0", "NUL") })
            {
                var line = PanOsLine.Traffic();
                line[column] = text;
                var (status, log) = line.Parse();
                Assert.Equal((ParseStatus.Malformed, column + 1), (status, log.Fault.Column));
                Assert.Contains(reason, log.Fault.Reason, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void The_first_of_two_bad_fields_is_named()
    {
        var line = PanOsLine.Traffic();
        (line[13], line[12]) = (new string('x', 257), "a\0b");
        Assert.Equal(13, line.Parse().Log.Fault.Column);
        (line[12], line[11]) = ("a\0b", new string('x', 257));
        Assert.Equal(12, line.Parse().Log.Fault.Column);
    }

    [Fact]
    public void A_message_that_ends_anywhere_in_the_needed_fields_is_malformed()
    {
        var text = PanOsLine.Traffic().ToString();
        var needed = text.Length;
        for (var columns = text.Count(c => c == ','); columns >= Needed; columns--) needed = text.LastIndexOf(',', needed - 1);
        for (var length = text.IndexOf("TRAFFIC,", StringComparison.Ordinal) + 8; length <= needed; length++)
            Assert.Equal(ParseStatus.Malformed, PanOsLine.Parse(text[..length]).Status);
        Assert.Equal(ParseStatus.Session, PanOsLine.Parse(text[..(needed + 1)]).Status);
    }
}

using System.Text;
using System.Text.Json;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.PanOs;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats;

/// <summary>Real messages of other vendors with the fields that other parsers, or a reader, found in them.</summary>
public sealed class OtherSamplesTests
{
    private const string Samples = "samples/others.jsonl";
    private const string Recording = "conformance/original-decisions.jsonl";

    private static readonly AutoFormat s_auto = new();

    private static readonly Dictionary<string, string> s_formats = new()
    {
        ["fortigate"] = "fortigate",
        ["checkpoint"] = "check-point",
        ["varmour"] = "varmour",
        ["cyphort-cef"] = "cyphort",
    };

    // oth-0114 is a table that a log server exported; oth-0105 has a bar too many and line feeds in its middle; the others
    // end in an address, which may have been cut.
    private static readonly string[] s_unreadable = ["oth-0114", "oth-0105", "oth-0099", "oth-0100"];

    private static readonly (string Sample, string Key)[] s_fields =
    [
        ("src", "src"), ("dst", "dst"), ("sport", "src_port"), ("dport", "dst_port"), ("proto", "protocol"),
        ("action", "action"), ("in_if", "in_interface"), ("out_if", "out_interface"), ("nat_src", "nat_src"),
        ("rule", "rule"),
    ];

    [SharedFact(Samples)]
    public void Every_session_reads_as_others_read_it()
    {
        var wrong = new List<string>();
        var sessions = 0;
        foreach (var sample in Read(Samples).Where(s => s_formats.ContainsKey(Text(s, "vendor")!) && IsSession(s)))
        {
            var log = new SessionLog();
            var name = s_formats[Text(sample, "vendor")!];
            foreach (var format in new[] { VendorFormats.Named(name), s_auto })
            {
                var status = format.Parse(Message(sample), log);
                if (status == ParseStatus.Session) sessions++;
                else wrong.Add($"{format.Name} {Text(sample, "id")}: {status}: {log.Fault}");
                Assert.Equal(name, log.Format);
                foreach (var (field, key) in s_fields)
                    if (Expected(sample, field) is { } expected
                        && Corpus.Value(key, status, log) is var read && !string.Equals(read, expected, StringComparison.OrdinalIgnoreCase))
                        wrong.Add($"{format.Name} {Text(sample, "id")}: {key} is {read ?? "null"}, not {expected}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(2 * 22, sessions);
    }

    [SharedFact(Samples)]
    public void Everything_else_is_no_session_in_any_format()
    {
        var others = Read(Samples).Where(s => !s_formats.ContainsKey(Text(s, "vendor")!) || !IsSession(s)).ToList();
        var formats = VendorFormats.All.Append(s_auto).Append(new PanOsFormat()).ToList();

        Assert.All(others, sample => Assert.All(formats, format =>
        {
            var log = new SessionLog();
            Assert.NotEqual((Text(sample, "id"), format.Name, ParseStatus.Session),
                (Text(sample, "id"), format.Name, format.Parse(Message(sample), log)));
            Assert.NotEmpty(log.Fault.Reason);
        }));
        Assert.Contains(others, sample => Text(sample, "vendor") is "suricata");
        Assert.Contains(others, sample => Text(sample, "vendor") is "cisco-asa");
    }

    [SharedFact(Recording)]
    public void Every_message_of_the_recorded_original_is_a_session()
    {
        var names = new Dictionary<string, string>
        {
            ["fnet"] = "fortigate",
            ["chkp"] = "check-point",
            ["varmour"] = "varmour",
            ["cyphort"] = "cyphort",
        };
        foreach (var vector in Read(Recording).Where(v => names.ContainsKey(Text(v, "vendor")!)))
        {
            var log = new SessionLog();
            var name = names[Text(vector, "vendor")!];
            var message = Text(vector, "raw")!.Replace("@DATE@", "2026-11-21").Replace("@TIME@", "10:00:00")
                .Replace("@BSD@", "Nov 21 10:00:00").Replace("@CHKP@", "Nov 21 10:00:00+00:00").Replace("@CY@", "2026-11-21 10:00:00.841+00");
            foreach (var format in new[] { VendorFormats.Named(name), s_auto })
            {
                Assert.Equal((message, ParseStatus.Session), (message, format.Parse(Encoding.UTF8.GetBytes(message), log)));
                Assert.Equal((name, (11, 21, 10)), (log.Format, (log.Time!.Value.Month, log.Time.Value.Day, log.Time.Value.Hour)));
                Assert.Equal(name is "varmour" or "check-point", log.YearUnknown);
                // The original bypasses these; a close or timeout it leaves alone.
                if (vector.GetProperty("original").GetProperty("flows").EnumerateArray().Any(f => Text(f, "name")!.StartsWith("BYPASS", StringComparison.Ordinal)))
                    Assert.Equal((message, BypassObstacles.None), (message, log.Obstacles));
            }
        }
    }

    private static IEnumerable<JsonElement> Read(string file) =>
        File.ReadLines(SharedData.PathOf(file)).Select(line => JsonDocument.Parse(line).RootElement);

    // What a flow could be made of: two addresses, and no event or login.
    private static bool IsSession(JsonElement sample) =>
        Expected(sample, "src") is not null && Expected(sample, "dst") is not null
        && !s_unreadable.Contains(Text(sample, "id"), StringComparer.Ordinal);

    private static byte[] Message(JsonElement sample) => Encoding.UTF8.GetBytes(Text(sample, "raw")!);

    private static string? Text(JsonElement sample, string name) => sample.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        var value => value.ToString(),
    };

    private static string? Expected(JsonElement sample, string field) => (field, Text(sample, field)) switch
    {
        (_, null or "") => null,
        ("proto", "6") => "tcp",
        ("proto", "17") => "udp",
        // Check Point's logs name one interface; which side it is on they do not say.
        ("in_if" or "out_if", _) when Text(sample, "vendor") == "checkpoint" => null,
        // Cyphort's port and protocol are the application's.
        var (_, value) => value,
    };
}

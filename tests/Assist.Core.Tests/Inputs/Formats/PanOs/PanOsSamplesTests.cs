using System.Text;
using System.Text.Json;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats.PanOs;

/// <summary>Real messages with the fields that other parsers, or a reader, found in them.</summary>
public sealed class PanOsSamplesTests
{
    private static readonly PanOsFormat s_format = new();

    private static readonly (string Sample, string Key)[] s_fields =
    [
        ("src", "src"), ("dst", "dst"), ("proto", "protocol"), ("action", "action"), ("rule", "rule"),
        ("log_profile", "log_profile"), ("in_if", "in_interface"), ("out_if", "out_interface"),
        ("src_zone", "src_zone"), ("dst_zone", "dst_zone"), ("session_id", "session_id"), ("serial", "serial"),
        ("nat_src", "nat_src"), ("nat_dst", "nat_dst"), ("sport", "src_port"), ("dport", "dst_port"),
        ("subtype", "subtype"), ("log_type", "type"),
    ];

    [SharedFact(SharedData.PanOsSamples)]
    public void Every_session_reads_as_others_read_it()
    {
        var wrong = new List<string>();
        var sessions = 0;
        foreach (var sample in Read().Where(IsSession))
        {
            var log = new SessionLog();
            var status = s_format.Parse(Message(sample), log);
            if (status == ParseStatus.Session) sessions++;
            else wrong.Add($"{Text(sample, "id")}: {status}: {log.Fault}");
            foreach (var (field, key) in s_fields)
                if (Expected(sample, field) is var expected
                    && Corpus.Value(key, status, log) is var read && read != expected)
                    wrong.Add($"{Text(sample, "id")}: {key} is {read ?? "null"}, not {expected ?? "null"}");
        }

        Assert.Empty(wrong);
        Assert.Equal(177, sessions);
    }

    [SharedFact(SharedData.PanOsSamples)]
    public void Every_other_type_is_no_session()
    {
        var others = Read().Where(s => Text(s, "format") == "csv" && Text(s, "log_type") is not ("TRAFFIC" or "THREAT"));

        Assert.All(others, sample =>
        {
            var log = new SessionLog();
            Assert.Equal(ParseStatus.NotSession, s_format.Parse(Message(sample), log));
            Assert.NotEmpty(log.Fault.Reason);
        });
    }

    [SharedFact(SharedData.PanOsSamples)]
    public void Other_formats_and_unusable_tuples_are_malformed()
    {
        var unusable = Read().Where(s => Text(s, "format") != "csv"
            || (Text(s, "log_type") is "TRAFFIC" or "THREAT" && s.GetProperty("valid_5tuple").ValueKind == JsonValueKind.False));

        Assert.All(unusable, sample =>
        {
            var log = new SessionLog();
            Assert.Equal(ParseStatus.Malformed, s_format.Parse(Message(sample), log));
            Assert.NotEmpty(log.Fault.Reason);
        });
    }

    [SharedFact(SharedData.PanOsSamples)]
    public void The_header_is_named_as_the_collector_named_it()
    {
        // The collector did not see the PRI of this one behind a blank.
        foreach (var sample in Read().Where(s => Text(s, "format") == "csv" && Text(s, "id") != "pan-0982"))
        {
            var log = new SessionLog();
            s_format.Parse(Message(sample), log);
            Assert.Equal((Text(sample, "id"), Text(sample, "header")?.Replace("-twice", "")), (Text(sample, "id"), log.Header));
        }
    }

    [SharedFact(SharedData.Decisions)]
    public void Every_message_of_the_recorded_original_is_a_session()
    {
        foreach (var vector in Read(SharedData.Decisions).Where(v => Text(v, "vendor") == "pan"))
        {
            var log = new SessionLog();
            var message = Text(vector, "raw")!.Replace("@NOW@", "2026/11/21 10:00:00");
            Assert.Equal(ParseStatus.Session, s_format.Parse(Encoding.UTF8.GetBytes(message), log));
            Assert.Equal((message, new DateTime(2026, 11, 21, 10, 0, 0, DateTimeKind.Unspecified)), (message, log.Time));
        }
    }

    private static IEnumerable<JsonElement> Read(string file = SharedData.PanOsSamples) =>
        File.ReadLines(SharedData.PathOf(file)).Select(line => JsonDocument.Parse(line).RootElement);

    private static bool IsSession(JsonElement sample) =>
        Text(sample, "format") == "csv" && Text(sample, "log_type") is "TRAFFIC" or "THREAT"
        && sample.GetProperty("valid_5tuple").ValueKind == JsonValueKind.True;

    private static byte[] Message(JsonElement sample) => Encoding.UTF8.GetBytes(Text(sample, "raw")!);

    private static string? Text(JsonElement sample, string name) => sample.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        var value => value.ToString(),
    };

    // Zero says that there is none, in ports of protocols without ports too.
    private static string? Expected(JsonElement sample, string field) => (field, Text(sample, field)) switch
    {
        (_, null or "") => null,
        ("src" or "dst" or "nat_src" or "nat_dst", "0.0.0.0" or "::") => null,
        ("sport" or "dport", "0") => null,
        ("proto", "hopopt") => null,
        var (_, value) => value,
    };
}

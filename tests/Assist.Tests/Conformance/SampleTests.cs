using System.Text;
using System.Text.Json.Nodes;
using Assist.Commands;
using Assist.Configuration;
using Assist.Tests.Configuration;

namespace Assist.Tests.Conformance;

/// <summary>Lines that firewalls really logged, through everything but the switch.</summary>
public sealed class SampleTests
{
    private static readonly (string Sample, string Message)[] s_fields =
    [
        ("src", "src"), ("dst", "dst"), ("sport", "src_port"), ("dport", "dst_port"), ("proto", "protocol"),
        ("action", "action"), ("rule", "rule"), ("log_profile", "log_profile"), ("in_if", "in_interface"),
        ("out_if", "out_interface"), ("src_zone", "src_zone"), ("dst_zone", "dst_zone"),
        ("session_id", "session_id"), ("serial", "serial"),
    ];

    private readonly Explainer _explainer = AnyAge();

    [SharedFact(SharedData.PanOsSamples)]
    public void A_sessions_message_has_the_fields_of_its_line()
    {
        var sessions = ReadCsv().Where(sample => IsSession(sample) && (bool)sample["valid_5tuple"]!).ToList();

        Assert.Equal(177, sessions.Count);
        Assert.Empty(sessions.SelectMany(Differences));
    }

    [SharedFact(SharedData.PanOsSamples)]
    public void Every_other_type_is_told_as_no_session()
    {
        var others = ReadCsv().Where(sample => !IsSession(sample)).ToList();

        Assert.NotEmpty(others);
        Assert.Empty(others.Where(sample => (string?)Explain(sample)["outcome"] != "not_session").Select(Id));
    }

    [SharedFact(SharedData.PanOsSamples)]
    public void A_line_without_a_usable_tuple_yields_no_flow()
    {
        var unusable = ReadAll().Where(sample => sample["valid_5tuple"] is { } valid && !(bool)valid).ToList();

        Assert.NotEmpty(unusable);
        Assert.Empty(unusable.Where(sample => Explain(sample)["flows"]!.AsArray().Count > 0).Select(Id));
    }

    private static IEnumerable<JsonObject> ReadAll() =>
        File.ReadLines(SharedData.PathOf(SharedData.PanOsSamples)).Select(line => JsonNode.Parse(line)!.AsObject());

    private static IEnumerable<JsonObject> ReadCsv() => ReadAll().Where(sample => (string?)sample["format"] == "csv");

    private static bool IsSession(JsonObject sample) => (string?)sample["log_type"] is "TRAFFIC" or "THREAT";

    private static string Id(JsonObject sample) => (string)sample["id"]!;

    private JsonNode Explain(JsonObject sample) => JsonNode.Parse(
        ExplanationJson.Of(_explainer.Explain(1, Encoding.UTF8.GetBytes((string)sample["raw"]!))))!;

    /// <summary>With the safe defaults, and as with --any-age.</summary>
    private static Explainer AnyAge()
    {
        var config = ConfigurationLoader.Parse(Loading.Minimal, "assist.yaml", [], Formats.Find).Config!;
        return new Explainer(
            config with { Decisions = config.Decisions with { MaxMessageAge = TimeSpan.Zero } },
            TimeProvider.System);
    }

    private IEnumerable<string> Differences(JsonObject sample)
    {
        var message = Explain(sample)["message"];
        foreach (var (field, name) in s_fields)
            if ((Expected(sample[field]), message?[name]?.ToString()) is var (expected, told) && expected != told)
                yield return $"{Id(sample)}: {name} is {told ?? "null"}, not {expected ?? "null"}";
    }

    // 0.0.0.0 says that the firewall did not know: pan-0968, a flood with many destinations.
    private static string? Expected(JsonNode? value) => value?.ToString() is "0.0.0.0" ? null : value?.ToString();
}

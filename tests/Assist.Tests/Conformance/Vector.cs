using System.Text.Json.Nodes;

namespace Assist.Tests.Conformance;

/// <summary>One message, the settings of the original that got it, and the flows the original made of it.</summary>
internal sealed record Vector(string Id, JsonObject Settings, string Raw, IReadOnlyList<string> Flows)
{
    /// <summary>The recorded vectors of the Palo Alto variant.</summary>
    public static IReadOnlyList<Vector> ReadAll() =>
        [.. File.ReadLines(SharedData.PathOf(SharedData.Decisions)).Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(vector => (string?)vector["vendor"] == "pan")
            .Select(vector => new Vector(
                (string)vector["id"]!, vector["settings"]!.AsObject(), (string)vector["raw"]!,
                Flow.All(vector["original"]!["flows"]!)))];

    /// <summary>The same vectors, those with equal settings together.</summary>
    public static IEnumerable<IGrouping<string, Vector>> BySite() =>
        ReadAll().GroupBy(vector => vector.Settings.ToJsonString());

    /// <summary>The message as the firewall logs it now; its zone is this machine's.</summary>
    public string At(DateTimeOffset now) =>
        Raw.Replace("@NOW@", $"{now:yyyy/MM/dd HH:mm:ss}", StringComparison.Ordinal);
}

/// <summary>What counts of a flow, as text: everything but its name and the order of its lines.</summary>
internal static class Flow
{
    public static IReadOnlyList<string> All(JsonNode flows) =>
        [.. flows.AsArray().Select(flow => Of(flow!)).Order(StringComparer.Ordinal)];

    private static string Of(JsonNode flow) =>
        $"match [{Lines(flow["match"]!)}] action [{Lines(flow["action"]!)}] priority {flow["priority"]}"
        + $" hard {flow["hard_timeout_s"]} idle {flow["idle_timeout_s"]} persistent {flow["persistent"]}";

    private static string Lines(JsonNode lines) =>
        string.Join(", ", lines.AsArray().Select(line => (string)line!).Order(StringComparer.Ordinal));
}

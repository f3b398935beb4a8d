using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Assist.Addresses;

namespace Assist.Tests.Conformance;

/// <summary>One message, the settings of the original that got it, and the flows the original made of it.</summary>
internal sealed record Vector(string Id, string Vendor, JsonObject Settings, string Raw, IReadOnlyList<string> Flows)
{
    /// <summary>The recorded vectors of one variant of the original.</summary>
    public static IReadOnlyList<Vector> ReadAll(string vendor) =>
        [.. File.ReadLines(SharedData.PathOf(SharedData.Decisions)).Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(vector => (string?)vector["vendor"] == vendor)
            .Select(vector => new Vector(
                (string)vector["id"]!, vendor, vector["settings"]!.AsObject(), (string)vector["raw"]!,
                Flow.All(vector["original"]!["flows"]!)))];

    /// <summary>The same vectors, those with equal settings together.</summary>
    public static IEnumerable<IGrouping<string, Vector>> BySite(string vendor) =>
        ReadAll(vendor).GroupBy(vector => vector.Settings.ToJsonString());

    /// <summary>The message as the firewall logs it now; its zone is this machine's, whatever offset it
    /// writes.</summary>
    public string At(DateTimeOffset now)
    {
        var bsd = now.ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
        return Raw.Replace("@NOW@", $"{now:yyyy/MM/dd HH:mm:ss}", StringComparison.Ordinal)
            .Replace("@DATE@", $"{now:yyyy-MM-dd}", StringComparison.Ordinal)
            .Replace("@TIME@", $"{now:HH:mm:ss}", StringComparison.Ordinal)
            .Replace("@BSD@", bsd, StringComparison.Ordinal)
            .Replace("@CHKP@", $"{bsd}+00:00", StringComparison.Ordinal)
            .Replace("@CY@", $"{now:yyyy-MM-dd HH:mm:ss}.841+00", StringComparison.Ordinal);
    }
}

/// <summary>What counts of a flow, as text: everything but its name and the order of its lines.</summary>
internal static class Flow
{
    private const string Protocol = "ip protocol ";

    public static IReadOnlyList<string> All(JsonNode flows) =>
        [.. flows.AsArray().Select(flow => Of(flow!)).Order(StringComparer.Ordinal)];

    private static string Of(JsonNode flow) =>
        $"match [{Lines(flow["match"]!)}] action [{Lines(flow["action"]!)}] priority {flow["priority"]}"
        + $" hard {flow["hard_timeout_s"]} idle {flow["idle_timeout_s"]} persistent {flow["persistent"]}";

    private static string Lines(JsonNode lines) =>
        string.Join(", ", lines.AsArray().Select(line => Plain((string)line!)).Order(StringComparer.Ordinal));

    // The switch takes a protocol's name in either case, or its number.
    private static string Plain(string line) =>
        line.StartsWith(Protocol, StringComparison.Ordinal)
            && IpProtocol.TryParse(Encoding.UTF8.GetBytes(line[Protocol.Length..]), out var protocol)
            ? $"{Protocol}{protocol.Number}"
            : line;
}

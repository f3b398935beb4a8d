using System.Text.Json;

namespace Assist.Outputs.Eapi;

/// <summary>A port as the switch shows it. Its texts are an operator's, or a neighbour's own: to be shown and never to
/// be acted on.</summary>
/// <param name="Link">Such as <c>connected</c> or <c>notconnect</c>.</param>
/// <param name="Vlan">A number, or a word such as <c>trunk</c>; empty where the switch does not say.</param>
/// <param name="Neighbor">What LLDP says of the other end; empty where nothing is heard.</param>
public sealed record SwitchPort(string Name, string Link, string Vlan, string Description, string Neighbor)
{
    public bool IsConnected => Link == "connected";

    /// <summary>All ports, in the order of the switch. The keys of the answers are those of public examples; one that
    /// is not there leaves its part empty.</summary>
    /// <exception cref="TargetException">The switch cannot be reached, or does not show its ports.</exception>
    public static async Task<IReadOnlyList<SwitchPort>> ReadAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var status = await eapi.AskAsync(["show interfaces status"], EapiFormat.Json, cancellation);
        if (status.Error is { } error)
            throw new TargetException($"the switch refused 'show interfaces status': {error.Reason}");
        // A switch without LLDP has no neighbours to tell.
        using var lldp = await eapi.AskAsync(["show lldp neighbors"], EapiFormat.Json, cancellation);
        var neighbors = lldp.Error is null ? NeighborsIn(lldp.Results[0]) : [];
        return PortsIn(status.Results[0], neighbors);
    }

    private static IReadOnlyList<SwitchPort> PortsIn(JsonElement status, Dictionary<string, string> neighbors)
    {
        if (Member(status, "interfaceStatuses") is not { ValueKind: JsonValueKind.Object } ports) return [];
        return
        [
            .. ports.EnumerateObject().Select(port => new SwitchPort(
                port.Name, Text(port.Value, "linkStatus"), VlanOf(port.Value), Text(port.Value, "description"),
                neighbors.GetValueOrDefault(port.Name, ""))),
        ];
    }

    private static string VlanOf(JsonElement port)
    {
        if (Member(port, "vlanInformation") is not { } vlan) return "";
        return Text(vlan, "vlanId") is { Length: > 0 } number ? number : Text(vlan, "interfaceMode");
    }

    private static Dictionary<string, string> NeighborsIn(JsonElement lldp)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Member(lldp, "lldpNeighbors") is not { ValueKind: JsonValueKind.Array } neighbors) return found;
        foreach (var neighbor in neighbors.EnumerateArray())
        {
            var port = Text(neighbor, "port");
            var name = $"{Text(neighbor, "neighborDevice")} {Text(neighbor, "neighborPort")}".Trim();
            // A port may hear several.
            found[port] = found.TryGetValue(port, out var others) ? $"{others}, {name}" : name;
        }
        return found;
    }

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : null;

    private static string Text(JsonElement of, string name) => Member(of, name)?.ToString() ?? "";
}

using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>JSON of `show directflow flows` and `detail`, keys as captured in facts 2.5. Keys of nexthop, IPv6, set
/// vlan and
/// MAC addresses are not known from any source and are marked so.</summary>
internal static class FlowJson
{
    public static JsonObject Flows(IEnumerable<ReportedFlow> flows, SwitchOptions options) =>
        new() { ["flows"] = List(flows, options) };

    public static JsonObject Detail(IEnumerable<ReportedFlow> all, SwitchOptions options)
    {
        var flows = all.Where(f => f.IsProgrammed || !options.JsonOmitsWaiting).ToList();
        var status = new JsonObject();
        foreach (var flow in flows) status[flow.Flow.Name] = FlowReport.StatusText(flow.Status, options);
        return new JsonObject
        {
            ["details"] = new JsonObject
            {
                ["status"] = status,
                ["numFlowsProgrammed"] = flows.Count(f => f.IsProgrammed),
            },
            ["flows"] = List(flows, options),
        };
    }

    private static JsonArray List(IEnumerable<ReportedFlow> flows, SwitchOptions options) =>
        new([.. flows.Select(f => Flow(f, options))]);

    private static JsonObject Flow(ReportedFlow reported, SwitchOptions options) => new()
    {
        ["priority"] = reported.Flow.Priority,
        ["matchPackets"] = reported.Packets,
        ["matchBytes"] = reported.Bytes,
        ["bridgeMacAddr"] = options.SystemMac,
        ["name"] = reported.Flow.Name,
        ["action"] = Action(reported.Flow.Action),
        ["hardTimeout"] = reported.Flow.HardTimeout,
        ["idleTimeout"] = reported.Flow.IdleTimeout,
        ["persistent"] = reported.Flow.Persistent,
        ["match"] = Match(reported.Flow.Match),
    };

    private static JsonObject Action(ActionFields action)
    {
        var json = new JsonObject
        {
            ["outputNormal"] = action.GoesOnNormally,
            ["outputController"] = action.Controller,
            ["outputDrop"] = action.Drop,
            ["loopback"] = false,
            ["outInterfaces"] = Names(action.Outputs),
            ["outputFlood"] = action.Flood,
            ["outputLocal"] = action.Local,
            ["egrMirrorInterfaces"] = Names(action.EgressMirrors),
            ["outputAll"] = action.All,
            ["ingrMirrorInterfaces"] = Names(action.IngressMirrors),
        };
        if (action.Cos is { } cos) json["vlanPCP"] = cos;
        if (action.Tos is { } tos) json["ipTos"] = tos;
        // Unknown keys from here on.
        if (action.Vlan is { } vlan) json["vlan"] = vlan;
        if (action.SourceMac is { } source) json["ethSrc"] = source;
        if (action.DestinationMac is { } destination) json["ethDst"] = destination;
        if (action.Nexthop is { } nexthop) json["outputNexthop"] = nexthop.ToString();
        return json;
    }

    private static JsonObject Match(MatchFields match)
    {
        var json = new JsonObject
        {
            ["inInterfaces"] = Names(match.Inputs),
            ["unknownL3V4MulticastAddress"] = false,
            ["unknownL2V4MulticastAddress"] = false,
        };
        foreach (var flag in (string[])["tcpFin", "tcpRst", "tcpSyn", "tcpPsh", "tcpUrg", "tcpAck"]) json[flag] = false;
        if (match.EtherType is { } type) (json["ethType"], json["ethTypeMask"]) = (type, 65535);
        if (match.Source is { } source) json[source.IsIpv6 ? "ip6Src" : "ipSrc"] = Address(source);
        if (match.Destination is { } destination) json[destination.IsIpv6 ? "ip6Dst" : "ipDst"] = Address(destination);
        if (match.Protocol is { } protocol) json["ipProto"] = protocol;
        if (match.SourcePort is { } sourcePort) json["ipPortSrc"] = sourcePort;
        if (match.DestinationPort is { } destinationPort) json["ipPortDst"] = destinationPort;
        if (match.Vlan is { } vlan) json["vlan"] = vlan;
        // Unknown keys from here on, and ip6Src, ip6Dst.
        if (match.Cos is { } cos) json["vlanPCP"] = cos;
        if (match.Tos is { } tos) json["ipTos"] = tos;
        if (match.SourceMac is { } sourceMac) json["ethSrc"] = sourceMac;
        if (match.DestinationMac is { } destinationMac) json["ethDst"] = destinationMac;
        return json;
    }

    private static JsonObject Address(AddressMatch match) =>
        new() { ["mask"] = match.Mask.ToString(), ["ip"] = match.Address.ToString() };

    private static JsonArray Names(IEnumerable<string> interfaces) =>
        new([.. interfaces.Select(name => (JsonNode?)name)]);
}

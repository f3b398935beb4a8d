using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>What the switch says about itself. Keys of `show version` are those of a capture of 4.31: facts
/// 4.5.</summary>
internal static class DeviceReport
{
    private const int TotalMemory = 4009188;
    private const int FreeMemory = 2101748;

    public static JsonObject VersionJson(SwitchState state)
    {
        var json = new JsonObject
        {
            ["mfgName"] = "Arista",
            ["modelName"] = state.Options.Model,
            ["hardwareRevision"] = "01.00",
            ["serialNumber"] = "EMU00000001",
            ["systemMacAddress"] = state.Options.SystemMac,
            ["hwMacAddress"] = state.Options.SystemMac,
            ["configMacAddress"] = "00:00:00:00:00:00",
            ["version"] = state.Options.EosVersion,
            ["architecture"] = "x86_64",
            ["internalVersion"] = $"{state.Options.EosVersion}-emulated",
            ["internalBuildId"] = "00000000-0000-0000-0000-000000000000",
            ["imageFormatVersion"] = "3.0",
            ["imageOptimization"] = "None",
            ["kernelVersion"] = "5.10.0",
            ["bootupTimestamp"] = (state.Booted - DateTimeOffset.UnixEpoch).TotalSeconds,
            ["uptime"] = state.Uptime.TotalSeconds,
            ["memTotal"] = TotalMemory,
            ["memFree"] = FreeMemory,
            ["isIntlVersion"] = false,
        };
        if (state.Options.NoUptime) json.Remove("uptime");
        return json;
    }

    public static string VersionText(SwitchState state) => Pipes.Joined(
    [
        $"Arista {state.Options.Model}",
        "Hardware version: 01.00",
        "Serial number: EMU00000001",
        $"Hardware MAC address: {Dotted(state.Options.SystemMac)}",
        $"System MAC address: {Dotted(state.Options.SystemMac)}",
        "",
        $"Software image version: {state.Options.EosVersion}",
        "Architecture: x86_64",
        $"Internal build version: {state.Options.EosVersion}-emulated",
        "",
        $"Uptime: {(int)state.Now.TotalHours} hours and {state.Now.Minutes} minutes",
        $"Total memory: {TotalMemory} kB",
        $"Free memory: {FreeMemory} kB",
    ]);

    public static JsonObject StatusJson(SwitchState state) => new()
    {
        ["interfaceStatuses"] = new JsonObject(
            Ports(state).Select(name => KeyValuePair.Create(name, (JsonNode?)Port(state, name)))),
    };

    public static string StatusText(SwitchState state) => Pipes.Joined(
    [
        "Port       Name   Status       Vlan     Duplex Speed  Type         Flags Encapsulation",
        .. Ports(state).Select(n => $"{Short(n),-10}        {Link(state, n),-12} 1        full   10G    10GBASE-SR"),
    ]);

    /// <summary>Facts 4.6.</summary>
    public static JsonObject NeighborsJson(SwitchState state) => new()
    {
        ["tablesLastChangeTime"] = (state.Booted - DateTimeOffset.UnixEpoch).TotalSeconds,
        ["tablesAgeOuts"] = 0,
        ["tablesInserts"] = state.Options.Neighbors.Count,
        ["tablesDeletes"] = 0,
        ["tablesDrops"] = 0,
        ["lldpNeighbors"] = new JsonArray([.. state.Options.Neighbors.Select(each => (JsonNode)new JsonObject
        {
            ["port"] = each.Key,
            ["neighborDevice"] = each.Value.Device,
            ["neighborPort"] = each.Value.Port,
            ["ttl"] = 120,
        })]),
    };

    public static string NeighborsText(SwitchState state) => Pipes.Joined(
    [
        "Port          Neighbor Device ID       Neighbor Port ID    TTL",
        .. state.Options.Neighbors.Select(
            each => $"{Short(each.Key),-13} {each.Value.Device,-24} {each.Value.Port,-19} 120"),
    ]);

    /// <summary>Facts 3.1, as far as there is something to count.</summary>
    public static string ApiText(SwitchState state) => Pipes.Joined(
    [
        "Enabled:            Yes",
        "HTTPS server:       running, set to use port 443",
        "HTTP server:        shutdown, set to use port 80",
        "Local HTTP server:  shutdown, no authentication, set to use port 8080",
        "Unix Socket server: running, no authentication",
        "VRF:                default",
        $"Hits:               {state.Requests}",
        $"Requests:           {state.Requests}",
        $"Commands:           {state.Commands}",
        "",
        "Unix Socket : unix:/var/run/command-api.sock",
    ]);

    private static JsonObject Port(SwitchState state, string name) => new()
    {
        ["description"] = state.Config.Interfaces.GetValueOrDefault(name)?.Description ?? "",
        ["linkStatus"] = Link(state, name),
        ["lineProtocolStatus"] = IsShut(state, name) ? "down" : "up",
        ["interfaceType"] = "10GBASE-SR",
        ["bandwidth"] = 10_000_000_000,
        ["duplex"] = "duplexFull",
        ["vlanInformation"] = new JsonObject
        {
            ["interfaceMode"] = "bridged",
            ["interfaceForwardingModel"] = "bridged",
            ["vlanId"] = 1,
        },
    };

    private static IEnumerable<string> Ports(SwitchState state) => Enumerable.Range(1, state.Options.Ports)
        .Select(n => $"Ethernet{n}")
        .Union(state.Config.Interfaces.Keys).Order(NaturalOrder.Instance);

    private static bool IsShut(SwitchState state, string name) =>
        state.Config.Interfaces.GetValueOrDefault(name)?.Shutdown == true;

    private static string Link(SwitchState state, string name) => IsShut(state, name) ? "disabled" : "connected";

    private static string Short(string name) => name.Replace("Ethernet", "Et").Replace("Port-Channel", "Po");

    private static string Dotted(string mac) =>
        string.Join('.', mac.Replace(":", "").Chunk(4).Select(c => new string(c)));
}

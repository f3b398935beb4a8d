using System.Text.Json;
using System.Text.Json.Nodes;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

/// <summary>Keys and kinds of values as a real switch (EOS 4.14/4.15) sent them; names and addresses are
/// ours.</summary>
public sealed class GoldenJsonTests : SwitchTests
{
    private const string Drop = """
        {"priority": 50, "matchPackets": 0, "matchBytes": 0, "bridgeMacAddr": "00:1c:73:00:00:01", "name": "DROP_a",
         "action": {"outputNormal": false, "outputController": false, "outputDrop": true, "loopback": false, "outInterfaces": [],
          "outputFlood": false, "outputLocal": false, "egrMirrorInterfaces": [], "outputAll": false, "ingrMirrorInterfaces": []},
         "hardTimeout": 1800, "idleTimeout": 300, "persistent": false,
         "match": {"inInterfaces": [], "unknownL3V4MulticastAddress": false, "tcpRst": false, "ethTypeMask": 65535, "tcpSyn": false,
          "ipSrc": {"mask": "255.255.255.255", "ip": "192.0.2.7"}, "tcpPsh": false, "tcpUrg": false, "tcpFin": false,
          "unknownL2V4MulticastAddress": false, "ethType": 2048, "tcpAck": false, "ipDst": {"mask": "255.255.255.255", "ip": "198.51.100.9"}}}
        """;

    private const string Bypass = """
        {"priority": 40, "matchPackets": 0, "matchBytes": 0, "bridgeMacAddr": "00:1c:73:00:00:01", "name": "BYPASS_FW_b",
         "action": {"outputNormal": false, "outputLocal": false, "loopback": false, "outInterfaces": ["Port-Channel10"], "vlanPCP": 2, "ipTos": 8,
          "egrMirrorInterfaces": [], "outputAll": false, "outputController": false, "outputDrop": false, "outputFlood": false,
          "ingrMirrorInterfaces": []},
         "hardTimeout": 600, "idleTimeout": 300, "persistent": false,
         "match": {"inInterfaces": ["Port-Channel20"], "unknownL3V4MulticastAddress": false, "ethType": 2048, "ethTypeMask": 65535,
          "tcpSyn": false, "ipSrc": {"mask": "255.255.255.255", "ip": "198.51.100.9"}, "tcpPsh": false, "tcpUrg": false,
          "ipPortDst": 65298, "tcpFin": false, "tcpRst": false, "ipProto": 6, "ipPortSrc": 80, "unknownL2V4MulticastAddress": false,
          "tcpAck": false, "ipDst": {"mask": "255.255.255.255", "ip": "192.0.2.7"}}}
        """;

    private const string Static = """
        {"priority": 10, "matchPackets": 0, "matchBytes": 0, "bridgeMacAddr": "00:1c:73:00:00:01", "name": "STATIC_c",
         "action": {"outputNormal": false, "outputController": false, "outputDrop": false, "loopback": false, "outInterfaces": ["Port-Channel20"],
          "outputFlood": false, "outputLocal": false, "egrMirrorInterfaces": [], "outputAll": false, "ingrMirrorInterfaces": []},
         "hardTimeout": 0, "idleTimeout": 0, "persistent": true,
         "match": {"inInterfaces": ["Port-Channel40", "Port-Channel60"], "unknownL3V4MulticastAddress": false, "tcpFin": false,
          "tcpRst": false, "tcpSyn": false, "tcpPsh": false, "tcpUrg": false, "tcpAck": false, "unknownL2V4MulticastAddress": false}}
        """;

    private readonly JsonObject _detail;

    public GoldenJsonTests()
    {
        Program(
            "flow DROP_a", "action drop", "match source ip 192.0.2.7", "match destination ip 198.51.100.9",
            "priority 50", "timeout hard 1800",
            "timeout idle 300", "no persistent",
            "flow BYPASS_FW_b", "action output interface Po10", "action set cos 2", "action set ip tos 8",
            "match input interface Po20",
            "match source ip 198.51.100.9", "match destination ip 192.0.2.7", "match source port 80",
            "match destination port 65298",
            "match ip protocol TCP", "priority 40", "timeout hard 600", "timeout idle 300", "no persistent",
            "flow STATIC_c", "action output interface po20", "match input interface Po40,Po60", "priority 10");
        _detail = Show("show directflow detail");
    }

    [Theory]
    [InlineData(0, Drop)]
    [InlineData(1, Bypass)]
    [InlineData(2, Static)]
    public void A_flow_in_JSON_has_the_keys_and_values_of_a_real_switch(int index, string expected) =>
        AssertSame(JsonNode.Parse(expected)!, _detail["flows"]![index]!, "$");

    [Fact]
    public void The_details_tell_each_status_and_how_many_flows_are_programmed()
    {
        AssertSame(
            JsonNode.Parse("""
                {"status": {"STATIC_c": "Flow programmed", "DROP_a": "Flow programmed", "BYPASS_FW_b": "Flow programmed"}, "numFlowsProgrammed": 3}
                """)!,
            _detail["details"]!,
            "$");
        Assert.Equal(["details", "flows"], _detail.Select(member => member.Key));
    }

    [Fact]
    public void Flows_and_detail_hold_the_same_objects() =>
        Assert.Equal(_detail["flows"]!.ToJsonString(), Show("show directflow flows")["flows"]!.ToJsonString());

    [Fact]
    public void Show_directflow_flows_with_a_name_tells_that_flow_only() =>
        Assert.Equal("DROP_a",
            Assert.Single(Show("show directflow flows DROP_a")["flows"]!.AsArray())!["name"]!.GetValue<string>());

    [Fact]
    public void Show_version_has_the_keys_of_a_real_switch()
    {
        string[] keys =
        [
            "mfgName", "modelName", "hardwareRevision", "serialNumber", "systemMacAddress", "hwMacAddress",
            "configMacAddress", "version",
            "architecture", "internalVersion", "internalBuildId", "imageFormatVersion", "imageOptimization",
            "kernelVersion",
            "bootupTimestamp", "uptime", "memTotal", "memFree", "isIntlVersion",
        ];
        Assert.Equal(keys.Order(StringComparer.Ordinal),
            Show("show version").Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>Objects by key in any order, arrays in order, the rest by kind and text.</summary>
    internal static void AssertSame(JsonNode expected, JsonNode actual, string path)
    {
        if (expected is JsonObject members)
        {
            Assert.Equal(
                members.Select(m => m.Key).Order(StringComparer.Ordinal),
                actual.AsObject().Select(m => m.Key).Order(StringComparer.Ordinal));
            foreach (var (key, value) in members) AssertSame(value!, actual[key]!, $"{path}.{key}");
            return;
        }

        var kind = expected.GetValueKind();
        Assert.True(kind == actual.GetValueKind(), $"{path}: {kind} expected, {actual.GetValueKind()} found");
        if (kind is not JsonValueKind.Array || expected.AsArray().Count > 0)
            Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
    }
}

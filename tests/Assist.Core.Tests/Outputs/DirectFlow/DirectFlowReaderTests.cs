using System.Text.Json;
using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Tests.Flows;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class DirectFlowReaderTests
{
    private const string Drop = """
        {"priority": 50, "matchPackets": 12, "matchBytes": 0, "bridgeMacAddr": "00:1c:73:74:81:9e",
         "name": "DROP_Session_L_HOPOPT_10-95-1-144_172-22-28-43_May29_14:08:51",
         "action": {"outputNormal": false, "outputController": false, "outputDrop": true, "loopback": false,
           "outInterfaces": [], "outputFlood": false, "outputLocal": false, "egrMirrorInterfaces": [],
           "outputAll": false, "ingrMirrorInterfaces": []},
         "hardTimeout": 1800, "idleTimeout": 300, "persistent": false,
         "match": {"inInterfaces": [], "unknownL3V4MulticastAddress": false, "tcpRst": false, "ethTypeMask": 65535,
           "tcpSyn": false, "ipSrc": {"mask": "255.255.255.255", "ip": "10.95.1.144"}, "tcpPsh": false, "tcpUrg": false,
           "tcpFin": false, "unknownL2V4MulticastAddress": false, "ethType": 2048, "tcpAck": false,
           "ipDst": {"mask": "255.255.255.255", "ip": "172.22.28.43"}}}
        """;

    private const string Bypass = """
        {"priority": 40, "matchPackets": 0, "matchBytes": 0, "name": "b",
         "action": {"outputNormal": false, "outInterfaces": ["Port-Channel10"], "vlanPCP": 2, "ipTos": 8,
           "outputDrop": false},
         "hardTimeout": 600, "idleTimeout": 300, "persistent": false,
         "match": {"inInterfaces": ["Port-Channel20"], "ethType": 2048, "ethTypeMask": 65535, "vlan": 7,
           "ipSrc": {"mask": "255.255.255.255", "ip": "172.22.28.42"}, "ipPortDst": 65298, "ipProto": 6,
           "ipPortSrc": 80,
           "ipDst": {"mask": "255.255.255.255", "ip": "10.95.1.144"}}}
        """;

    [Fact]
    public void The_JSON_of_EOS_4_15_is_read_in_full()
    {
        var name = "DROP_Session_L_HOPOPT_10-95-1-144_172-22-28-43_May29_14:08:51";
        var drop = Entry(Read($$"""
            {"details": {"status": {"{{name}}": "Flow programmed"}, "numFlowsProgrammed": 1}, "flows": [{{Drop}}]}
            """), name);
        var lines = Given.Lines(drop.Entry);
        Assert.Equal((EntryStatus.Programmed, 12, true), (drop.Status, drop.Traffic.Packets, drop.IsComplete));
        Assert.Equal((true, 50, new FlowTimeouts(1800, 300)), (lines.Action.Drop, lines.Priority, lines.Timeouts));
        Assert.Equal("10.95.1.144 172.22.28.43", $"{lines.Match.Source} {lines.Match.Destination}");
    }

    [Fact]
    public void Ports_marks_and_interfaces_are_read()
    {
        var flows = Read($$$"""{"details": {"status": {"b": "Flow programmed"}}, "flows": [{{{Bypass}}}]}""");
        var bypass = Given.Lines(Entry(flows, "b").Entry);
        Assert.Equal((80, 65298, IpProtocol.Tcp, 7),
            (bypass.Match.SourcePort, bypass.Match.DestinationPort, bypass.Match.Protocol, bypass.Match.Vlan));
        Assert.Equal(((byte?)2, (byte?)8), (bypass.Action.SetCos, bypass.Action.SetTos));
        Assert.Equal(("Port-Channel20", "Port-Channel10"),
            (Assert.Single(bypass.Match.InputInterfaces), Assert.Single(bypass.Action.OutputInterfaces)));
    }

    [Theory]
    [InlineData("Flow programmed", EntryStatus.Programmed)]
    [InlineData("Flow not programmed", EntryStatus.NotProgrammed)]
    [InlineData("Flow rejected due to insufficient resources", EntryStatus.Rejected)]
    [InlineData("Flow pending", EntryStatus.Pending)]
    [InlineData("Waiting for a resource to be allocated", EntryStatus.Pending)]
    [InlineData("Flow is resting", EntryStatus.Unknown)]
    [InlineData("", EntryStatus.Unknown)]
    public void Words_of_the_switch_are_a_status(string words, EntryStatus status) =>
        Assert.Equal(status, DirectFlowReader.StatusOf(words));

    [Fact]
    public void A_flow_that_waits_for_resources_stands_in_the_text_alone()
    {
        var flows = Read("""{"details": {"status": {}}, "flows": []}""", """
            Flow redirect: (Waiting for a resource to be allocated)
              actions:
                output nexthop: 192.0.2.1
              source: config
            Flows: 0 programmed, 1 rejected
            """);
        var waiting = Entry(flows, "redirect");
        Assert.Equal((EntryStatus.Pending, false, false, true),
            (waiting.Status, waiting.IsComplete, waiting.HasLines, flows.IsComplete));
    }

    [Theory]
    [InlineData("Flows: 0 programmed, 0 rejected", true)]
    [InlineData("Flows: 2 programmed, 1 rejected", false)]
    [InlineData("", false)]
    [InlineData("Flow statistics: none", false)]
    public void A_list_is_whole_only_where_a_summary_says_so(string text, bool isComplete) =>
        Assert.Equal(isComplete, Read("""{"details": {"status": {}}, "flows": []}""", text).IsComplete);

    [Theory]
    [InlineData("Flow not programmed", 1, 0, false)]
    [InlineData("Flow rejected due to insufficient resources", 1, 0, false)]
    [InlineData("Flow rejected due to insufficient resources", 0, 1, true)]
    [InlineData("Flow programmed", 1, 0, true)]
    [InlineData("Flow programmed", 1, 1, false)]
    [InlineData("Flow is resting", 1, 0, true)]
    public void An_expired_leftover_does_not_stand_for_a_flow_that_is_not_listed(
        string words, int programmed, int rejected, bool isComplete)
    {
        var json = $$$"""{"details": {"status": {"b": "{{{words}}}"}}, "flows": [{{{Bypass}}}]}""";
        Assert.Equal(isComplete, Read(json, $"Flows: {programmed} programmed, {rejected} rejected").IsComplete);
    }

    [Theory]
    [InlineData("""{"name": "b", "match": {"tcpSyn": true}, "action": {}}""")]
    [InlineData("""{"name": "b", "match": {"ipSrc": {"ip": "10.0.0.0", "mask": "255.0.0.0"}}, "action": {}}""")]
    [InlineData("""{"name": "b", "match": {"ethType": 34525}, "action": {}}""")]
    [InlineData("""{"name": "b", "match": {"aNewKey": {"x": 1}}, "action": {}}""")]
    [InlineData("""{"name": "b", "action": {}}""")]
    [InlineData("""{"name": "b", "match": {}}""")]
    public void A_match_that_is_not_understood_is_not_whole(string flow) =>
        Assert.False(Entry(Read($$"""{"flows": [{{flow}}]}"""), "b").IsComplete);

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"flows": {}, "details": []}""")]
    [InlineData("""{"details": {"status": {}, "numFlowsProgrammed": 0}}""")]
    public void A_reading_that_is_no_list_of_flows_is_never_an_empty_table(string json)
    {
        Assert.Throws<TargetException>(() => Read(json, "Flows: 0 programmed, 0 rejected"));
        var answer = JsonDocument.Parse(json).RootElement;
        Assert.Throws<TargetException>(() => DirectFlowReader.Find(answer, new HashSet<string> { "b" }));
    }

    [Theory]
    [InlineData("""{"flows": []}""")]
    [InlineData("""{"flows": [], "details": {"status": 7}}""")]
    [InlineData("""{"flows": [7], "details": {"status": {}}}""")]
    [InlineData("""{"flows": [{}], "details": {"status": {}}}""")]
    [InlineData("""{"flows": [{"name": 7}], "details": {"status": {}}}""")]
    public void A_reading_that_is_unreadable_in_part_may_lack_a_flow(string json)
    {
        var flows = Read(json, "Flows: 0 programmed, 0 rejected");
        Assert.Empty(flows.Entries);
        Assert.False(flows.IsComplete);
    }

    private static InstalledFlows Read(string json, string text = "") =>
        DirectFlowReader.Read(JsonDocument.Parse(json).RootElement, text);

    private static InstalledEntry Entry(InstalledFlows flows, string name) =>
        Assert.Single(flows.Entries, entry => entry.Key == name);
}

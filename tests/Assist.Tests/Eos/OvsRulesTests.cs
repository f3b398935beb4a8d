using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

/// <summary>What Open vSwitch is told. That it does so with packets is the laboratory's to show (tests/lab).</summary>
public sealed class OvsRulesTests : SwitchTests
{
    private static readonly OvsRules s_rules = new(new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["Ethernet1"] = 1,
        ["Ethernet2"] = 2,
        ["Ethernet7"] = 7,
    });

    [Theory]
    [InlineData("priority=50,cookie=0x9,idle_timeout=300,hard_timeout=1800,dl_type=0x800,"
        + "nw_src=192.0.2.1/255.255.255.255,nw_proto=6,tp_dst=443,actions=drop",
        "priority 50", "timeout hard 1800", "timeout idle 300", "match source ip 192.0.2.1",
        "match destination port 443", "match ip protocol tcp", "action drop")]
    [InlineData("priority=40,cookie=0x9,idle_timeout=0,hard_timeout=0,in_port=1,actions=mod_vlan_vid:20,mod_vlan_pcp:5,"
        + "mod_nw_tos:184,output:2",
        "priority 40", "match input interface Ethernet1", "action set vlan 20", "action set cos 5",
        "action set ip tos 187", "action output interface Ethernet2")]
    [InlineData("priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,dl_type=0x86dd,"
        + "ipv6_src=2001:db8:0:0:0:0:0:1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,actions=drop",
        "match ethertype ipv6", "match source ipv6 2001:db8::1", "action drop")]
    [InlineData("priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,dl_type=0x800,nw_dst=10.0.0.0/255.0.255.0,"
        + "nw_tos=184,actions=output:7,NORMAL",
        "match destination ip 10.0.0.0 255.0.255.0", "match ip tos 184", "action ingress mirror Ethernet7",
        "action output normal")]
    [InlineData("priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,dl_vlan=30,dl_vlan_pcp=6,actions=mod_nw_tos:8,"
        + "NORMAL,output:7",
        "match vlan 30", "match cos 6", "action set ip tos 8", "action egress mirror Ethernet7")]
    [InlineData(
        "priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,vlan_tci=0x0000/0x1fff,actions=NORMAL", "match vlan 1")]
    [InlineData("priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,actions=output:7", "action drop",
        "action ingress mirror Ethernet7", "action egress mirror Ethernet7")]
    [InlineData("priority=0,cookie=0x9,idle_timeout=0,hard_timeout=0,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,"
        + "actions=mod_dl_src:02:00:00:00:00:03,mod_dl_dst:02:00:00:00:00:04,FLOOD,ALL,LOCAL,CONTROLLER:128",
        "match source mac 0200.0000.0001", "match destination mac 0200.0000.0002",
        "action set source mac 0200.0000.0003",
        "action set destination mac 0200.0000.0004", "action output flood", "action output all", "action output local",
        "action output controller")]
    public void A_flow_becomes_one_rule(string rule, params string[] lines) =>
        Assert.Equal([$"add table=1,{rule}"], s_rules.Install(Flow(lines), 9));

    [Fact]
    public void Each_input_interface_has_a_rule_of_the_same_cookie_and_one_without_a_port_has_none()
    {
        var rules = s_rules.Install(Flow("match input interface Ethernet1,Ethernet2,Ethernet8",
            "action output interface Ethernet8"), 9).ToList();

        Assert.Equal(2, rules.Count);
        Assert.Contains("in_port=1,actions=drop", rules[0], StringComparison.Ordinal);
        Assert.Contains("in_port=2,actions=drop", rules[1], StringComparison.Ordinal);
        Assert.All(rules, rule => Assert.Contains("cookie=0x9,", rule, StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_that_let_nothing_in_stand_before_the_entries()
    {
        Assert.Equal(
            ["delete table=0,cookie=0xde4100000000/-1",
                "add table=0,priority=1,cookie=0xde4100000000,in_port=7,actions=drop"],
            s_rules.Deny(["Ethernet7", "Ethernet8"]));
        Assert.All(OvsRules.Base("NORMAL").Skip(1),
            rule => Assert.Contains("priority=0,cookie=0xa55100000000,", rule, StringComparison.Ordinal));
        Assert.Equal("delete table=1,cookie=0x9/-1", OvsRules.Remove(9));
    }

    [Fact]
    public void Without_open_vswitch_it_does_not_start() =>
        Assert.Throws<IOException>(
            () => new OpenVSwitch(new OpenVSwitchOptions("unix:/nonexistent/br.mgmt", new Dictionary<string, int>())));

    private ConfiguredFlow Flow(params string[] lines)
    {
        DirectFlow(["flow x", .. lines]);
        return Switch.Snapshot().Flow("x")!;
    }
}

using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class PacketTests : SwitchTests
{
    [Fact]
    public void A_packet_without_a_flow_is_forwarded_normally()
    {
        Assert.Equal("normal", Switch.Forward(Web()).Ports);
        Assert.Null(Switch.Forward(Web()).Flow);
    }

    [Fact]
    public void The_larger_priority_wins()
    {
        Program(
            "flow static", "match input interface e1", "action output interface e2", "priority 10",
            "flow bypass", "match input interface e1", "match destination port 80",
            "action output interface e4", "priority 40",
            "flow drop", "match source ip 192.0.2.1", "action drop", "priority 50");
        Assert.Equal("drop", Switch.Forward(Web()).Flow);
        Program("no flow drop");
        Assert.Equal("Ethernet4", Switch.Forward(Web()).Ports);
        Program("no flow bypass");
        Assert.Equal("Ethernet2", Switch.Forward(Web()).Ports);
        Assert.Equal("normal", Switch.Forward(Web("Ethernet3")).Ports);
    }

    [Theory]
    [InlineData("match input interface e1", true)]
    [InlineData("match input interface e2,e1", true)]
    [InlineData("match input interface e2", false)]
    [InlineData("match source ip 192.0.2.1", true)]
    [InlineData("match source ip 192.0.2.0/24", true)]
    [InlineData("match source ip 198.51.100.1", false)]
    [InlineData("match destination ip 198.51.100.1", true)]
    [InlineData("match destination ip 198.0.100.0 255.0.255.0", true)]
    [InlineData("match destination ip 192.0.2.1", false)]
    [InlineData("match ip protocol tcp", true)]
    [InlineData("match ip protocol udp", false)]
    [InlineData("match source port 40000", true)]
    [InlineData("match source port 80", false)]
    [InlineData("match destination port 80", true)]
    [InlineData("match destination port 443", false)]
    [InlineData("match ethertype arp", false)]
    [InlineData("match vlan 1", true)]
    [InlineData("match vlan 2", false)]
    [InlineData("match cos 0", true)]
    [InlineData("match cos 1", false)]
    [InlineData("match ip tos 3", true)]
    [InlineData("match ip tos 4", false)]
    [InlineData("match source mac 02:00:00:00:00:01", true)]
    [InlineData("match destination mac 02:00:00:00:00:01", false)]
    public void A_flow_takes_only_what_it_matches(string match, bool taken)
    {
        Program("flow one", match, "action drop");
        Assert.Equal(taken, Switch.Forward(Web("e1")).IsDropped);
    }

    [Fact]
    public void A_packet_leaves_rewritten_and_is_mirrored_before_or_after()
    {
        Program(
            "flow one", "action output interface e2,e3", "action set cos 5", "action set ip tos 184",
            "action set vlan 20", "action set destination mac 02:00:00:00:00:99",
            "action ingress mirror e7", "action egress mirror e8");
        var sent = Web() with { Tos = 3 };
        var result = Switch.Forward(sent);
        var rewritten = sent with { Cos = 5, Tos = 187, Vlan = 20, DestinationMac = "02:00:00:00:00:99" };
        Assert.Equal([new PacketCopy("Ethernet2", rewritten), new PacketCopy("Ethernet3", rewritten)], result.Outputs);
        Assert.Equal([new PacketCopy("Ethernet7", sent), new PacketCopy("Ethernet8", rewritten)], result.Mirrored);
    }

    [Fact]
    public void A_flow_that_only_mirrors_goes_on_normally_and_says_so()
    {
        Program("flow one", "match input interface e1", "action egress mirror e7");
        Assert.Equal("normal", Switch.Forward(Web()).Ports);
        Assert.True(Show("show directflow flows")["flows"]![0]!["action"]!["outputNormal"]!.GetValue<bool>());
    }

    [Fact]
    public void A_packet_does_not_leave_by_the_port_it_came_from()
    {
        Program("flow one", "action output interface e1,e2");
        Assert.Equal("Ethernet2", Switch.Forward(Web()).Ports);
    }

    [Theory]
    [InlineData("action output nexthop 192.0.2.254", "nexthop 192.0.2.254")]
    [InlineData("action output flood", "flood")]
    [InlineData("action output all", "all")]
    [InlineData("action output local", "local")]
    [InlineData("action output controller", "controller")]
    [InlineData("action output normal", "normal")]
    public void Outputs_that_are_no_interface_are_told_by_their_word(string action, string port)
    {
        Program("flow one", action);
        Assert.Equal(port, Switch.Forward(Web()).Ports);
    }

    [Fact]
    public void Packets_and_bytes_are_counted_for_the_flow_that_took_them()
    {
        Program("flow one", "match source ip 192.0.2.1", "action drop");
        Switch.Forward(Web() with { Length = 100 });
        Switch.Forward(Web() with { Length = 200 });
        Switch.Forward(Packet.Udp("Ethernet1", "192.0.2.2", 1, "192.0.2.3", 2));
        var flow = Show("show directflow flows")["flows"]![0]!;
        Assert.Equal((2, 300), (flow["matchPackets"]!.GetValue<long>(), flow["matchBytes"]!.GetValue<long>()));
        Assert.Contains("matched: 2 packets, 300 bytes", Text("show directflow flows one"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_MAC_access_list_on_the_port_comes_before_the_flows()
    {
        Switch.Run("enable", "configure", "mac access-list drop_all", "deny any any", "interface e7",
            "mac access-group drop_all in");
        Program("flow one", "action output interface e2");
        Assert.True(Switch.Forward(Web("e7")).IsDropped);
        Assert.Equal("Ethernet2", Switch.Forward(Web("e1")).Ports);
    }
}

using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class GrammarTests : SwitchTests
{
    [Theory]
    [InlineData("match ethertype ip")]
    [InlineData("match ethertype 0x86dd")]
    [InlineData("match ethertype 34525")]
    [InlineData("match ethertype ipv6")]
    [InlineData("match source mac 02:00:00:00:00:01")]
    [InlineData("match destination mac FF:FF:FF:FF:FF:FF")]
    [InlineData("match destination mac 0200.0000.0001")]
    [InlineData("match source ip 192.0.2.1")]
    [InlineData("match source ip 192.0.2.0/24")]
    [InlineData("match destination ip 192.0.2.0 255.255.255.0")]
    [InlineData("match ip protocol tcp")]
    [InlineData("match ip protocol UDP")]
    [InlineData("match ip protocol icmp")]
    [InlineData("match ip protocol 0x2f")]
    [InlineData("match ip protocol 132")]
    [InlineData("match ip tos 184")]
    [InlineData("match source port 0")]
    [InlineData("match destination port 65535")]
    [InlineData("match vlan 4094")]
    [InlineData("match cos 7")]
    [InlineData("action drop")]
    [InlineData("action output interface Po10,Et1")]
    [InlineData("action output nexthop 192.0.2.1")]
    [InlineData("action output normal")]
    [InlineData("action output flood")]
    [InlineData("action output all")]
    [InlineData("action output local")]
    [InlineData("action output controller")]
    [InlineData("action set vlan 10")]
    [InlineData("action set cos 2")]
    [InlineData("action set ip tos 8")]
    [InlineData("action set source mac 02:00:00:00:00:01")]
    [InlineData("action set destination mac 02:00:00:00:00:01")]
    [InlineData("action egress mirror Et7")]
    [InlineData("action ingress mirror Et7,Et8")]
    [InlineData("priority 65535")]
    [InlineData("timeout idle 300")]
    [InlineData("timeout hard 9000")]
    [InlineData("persistent")]
    [InlineData("no persistent")]
    [InlineData("show active")]
    public void A_line_of_a_flow_is_accepted(string line) =>
        Assert.Null(
            Switch.Run(new RunCmds(["enable", "configure", "directflow", "flow one", line]) { Text = true }).Error);

    [Theory]
    [InlineData("match source ip 2001:db8::1", "Invalid input (at token 3: '2001:db8::1')")]
    [InlineData("match source ip 192.0.2.256", "Invalid input (at token 3: '192.0.2.256')")]
    [InlineData("match source ip 192.0.2", "Invalid input (at token 3: '192.0.2')")]
    [InlineData("match source ip 192.0.2.1 action drop", "Invalid input (at token 4: 'action')")]
    [InlineData("match source ipv6 2001:db8::1", "Invalid input (at token 2: 'ipv6')")]
    [InlineData("match source port 65536", "Invalid input (at token 3: '65536')")]
    [InlineData("match destination port http", "Invalid input (at token 3: 'http')")]
    [InlineData("match ip protocol 256", "Invalid input (at token 3: '256')")]
    [InlineData("match ip protocol hopopt", "Invalid input (at token 3: 'hopopt')")]
    [InlineData("match vlan 0", "Invalid input (at token 2: '0')")]
    [InlineData("match input interface ['Ethernet7']", "Invalid input (at token 3: '['Ethernet7']')")]
    [InlineData("match input interface Ethernet", "Invalid input (at token 3: 'Ethernet')")]
    [InlineData("action egress mirror ['Ethernet7']", "Invalid input (at token 3: '['Ethernet7']')")]
    [InlineData("action set cos 8", "Invalid input (at token 3: '8')")]
    [InlineData("action output", "Incomplete command (at token 1: 'output')")]
    [InlineData("action", "Incomplete command (at token 0: 'action')")]
    [InlineData("act drop", "Incomplete token (at token 0: 'act')")]
    [InlineData("priority 65536", "Invalid input (at token 1: '65536')")]
    [InlineData("priority -1", "Invalid input (at token 1: '-1')")]
    [InlineData("timeout idle", "Incomplete command (at token 1: 'idle')")]
    [InlineData("bogus", "Invalid input (at token 0: 'bogus')")]
    [InlineData("flow a b", "Invalid input (at token 2: 'b')")]
    public void A_wrong_line_names_the_word_that_is_wrong(string line, string error)
    {
        var reply = DirectFlow("flow one", line);
        Assert.Equal(error, ErrorOf(reply));
        Assert.Equal($"CLI command 6 of 6 '{line}' failed: invalid command", reply.Error!.Message);
    }

    [Fact]
    public void An_IPv6_flow_names_its_ethertype_first()
    {
        Program("flow six", "match ethertype 34525", "match source ipv6 2001:db8::1",
            "match destination ipv6 2001:db8:1::/48", "match ip protocol tcp", "action drop");
        Assert.True(Switch.Forward(Packet.Tcp("Ethernet1", "2001:db8::1", 1, "2001:db8:1::9", 2)).IsDropped);
        Assert.False(Switch.Forward(Packet.Tcp("Ethernet1", "2001:db8::2", 1, "2001:db8:1::9", 2)).IsDropped);
        Assert.False(Switch.Forward(Web()).IsDropped);
    }

    [Fact]
    public void An_IPv4_address_does_not_go_with_the_ethertype_of_IPv6() =>
        Assert.Equal("Invalid input (at token 2: 'ip')", ErrorOf(
            DirectFlow("flow six", "match ethertype 0x86dd", "match source ip 192.0.2.1")));

    [Fact]
    public void A_comment_ends_at_EOF_and_may_have_lines()
    {
        foreach (var input in (string[])["do not\ndelete\nEOF", "do not\ndelete\nEOF\n", "do not\ndelete"])
        {
            Switch.Run(
                new RunCmds(["enable", "configure", "directflow", "flow one", new EapiCommand("comment", input)]));
            Assert.Equal("do not\ndelete", Switch.Snapshot().Flow("one")!.Comment);
        }

        Assert.Contains("      !! do not\n      !! delete\n", Text("show running-config"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_of_the_configuration_can_be_sent_back()
    {
        Program(
            "flow one", "match input interface e1", "match source mac 0200.0000.0001", "match vlan 3", "match cos 1",
            "match source ip 192.0.2.0/24",
            "match ip tos 8", "match ip protocol 47", "action set vlan 4", "action ingress mirror e7",
            "action output nexthop 192.0.2.9", "timeout hard 7",
            "flow two", "match ethertype ipv6", "match destination ipv6 2001:db8::1", "match destination port 53",
            "action output controller");
        var before = Switch.Snapshot();
        var lines = Text("show running-config").Split('\n').SkipWhile(l => l != "directflow").TakeWhile(l => l != "!");
        Switch.Run("enable", "configure", "no directflow");
        Assert.Empty(Switch.Snapshot().Flows);
        Assert.Null(Switch.Run(["enable", "configure", .. lines]).Error);
        Assert.Equal(before, Switch.Snapshot());
    }
}

using System.Text.Json;
using Assist.Outputs.Eapi;

namespace Assist.Tests.Outputs;

/// <summary>What show commands teach; the answers are of the forms that public programs read.</summary>
public sealed class AddressQueryTests
{
    private static readonly HashSet<string> s_ports = ["Ethernet2"];

    [Theory]
    [InlineData("show ip interface", """
        {"interfaces": {"Vlan10": {"mtu": 1500, "interfaceAddress": {
            "primaryIp": {"address": "198.51.100.1", "maskLen": 24}, "broadcastAddress": "255.255.255.255",
            "secondaryIps": {"198.51.100.2": {"address": "198.51.100.2", "maskLen": 24}},
            "virtualIp": {"address": "0.0.0.0", "maskLen": 0}, "virtualSecondaryIps": {"198.51.100.3": {}}}}}}
        """, "198.51.100.1 198.51.100.2 198.51.100.3")]
    [InlineData("show ipv6 interface", """
        {"interfaces": {"Vlan10": {"addresses": [{"address": "2001:db8::1", "subnet": "2001:db8::/64"}],
            "linkLocal": {"address": "fe80::1"}}}}
        """, "2001:db8::1")]
    [InlineData("show ip route vrf all static", """
        {"vrfs": {"MGMT": {"routes": {"0.0.0.0/0": {"vias": [
            {"nexthopAddr": "198.51.100.254", "interface": "Management1"}, {"interface": "Null0"}]}}}}}
        """, "198.51.100.254")]
    [InlineData("show arp vrf all", """
        {"vrfs": {"default": {"ipV4Neighbors": [
            {"address": "198.51.100.10", "interface": "Vlan10, Ethernet2", "hwAddress": "001c.7300.0001"},
            {"address": "198.51.100.11", "interface": "Vlan10, Ethernet20"},
            {"address": "198.51.100.12", "interface": "Management1"}, {"address": "198.51.100.13"}]}}}
        """, "198.51.100.10 198.51.100.12")]
    [InlineData("show ip bgp summary vrf all", """
        {"vrfs": {"default": {"routerId": "198.51.100.1", "peers": {"198.51.100.7": {"peerState": "Established"}}}}}
        """, "198.51.100.7")]
    [InlineData("show mlag", """{"state": "active", "peerAddress": "198.51.100.8", "localInterface": "Vlan4094"}""",
        "198.51.100.8")]
    [InlineData("show ip name-server", """
        {"nameServerConfigs": [{"ipAddr": "198.51.100.53", "vrf": "default"}], "v6NameServers": ["2001:db8::53"]}
        """, "198.51.100.53 2001:db8::53")]
    [InlineData("show ntp associations",
        """{"peers": {"ntp.example.net": {"peerIpAddr": "198.51.100.123", "refid": ".GPS."}}}""", "198.51.100.123")]
    [InlineData("show tacacs",
        """{"tacacsServers": [{"serverInfo": {"hostname": "198.51.100.49", "authport": 49}}]}""", "198.51.100.49")]
    public void An_answer_teaches_its_addresses(string command, string answer, string expected) =>
        Assert.Equal(expected.Split(' '), Read(command, answer).Distinct());

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"interfaces": {"Vlan1": {"address": {"address": 7}, "secondaryIps": ["x"]}}}""")]
    [InlineData("""{"address": "no address", "secondaryIps": {"": {}}, "vrfs": null}""")]
    [InlineData("""{"address": "224.0.0.5"}""")]
    public void An_answer_of_another_form_teaches_nothing(string answer) => Assert.All(
        AddressQuery.All, query => Assert.Empty(Read(query.Command, answer)));

    [Fact]
    public void Nothing_but_show_commands_is_asked() => Assert.All(
        AddressQuery.All, query => Assert.StartsWith("show ", query.Command, StringComparison.Ordinal));

    [Fact]
    public void Every_source_but_the_configuration_has_a_command() => Assert.Equal(
        Enum.GetValues<LearntSource>().Where(source => source != LearntSource.Senders),
        AddressQuery.All.Select(query => query.Source).Distinct());

    private static IEnumerable<string> Read(string command, string answer) =>
        AddressQuery.All.Single(query => query.Command == command)
            .Read(JsonDocument.Parse(answer).RootElement, s_ports).Select(address => $"{address}");
}

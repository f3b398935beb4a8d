using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class ShowTextTests : SwitchTests
{
    [Fact]
    public void A_flow_in_text_reads_as_on_a_real_switch()
    {
        Program(
            "flow one", "no persistent", "timeout idle 300", "match source ip 192.0.2.1",
            "match destination ip 198.51.100.1", "match ip protocol tcp",
            "match source port 30002", "match destination port 80", "action output nexthop 203.0.113.4");
        Assert.Equal(
            """
            Flow one:
              persistent: False
              priority: 0
              priorityGroupType: default
              tableType: ifp
              hard timeout: 0
              idle timeout: 300
              match:
                Ethernet type: IPv4
                source IPv4 address: 192.0.2.1/255.255.255.255
                destination IPv4 address: 198.51.100.1/255.255.255.255
                IPv4 protocol: TCP
                source TCP/UDP port or ICMP type: 30002
                destination TCP/UDP port or ICMP type: 80
              actions:
                output nexthop: 203.0.113.4
              source: config
              matched: 0 packets, 0 bytes

            """,
            Text("show directflow flows"));
    }

    [Fact]
    public void Detail_in_text_ends_with_the_counts_also_without_flows() =>
        Assert.Equal("Flows: 0 programmed, 0 rejected\n", Text("show directflow detail"));

    [Fact]
    public void The_running_configuration_is_sorted_and_long_and_omits_defaults()
    {
        Program(
            "flow zeta", "match input interface e1,Et2", "action drop",
            "flow alpha", "action output interface Po7", "match source ip 192.0.2.1", "priority 1");
        Assert.Equal(
            """
            directflow
               no shutdown
               flow alpha
                  priority 1
                  match ethertype ip
                  match source ip 192.0.2.1
                  action output interface Port-Channel7
               !
               flow zeta
                  match input interface Ethernet1,Ethernet2
                  action drop
            !

            """.Replace("\r", ""),
            string.Concat(Text("show running-config")
                .Split('\n').SkipWhile(l => l != "directflow").TakeWhile(l => l != "end").Select(l => l + "\n")));
    }

    [Fact]
    public void Grep_finds_the_names_of_the_flows()
    {
        Program("flow one", "action drop", "flow two", "action drop");
        Assert.Equal("directflow\n   flow one\n   flow two\n", Text("show running-config | grep flow"));
    }

    [Theory]
    [InlineData("show running-config section two")]
    [InlineData("show running-config | section two")]
    public void A_section_comes_with_the_lines_above_it(string command)
    {
        Program("flow one", "action drop", "flow two", "priority 7", "action drop");
        Assert.Equal("directflow\n   flow two\n      priority 7\n      action drop\n", Text(command));
    }

    [Fact]
    public void An_interface_shows_what_was_configured()
    {
        Switch.Run("enable", "configure", "interface Et2", "no switchport mac address learning",
            "storm-control broadcast level 0.1");
        Assert.Equal(
            "interface Ethernet2\n   no switchport mac address learning\n   storm-control broadcast level 0.1\n",
            Text("show running-config interfaces Ethernet2"));
    }

    [Theory]
    [InlineData("4.15.0F", "TCAM group 14 uses 6 entries and can use up to 1530 more.\n  DirectFlow uses 6 entries.")]
    [InlineData("4.14.6F", "TCAM group 11 uses 6 entries and can use up to 1530 more.\n  OpenFlow uses 6 entries.")]
    public void The_table_is_counted_in_the_words_of_the_release(string version, string expected)
    {
        Change(o => o with { EosVersion = version });
        Program("flow one", "action drop", "flow two", "action drop");
        Assert.Contains(expected, Text("show platform trident tcam"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_directflow_the_table_has_no_group_for_it() =>
        Assert.DoesNotContain("DirectFlow", Text("show platform trident tcam"), StringComparison.Ordinal);

    [Theory]
    [InlineData("show version", "Software image version: 4.33.1F")]
    [InlineData("show hostname", "FQDN:     emulated")]
    [InlineData("show privilege", "Current privilege level is 15")]
    [InlineData("show directflow", "DirectFlow configuration: Disabled")]
    [InlineData("show interfaces status", "Et8 ")]
    [InlineData("show management api http-commands", "Unix Socket : unix:/var/run/command-api.sock")]
    public void Every_other_show_command_has_a_text(string command, string part) =>
        Assert.Contains(part, Text(command), StringComparison.Ordinal);
}

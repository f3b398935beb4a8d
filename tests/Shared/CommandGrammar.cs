using System.Text.RegularExpressions;

namespace Assist.Tests;

/// <summary>Everything that `setup`, the daemon and the tests may ever say to a switch, as the emulated one records
/// it.</summary>
internal static class CommandGrammar
{
    private const string Name = "[A-Za-z0-9_:-]{1,76}";
    private const string Port = @"Ethernet[1-8](,Ethernet[1-8])*";
    private const string V4 = @"\d{1,3}(\.\d{1,3}){3}";
    private const string V6 = "[0-9a-f:]{2,39}";

    public static Regex Known { get; } = new("^(" + string.Join('|',
        "enable", "configure", "directflow", "end", "exit", "no shutdown", "no persistent",
        "show (version|hostname|platform trident tcam|directflow detail|directflow flows|running-config|running-config "
            + "section directflow)",
        "show (ip|ipv6) interface", "show (ip|ipv6) route vrf all static", @"show ip route vrf all 0\.0\.0\.0/0",
        "show arp vrf all", "show ipv6 neighbors vrf all", "show (ip|ipv6) bgp summary vrf all",
        "show (mlag|ip name-server|ntp associations|tacacs|radius)",
        "show running-config interfaces Ethernet[1-8]", "interface Ethernet[1-8]",
        "(no )?switchport mac address learning", "spanning-tree bpdufilter enable", "no spanning-tree bpdufilter",
        "no storm-control (broadcast|multicast)",
        @"storm-control (broadcast|multicast) level [0-9.]{1,5}",
        @"\{""cmd"":""comment"",""input"":""DO NOT DELETE before confirming there are no L2 loops\\nEOF""\}",
        $"(no )?flow {Name}", @"timeout (hard|idle) \d{1,6}", @"priority (10|40|50)",
        $"match input interface {Port}", "match ethertype 34525", $"match (source|destination) ip {V4}",
        $"match (source|destination) ipv6 {V6}", @"match (source|destination) port \d{1,5}",
        @"match ip protocol (tcp|udp|icmp|\d{1,3})",
        "action drop", $"action output interface {Port}") + @")\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}

using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>What the switch says of the network around it: what a file of answers says, by command, and else
/// nothing.</summary>
internal static class NetworkReport
{
    public static IReadOnlyList<string> Commands { get; } =
    [
        "show ip interface", "show ipv6 interface", "show ip route vrf all static", "show ip route vrf all 0.0.0.0/0",
        "show ipv6 route vrf all static", "show arp vrf all", "show ipv6 neighbors vrf all",
        "show ip bgp summary vrf all", "show ipv6 bgp summary vrf all", "show mlag", "show ip name-server",
        "show ntp associations", "show tacacs", "show radius",
    ];

    public static ShowOutput Of(SwitchState state, string command)
    {
        var answer = state.Options.Network?[command] as JsonObject ?? new JsonObject();
        return new ShowOutput(() => answer.DeepClone().AsObject(), () => answer.ToJsonString() + "\n");
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assist.Eos;

/// <summary>An entry as Open vSwitch reads it: ovs-fields(7), ovs-actions(7). Pure. Table 0 holds the ingress checks,
/// table 1 the entries.</summary>
internal sealed class OvsRules(IReadOnlyDictionary<string, int> ports)
{
    public const int EntryTable = 1;

    // Cookies of ours are above every order of an entry, which counts up from 1.
    /// <summary>Marks what stands below the entries, so that its absence tells of a bridge that lost
    /// everything.</summary>
    public const long BaseCookie = 0xa551_0000_0000;
    private const long DeniedCookie = 0xde41_0000_0000;
    private const int DefaultVlan = 1;

    /// <summary>What is there without any flow.</summary>
    /// <param name="unmatched">The action for a packet that no entry takes.</param>
    public static IEnumerable<string> Base(string unmatched) =>
    [
        "delete",
        $"add table=0,priority=0,cookie={Hex(BaseCookie)},actions=resubmit(,{EntryTable})",
        $"add table={EntryTable},priority=0,cookie={Hex(BaseCookie)},actions={unmatched}",
    ];

    /// <summary>DirectFlow comes after the ingress checks: facts 2.1.</summary>
    public IEnumerable<string> Deny(IEnumerable<string> interfaces) =>
    [
        $"delete table=0,cookie={Hex(DeniedCookie)}/-1",
        .. Ports(interfaces).Select(
            port => $"add table=0,priority=1,cookie={Hex(DeniedCookie)},in_port={port},actions=drop"),
    ];

    public static string Remove(long cookie) => $"delete table={EntryTable},cookie={Hex(cookie)}/-1";

    /// <summary>A rule for each input interface that has a port here: one entry of EOS takes a list of them.</summary>
    public IEnumerable<string> Install(ConfiguredFlow flow, long cookie)
    {
        var head = $"add table={EntryTable},priority={flow.Priority},cookie={Hex(cookie)}"
            + $",idle_timeout={flow.IdleTimeout},hard_timeout={flow.HardTimeout}";
        var fields = string.Concat(Fields(flow.Match).Select(field => $",{field}"));
        var actions = string.Join(',', Actions(flow.Action).DefaultIfEmpty("drop"));
        var inputs = flow.Match.Inputs.Count == 0 ? [""] : Ports(flow.Match.Inputs).Select(port => $",in_port={port}");
        return inputs.Select(input => $"{head}{input}{fields},actions={actions}");
    }

    private IEnumerable<int> Ports(IEnumerable<string> interfaces) =>
        interfaces.Where(ports.ContainsKey).Select(name => ports[name]);

    private static IEnumerable<string> Fields(MatchFields match)
    {
        if (match.EtherType is { } type) yield return $"dl_type={Hex(type)}";
        if (match.SourceMac is { } sourceMac) yield return $"dl_src={sourceMac}";
        if (match.DestinationMac is { } destinationMac) yield return $"dl_dst={destinationMac}";
        // A frame without a tag is in the VLAN of its access port; here that is always the default one.
        if (match.Vlan is DefaultVlan) yield return "vlan_tci=0x0000/0x1fff";
        else if (match.Vlan is { } vlan) yield return $"dl_vlan={vlan}";
        if (match.Cos is { } cos) yield return $"dl_vlan_pcp={cos}";
        if (match.Source is { } source) yield return $"{(source.IsIpv6 ? "ipv6_src" : "nw_src")}={Masked(source)}";
        if (match.Destination is { } destination)
            yield return $"{(destination.IsIpv6 ? "ipv6_dst" : "nw_dst")}={Masked(destination)}";
        if (match.Protocol is { } protocol) yield return $"nw_proto={protocol}";
        // Facts 1.2: the upper six bits.
        if (match.Tos is { } tos) yield return $"nw_tos={tos & 0xfc}";
        if (match.SourcePort is { } sourcePort) yield return $"tp_src={sourcePort}";
        if (match.DestinationPort is { } destinationPort) yield return $"tp_dst={destinationPort}";
    }

    private IEnumerable<string> Actions(ActionFields action)
    {
        var ingress = Outputs(action.IngressMirrors);
        if (action.Drop) return ingress;
        return [.. ingress, .. Rewrites(action), .. Forwarding(action), .. Outputs(action.EgressMirrors)];
    }

    private static IEnumerable<string> Rewrites(ActionFields action)
    {
        if (action.Vlan is { } vlan) yield return $"mod_vlan_vid:{vlan}";
        if (action.Cos is { } cos) yield return $"mod_vlan_pcp:{cos}";
        if (action.Tos is { } tos) yield return $"mod_nw_tos:{tos & 0xfc}";
        if (action.SourceMac is { } source) yield return $"mod_dl_src:{source}";
        if (action.DestinationMac is { } destination) yield return $"mod_dl_dst:{destination}";
    }

    private IEnumerable<string> Forwarding(ActionFields action)
    {
        foreach (var output in Outputs(action.Outputs)) yield return output;
        // As in PacketRules: a flow without any action leaves the packet to normal forwarding.
        if (action.GoesOnNormally || action == new ActionFields()) yield return "NORMAL";
        if (action.Flood) yield return "FLOOD";
        if (action.All) yield return "ALL";
        if (action.Local) yield return "LOCAL";
        if (action.Controller) yield return "CONTROLLER:128";
    }

    private IEnumerable<string> Outputs(IEnumerable<string> interfaces) =>
        Ports(interfaces).Select(port => $"output:{port}");

    private static string Masked(AddressMatch match) => $"{Text(match.Address)}/{Text(match.Mask)}";

    // Never with an IPv4 tail, whatever the bytes.
    private static string Text(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString()
        : string.Join(':', address.GetAddressBytes().Chunk(2).Select(pair => $"{(pair[0] << 8) | pair[1]:x}"));

    private static string Hex(long value) => $"0x{value.ToString("x", CultureInfo.InvariantCulture)}";
}

using System.Globalization;

namespace Assist.Eos;

/// <summary>Text of `show directflow flows` as captured in facts 2.4, and of `detail` as far as it is known.</summary>
internal static class FlowText
{
    public static string Flows(IEnumerable<ReportedFlow> flows) => Pipes.Joined(flows.SelectMany(f => Block(f, "")));

    /// <summary>The text keeps the flows that JSON may omit: facts 2.4.</summary>
    public static string Detail(IEnumerable<ReportedFlow> all, SwitchOptions options)
    {
        var flows = all.ToList();
        string Note(ReportedFlow flow) => flow.IsProgrammed ? "" : $" ({FlowReport.StatusText(flow.Status, options)})";
        var rejected = flows.Count(f => f.Status > FlowStatus.Programmed);
        var programmed = flows.Count(f => f.IsProgrammed);
        return Pipes.Joined(
        [
            .. flows.SelectMany(f => Block(f, Note(f))),
            $"Flows: {programmed} programmed, {rejected} rejected",
        ]);
    }

    public static string Counters(IEnumerable<ReportedFlow> flows) =>
        Pipes.Joined(flows.Select(f => $"{f.Flow.Name}: {f.Packets} packets, {f.Bytes} bytes"));

    private static IEnumerable<string> Block(ReportedFlow reported, string status) =>
    [
        $"Flow {reported.Flow.Name}:{status}",
        $"  persistent: {reported.Flow.Persistent}",
        $"  priority: {reported.Flow.Priority}",
        "  priorityGroupType: default",
        "  tableType: ifp",
        $"  hard timeout: {reported.Flow.HardTimeout}",
        $"  idle timeout: {reported.Flow.IdleTimeout}",
        .. Group("match", Match(reported.Flow.Match)),
        .. Group("actions", Actions(reported.Flow.Action)),
        "  source: config",
        $"  matched: {reported.Packets} packets, {reported.Bytes} bytes",
    ];

    private static IEnumerable<string> Match(MatchFields match) =>
    [
        .. Line("ingress interface", match.Inputs.Count > 0 ? match.Inputs : null),
        .. Line("source Ethernet address", match.SourceMac),
        .. Line("destination Ethernet address", match.DestinationMac),
        .. Line("Ethernet type", match.EtherType is { } type ? EtherTypeName(type) : null),
        .. Line("VLAN ID", match.Vlan),
        .. Line("VLAN PCP", match.Cos),
        .. Line(AddressLabel("source", match.Source), AddressText(match.Source)),
        .. Line(AddressLabel("destination", match.Destination), AddressText(match.Destination)),
        .. Line("IPv4 protocol", match.Protocol is { } protocol ? ProtocolName(protocol) : null),
        .. Line("IP TOS", match.Tos),
        .. Line("source TCP/UDP port or ICMP type", match.SourcePort),
        .. Line("destination TCP/UDP port or ICMP type", match.DestinationPort),
    ];

    private static IEnumerable<string> Actions(ActionFields action) =>
    [
        .. Line("set VLAN ID", action.Vlan),
        .. Line("set VLAN PCP", action.Cos),
        .. Line("set IP TOS", action.Tos),
        .. Line("set source Ethernet address", action.SourceMac),
        .. Line("set destination Ethernet address", action.DestinationMac),
        .. Line("ingress mirror", action.IngressMirrors.Count > 0 ? action.IngressMirrors : null),
        .. Line("egress mirror", action.EgressMirrors.Count > 0 ? action.EgressMirrors : null),
        .. Line("output interfaces", action.Outputs.Count > 0 ? action.Outputs : null),
        .. Line("output nexthop", action.Nexthop),
        .. Flag("drop", action.Drop),
        .. Flag("output normal", action.GoesOnNormally),
        .. Flag("output flood", action.Flood),
        .. Flag("output all", action.All),
        .. Flag("output local", action.Local),
        .. Flag("output controller", action.Controller),
    ];

    private static IEnumerable<string> Group(string title, IEnumerable<string> lines)
    {
        var indented = lines.Select(line => "    " + line).ToList();
        return indented.Count == 0 ? [] : [$"  {title}:", .. indented];
    }

    private static string AddressLabel(string side, AddressMatch? match) =>
        $"{side} {(match?.IsIpv6 == true ? "IPv6" : "IPv4")} address";

    private static string? AddressText(AddressMatch? match) => match is null ? null : $"{match.Address}/{match.Mask}";

    private static string EtherTypeName(int type) =>
        type switch { 0x0800 => "IPv4", 0x86dd => "IPv6", _ => $"0x{type:x4}" };

    private static string ProtocolName(int number) =>
        number switch { 1 => "ICMP", 6 => "TCP", 17 => "UDP", _ => number.ToString(CultureInfo.InvariantCulture) };

    private static string[] Line(string label, object? value) => value is null ? [] : [$"{label}: {value}"];

    private static string[] Flag(string label, bool present) => present ? [label] : [];
}

using System.Globalization;
using Assist.Addresses;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>Renders entries as EOS DirectFlow configuration lines. Every word comes from a typed value, the
/// configuration or a constant: nothing that a message said as text can reach a command.</summary>
public static class DirectFlowCommands
{
    // The original asks for protocol numbers of IPv6 flows and ethertype in decimal; EOS took both.
    private const string EthertypeIpv6 = "ethertype 34525";

    /// <summary>Leads from exec mode into the mode that holds flows.</summary>
    public static IReadOnlyList<EapiCommand> Enter { get; } = ["enable", "configure", "directflow"];

    /// <summary>Lines of one entry. The action comes last, so that no failure half way leaves an entry that acts;
    /// leaving the mode commits on releases that would commit there.</summary>
    public static IEnumerable<EapiCommand> Install(FlowEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        yield return $"flow {entry.Name}";
        if (entry.Comment is { } comment) yield return new EapiCommand("comment", comment + "\nEOF");
        if (!entry.Persistent) yield return "no persistent";
        if (entry.Timeouts.Hard > 0) yield return $"timeout hard {Number(entry.Timeouts.Hard)}";
        if (entry.Timeouts.Idle > 0) yield return $"timeout idle {Number(entry.Timeouts.Idle)}";
        yield return $"priority {Number(entry.Priority)}";
        foreach (var line in MatchLines(entry.Match)) yield return $"match {line}";
        foreach (var line in ActionLines(entry.Action)) yield return $"action {line}";
        yield return "exit";
    }

    public static EapiCommand Remove(string name) => $"no flow {name}";

    /// <summary>What the entry matches, without the word <c>match</c>.</summary>
    public static IEnumerable<string> MatchLines(EntryMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        if (match.InputInterfaces.Count > 0) yield return $"input interface {string.Join(',', match.InputInterfaces)}";
        if (match.Vlan != 0) yield return $"vlan {Number(match.Vlan)}";
        var family = match.Source.IsV6 || match.Destination.IsV6 ? "ipv6" : "ip";
        if (family == "ipv6") yield return EthertypeIpv6;
        if (match.Source.IsKnown) yield return $"source {family} {match.Source}";
        if (match.Destination.IsKnown) yield return $"destination {family} {match.Destination}";
        if (match.SourcePort != 0) yield return $"source port {Number(match.SourcePort)}";
        if (match.DestinationPort != 0) yield return $"destination port {Number(match.DestinationPort)}";
        if (match.Protocol.IsKnown) yield return $"ip protocol {ProtocolWord(match.Protocol)}";
    }

    /// <summary>What the entry does, without the word <c>action</c>.</summary>
    public static IEnumerable<string> ActionLines(EntryAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (action.Drop) yield return "drop";
        if (action.SetCos is { } cos) yield return $"set cos {Number(cos)}";
        if (action.SetTos is { } tos) yield return $"set ip tos {Number(tos)}";
        if (action.SetVlan != 0) yield return $"set vlan {Number(action.SetVlan)}";
        if (action.MirrorInterfaces.Count > 0)
            yield return $"{(action.MirrorAfterRewrites ? "egress" : "ingress")} mirror "
                + string.Join(',', action.MirrorInterfaces);
        if (action.OutputInterfaces.Count > 0)
            yield return $"output interface {string.Join(',', action.OutputInterfaces)}";
    }

    // Words that are known to be taken; every other protocol goes as its number.
    private static string ProtocolWord(IpProtocol protocol) => protocol.Number switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        var number => Number(number),
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

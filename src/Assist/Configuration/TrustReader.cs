using Assist.Flows;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>firewall.trust: what logs may cause, by the transport they came by.</summary>
internal sealed class TrustReader(Diagnostics faults)
{
    private const MatchSet Narrow =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;

    public static TransportTrust Read(Section firewall)
    {
        var (section, defaults) = (firewall.Sub("trust"), new TransportTrust());
        var read = new TransportTrust(Of(section, "udp", defaults.Udp), Of(section, "tcp", defaults.Tcp));
        section.Done();
        return read;
    }

    /// <summary>Says what a trusted transport risks, and what a limited one takes from rules.</summary>
    public void Warn(AssistConfig config, Section root, Section firewall)
    {
        var trust = config.Decisions.Trust;
        if (config.Listeners.All(listener => listener.Transport != Transport.Udp)) return;
        // With every vendor's default rules, none of them is what somebody has asked for.
        var wide = config.Logs.Format == "auto" && root.Find("rules") is null ? ""
            : WideRules(config.Decisions.Rules);
        if (trust.Udp == SenderTrust.Full)
            faults.Warn(
                firewall.Find("trust")!.Value.At, "firewall.trust.udp: full lets whoever can send a datagram in "
                + "a sender's name cut off any host that is not protected, and repeat that for ever"
                + (wide.Length > 0 ? $" (rule {wide} drops more than one port of one host)" : "")
                + "; send logs over TCP or TLS, or remove the key");
        else if (wide.Length > 0)
            faults.Warn(root.Find("rules")?.Value.At ?? firewall.At, $"rule {wide}: over UDP its drops match source, "
                + "destination, port and protocol, and a log that does not name them makes none, because a sender of "
                + "datagrams can be forged; send logs over TCP or TLS (firewall.trust.udp: full takes the risk)");
        if (trust.Udp == SenderTrust.Limited && config.Escalation.IsOn
            && config.Listeners.All(listener => listener.Transport == Transport.Udp))
            faults.Warn(root.Find("flows")!.Value.At, "flows.escalation does nothing for logs over UDP, because a "
                + "sender of datagrams can be forged; send logs over TCP or TLS");
    }

    private static string WideRules(IEnumerable<RuleOptions> rules) => string.Join(
        ", ", rules.Where(rule => rule.Action == RuleAction.Drop && (rule.Match & Narrow) != Narrow)
            .Select(rule => rule.Name));

    private static SenderTrust Of(Section section, string transport, SenderTrust fallback) =>
        section.Choice(transport, fallback, ("limited", SenderTrust.Limited), ("full", SenderTrust.Full));
}

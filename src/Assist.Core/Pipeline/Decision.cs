using Assist.Flows;

namespace Assist.Pipeline;

/// <summary>What rules and guards made of one parsed message. Only with <see cref="Outcome.Drop"/>,
/// <see cref="Outcome.Bypass"/> and <see cref="Outcome.Redirect"/> is there a verdict, and the flow table has the last
/// word on it.</summary>
public readonly record struct Decision(Outcome Outcome, Reason Reason, string? Rule = null, Verdict Verdict = default)
{
    /// <summary>True where the log takes back the bypass of its session, if there is one: then <see cref="Verdict"/>
    /// names that bypass, and <see cref="Outcome"/> is what the message becomes if there is none.</summary>
    public bool Retracts { get; init; }

    /// <summary>The rule asks for a wider drop than the message's sender may cause.</summary>
    public bool IsNarrowed { get; init; }

    /// <summary>Why the session ended, where that is of account for its bypass.</summary>
    public SessionEnd End { get; init; }

    /// <summary>What rules on trial would have decided; they change nothing.</summary>
    public IReadOnlyList<Decision> Trials { get; init; } = [];

    public bool HasVerdict => Outcome is Outcome.Drop or Outcome.Bypass or Outcome.Redirect;

    /// <summary>The reason in the operator's words.</summary>
    public string Text
    {
        get
        {
            if (Retracts) return $"{Words}{EndWords}; the bypass of this session, if there is one, is taken back";
            return HasVerdict || End != SessionEnd.AgedOut ? Words
                : $"{Words}{EndWords}; the firewall sees no packet of a bypassed session, so the bypass, if there is "
                    + "one, stays until its own timeouts";
        }
    }

    private string EndWords => End switch
    {
        SessionEnd.None => "",
        SessionEnd.Unknown => "; the log does not say in known words why the session ended, which may be an order to "
            + "end it",
        SessionEnd.Finished => "; both sides closed the session",
        SessionEnd.Reset => "; one side reset the session",
        SessionEnd.AgedOut => "; the session aged out on the firewall",
        SessionEnd.Policy => "; a policy ended the session",
        SessionEnd.Threat => "; a threat ended the session",
        _ => "; the session was cleared",
    };

    private string Words => Reason switch
    {
        Reason.RuleFired when IsNarrowed =>
            $"rule {Rule}; narrowed to source, destination, port and protocol, because the sender may be forged "
            + "(firewall.trust)",
        Reason.RuleFired => $"rule {Rule}",
        Reason.NoRuleFired => "no rule fired",
        Reason.OnlyOnTrial => "no rule fired that acts; one on trial would have",
        Reason.MessageCut => "the message ends before or within a field that a rule asks for",
        Reason.TooOld => "older than firewall.max_message_age",
        Reason.InTheFuture =>
            "further in the future than firewall.max_message_age; compare the clocks and firewall.clock",
        Reason.TimeUnreadable => "the log carries no readable time",
        Reason.AddressNeverDropped => $"rule {Rule}: an address is in protect.never_drop",
        Reason.AddressAllowed => $"rule {Rule}: an operator allows an address for a time (`assist allow --list`)",
        Reason.AddressLearnt =>
            $"rule {Rule}: the switch, or what it depends on, has an address (`assist status --protected`)",
        Reason.NothingLearnt =>
            $"rule {Rule}: it is not known yet which addresses the switch depends on (protect.learn)",
        Reason.AddressNotRoutable => $"rule {Rule}: an address is loopback, link-local, multicast or broadcast",
        Reason.AddressUnknown =>
            $"rule {Rule}: the log leaves an address unknown and the flow would hit more than the rule says",
        Reason.PartUnknown =>
            $"rule {Rule}: the log leaves the protocol or a port unknown and the flow would hit more than the rule "
            + "says",
        Reason.IcmpHasNoPorts =>
            $"rule {Rule}: the flow would hit all ICMP between the two hosts, also \"fragmentation needed\"; a rule "
            + "that means that has a match without ports",
        Reason.SourceMayBeServer =>
            $"rule {Rule}: the log does not say that the attack came from the client, so the source may be the server "
            + "that was attacked; match dst_ip too",
        Reason.SenderNotTrusted =>
            $"rule {Rule}: the sender may be forged, so a drop needs source, destination, port and protocol, and the "
            + "log does not name all of them (firewall.trust)",
        Reason.FamiliesDiffer => $"rule {Rule}: one address is IPv4, the other IPv6",
        Reason.SessionTranslated => $"rule {Rule}: the session is translated (NAT), a switch cannot bypass it",
        Reason.SessionDecrypted => $"rule {Rule}: the firewall decrypts the session",
        Reason.SessionProxied => $"rule {Rule}: the session runs through a proxy",
        Reason.SessionTunnelled => $"rule {Rule}: the session is inside a tunnel",
        Reason.SessionForwardedByPolicy => $"rule {Rule}: the firewall forwards the session by policy, not by route",
        Reason.SessionEnded => $"rule {Rule}: the session has ended",
        Reason.SessionUndescribed => $"rule {Rule}: the log says too little about the session to bypass it",
        Reason.SessionUnknown =>
            $"rule {Rule}: the firewall knows no session that the packet belongs to, so no policy decided on it",
        Reason.InterfaceNotMapped => $"rule {Rule}: the log's interfaces are none, or not the zones' firewall_port",
        Reason.InterfacesOnOneSide => $"rule {Rule}: the session enters and leaves on the same side",
        Reason.ActionNotPossible => $"rule {Rule}: the switch cannot do this as it is wired",
        _ => Reason.ToString(),
    };
}

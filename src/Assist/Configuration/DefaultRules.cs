using Assist.Flows;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>What applies when the configuration has no rules: only what a firewall of that format has decided beyond
/// doubt. Verdicts of one packet's kind (floods, sinkholes) stay with the firewall. A policy denies the next connection
/// to a service too, so that is dropped; a threat, or a denied application, was in one session, so only that one is:
/// the next from a relay, a proxy or a shared address may be good.</summary>
public static class DefaultRules
{
    private const MatchSet Service =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;
    private const MatchSet Session = MatchSet.FiveTuple;

    // Plain words and anchors, not alternatives in brackets: no regular expression is then built or run, and with none
    // in the whole configuration the daemon is megabytes smaller.
    private static readonly string[] s_threats =
        ["^virus$", "^ml-virus$", "^spyware$", "^vulnerability$", "^wildfire-virus$"];
    private static readonly string[] s_blocked =
        ["^deny$", "^drop$", "^drop-all", "^reset-client$", "^reset-server$", "^reset-both$"];
    private static readonly string[] s_denied = ["deny", "drop", "reset"];
    private static readonly string[] s_unidentified = ["^incomplete$", "^insufficient-data$", "^not-applicable$"];

    // Datagrams of these are often larger than a packet. Fragments behind the first carry no ports: no entry with ports
    // matches them, so they would go to the firewall, and their first one past it.
    private static readonly string[] s_fragmenting =
        ["^dns", "^ike", "^ipsec-esp-udp$", "^l2tp$", "^nfs", "^radius$", "^sip$", "^snmp"];

    // A denied packet that comes from a service's port is mostly an answer in a session that the firewall has
    // forgotten, as it forgets every bypassed one.
    private static readonly string[] s_services =
    [
        "^22$", "^25$", "^53$", "^80$", "^88$", "^123$", "^161$", "^389$", "^443$", "^445$", "^636$", "^993$",
        "^1433$", "^3306$", "^3389$", "^5432$", "^8080$", "^8443$",
    ];

    public static IReadOnlyList<RuleOptions> For(string format) => format switch
    {
        "pan-os" or "pan-cloud" => PanOs(
            new("Type", "Threat/Content Type", "Action", "Application", "Threat/Content Name", "Source Port")),
        "cef" => PanOs(new("type", "subtype", "act", "app", "cat", "spt")),
        "leef" => PanOs(new("cat", "Subtype", "action", "Application", "ThreatID", "srcPort")),
        "fortigate" => FortiGate(),
        "check-point" => CheckPoint(),
        "varmour" => VArmour(),
        "cyphort" => Cyphort(),
        // A rule is tried only on messages that have its fields, under the names of their own vendor.
        "auto" => [.. s_recognised.SelectMany(For, (name, rule) => rule with { Name = $"{name}-{rule.Name}" })],
        _ => [],
    };

    private static readonly string[] s_recognised =
        ["pan-os", "cef", "leef", "fortigate", "check-point", "varmour", "cyphort"];

    /// <summary>What a layout of PAN-OS calls the fields.</summary>
    private sealed record Names(
        string Type, string Subtype, string Action, string Application, string Threat, string SourcePort);

    private static IReadOnlyList<RuleOptions> PanOs(Names of) =>
    [
        // A dropped resolver takes everybody's name service with it.
        Ignore("dns-needs-inspection", Field(of.Threat, "DNS Query")),
        Ignore("resolvers-stay-reachable", Field(of.Type, "^THREAT$"), Field(of.Application, "^dns")),
        Ignore("late-answers",
            Field(of.Type, "^TRAFFIC$"), Field(of.Action, s_denied), Field(of.SourcePort, s_services)),
        // Denied before the application was known, so for its addresses, ports and zones alone.
        Drop("denied-traffic", Service,
            Field(of.Type, "^TRAFFIC$"), Field(of.Subtype, "^drop$"), Field(of.Action, s_denied)),
        Drop("denied-applications", Session, Field(of.Type, "^TRAFFIC$"), Field(of.Action, s_denied)),
        Drop("blocked-threats", Session,
            Field(of.Type, "^THREAT$"), Field(of.Subtype, s_threats), Field(of.Action, s_blocked)),
        // The firewall has not seen enough of the session to know what it is.
        Ignore("unidentified-application",
            Field(of.Type, "^TRAFFIC$"), Field(of.Action, "^allow$"), Field(of.Application, s_unidentified)),
        Ignore("fragmenting-applications",
            Field(of.Type, "^TRAFFIC$"), Field(of.Action, "^allow$"), Field(of.Application, s_fragmenting)),
        // Only the log of a session's start: at its end there is nothing left to bypass.
        Bypass("allowed-traffic",
            Field(of.Type, "^TRAFFIC$"), Field(of.Subtype, "^start$"), Field(of.Action, "^allow$")),
    ];

    // As the original ships them, narrowed. Left out are: the root domain and subtype local, whose traffic is the
    // firewall's own; anomalies, which are of a rate and come from forged addresses.
    private static IReadOnlyList<RuleOptions> FortiGate() =>
    [
        Ignore("root-domain", Field("vd", "^root$")),
        Ignore("root-domain-cef", Field("FTNTFGTvd", "^root$")),
        Ignore("local-traffic", Field("type", "^traffic$"), Field("subtype", "^local$")),
        Ignore("local-traffic-cef", Field("cat", "^traffic:local$"), Field("act")),
        Ignore("late-answers", Field("type", "^traffic$"), Field("action", "^deny$"), Field("srcport", s_services)),
        Drop("denied-traffic", Service, Field("type", "^traffic$"), Field("action", "^deny$")),
        Ignore("late-answers-5.0", Field("type", "^traffic$"), Field("status", "^deny$"), Field("srcport", s_services)),
        Drop("denied-traffic-5.0", Service, Field("type", "^traffic$"), Field("status", "^deny$")),
        Ignore("late-answers-cef", Field("cat", "^traffic:"), Field("act", "^deny$"), Field("spt", s_services)),
        Drop("denied-traffic-cef", Service, Field("cat", "^traffic:"), Field("act", "^deny$")),
        // A verdict on a rate: the sources of a flood are forged.
        Ignore("anomalies", Field("type", "^utm$"), Field("subtype", "^anomaly$")),
        Ignore("anomalies-cef", Field("cat", "^utm:anomaly")),
        // The intrusion prevention has found an attack in the session.
        Drop("cleared-sessions", Session, Field("type", "^utm$"), Field("action", "^clear_session$")),
        Drop("cleared-sessions-5.0", Session, Field("type", "^utm$"), Field("status", "^clear_session$")),
        Drop("cleared-sessions-cef", Session, Field("cat", "^utm:"), Field("act", "^clear_session$")),
        Ignore("fragmenting-applications", Field("type", "^traffic$"), Field("application", s_fragmenting)),
        Bypass("allowed-traffic",
            Field("type", "^traffic$"), Field("action", "^accept$", "^start$"), Field("proto", "^6$")),
        // Of other protocols FortiOS writes accept when the session is over.
        Bypass("started-traffic", Field("type", "^traffic$"), Field("action", "^start$")),
        Bypass("allowed-traffic-5.0",
            Field("type", "^traffic$"), Field("status", "^accept$", "^start$"), Field("proto", "^6$")),
        Bypass("started-traffic-5.0", Field("type", "^traffic$"), Field("status", "^start$")),
    ];

    // Only services whose name the administrator has ended in _DFA, as in the original.
    private static IReadOnlyList<RuleOptions> CheckPoint() =>
    [
        Ignore("late-answers", Field("Action", "^drop$", "^deny$"), Field("s_port", s_services)),
        Ignore("late-answers-cef", Field("act", "^drop$", "^deny$"), Field("spt", s_services)),
        Drop("denied-traffic", Service,
            Field("Action", "^drop$", "^deny$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
        Drop("denied-traffic-cef", Service,
            Field("act", "^drop$", "^deny$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
        Bypass("allowed-traffic",
            Field("Action", "^accept$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
    ];

    // The only log of a session comes when it closes, when there is nothing left to bypass.
    private static IReadOnlyList<RuleOptions> VArmour() =>
        [Drop("denied-traffic", Service, Field("sess-close-reason", "^policy-deny$"))];

    // The original dropped everything from the source; between the two hosts is what the incident is about. An email
    // comes from a relay that others use too, and a submission is a file that somebody gave to be looked at.
    private static IReadOnlyList<RuleOptions> Cyphort() =>
    [
        Drop("incidents", MatchSet.SourceIp | MatchSet.DestinationIp,
            Field("type", "^cnc$", "^datatheft$", "^exploit$", "^http$")) with
        {
            Class = FlowClass.Threat,
        },
    ];

    private static RuleOptions Drop(string name, MatchSet match, params FieldCondition[] when) =>
        new() { Name = name, When = when, Action = RuleAction.Drop, Match = match };

    private static RuleOptions Bypass(string name, params FieldCondition[] when) =>
        new() { Name = name, When = when, Action = RuleAction.Bypass };

    private static RuleOptions Ignore(string name, params FieldCondition[] when) =>
        new() { Name = name, When = when, Action = RuleAction.Ignore };

    /// <summary>Without patterns the message only has to have the field.</summary>
    private static FieldCondition Field(string name, params string[] patterns) => new(name, patterns);
}

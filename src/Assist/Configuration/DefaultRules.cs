using Assist.Flows;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>What applies when the configuration has no rules: only what a firewall of that format has decided beyond
/// doubt. Verdicts of one packet's kind (floods, sinkholes) stay with the firewall.</summary>
public static class DefaultRules
{
    private const MatchSet Service =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;

    // Plain words and anchors, not alternatives in brackets: no regular expression is then built or run, and with none
    // in the whole configuration the daemon is megabytes smaller.
    private static readonly string[] s_threats =
        ["^virus$", "^ml-virus$", "^spyware$", "^vulnerability$", "^wildfire-virus$"];
    private static readonly string[] s_blocked =
        ["^deny$", "^drop$", "^drop-all", "^reset-client$", "^reset-server$", "^reset-both$"];
    private static readonly string[] s_utm = ["^utm$", "^anomaly$"];
    private static readonly string[] s_unidentified = ["^incomplete$", "^insufficient-data$", "^not-applicable$"];

    public static IReadOnlyList<RuleOptions> For(string format) => format switch
    {
        "pan-os" or "pan-cloud" => PanOs("Type", "Threat/Content Type", "Action", "Application", "Threat/Content Name"),
        "cef" => PanOs("type", "subtype", "act", "app", "cat"),
        "leef" => PanOs("cat", "Subtype", "action", "Application", "ThreatID"),
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

    /// <summary>The same rules whatever the format calls the fields.</summary>
    private static IReadOnlyList<RuleOptions> PanOs(
        string type, string subtype, string action, string application, string threat) =>
    [
        // A dropped resolver takes everybody's name service with it.
        Rule("dns-needs-inspection", RuleAction.Ignore, MatchSet.FiveTuple, Field(threat, "DNS Query")),
        Rule("resolvers-stay-reachable", RuleAction.Ignore, MatchSet.FiveTuple,
            Field(type, "^THREAT$"), Field(application, "^dns")),
        Rule("denied-traffic", RuleAction.Drop, Service,
            Field(type, "^TRAFFIC$"), Field(action, "deny", "drop", "reset")),
        Rule("blocked-threats", RuleAction.Drop, Service,
            Field(type, "^THREAT$"), Field(subtype, s_threats), Field(action, s_blocked)),
        // The firewall has not seen enough of the session to know what it is.
        Rule("unidentified-application", RuleAction.Ignore, MatchSet.FiveTuple,
            Field(type, "^TRAFFIC$"), Field(action, "^allow$"), Field(application, s_unidentified)),
        // Only the log of a session's start: at its end there is nothing left to bypass.
        Rule("allowed-traffic", RuleAction.Bypass, MatchSet.FiveTuple,
            Field(type, "^TRAFFIC$"), Field(subtype, "^start$"), Field(action, "^allow$")),
    ];

    // As the original ships them. The root domain is left out: its traffic is the firewall's own.
    private static IReadOnlyList<RuleOptions> FortiGate() =>
    [
        Rule("root-domain", RuleAction.Ignore, MatchSet.FiveTuple, Field("vd", "^root$")),
        // A packet of no session that the firewall knows: no policy denied it. It is what comes when a bypass ends.
        Rule("out-of-state", RuleAction.Ignore, MatchSet.FiveTuple,
            Field("type", "^traffic$"), Field("logid", "000007$")),
        Rule("out-of-state-cef", RuleAction.Ignore, MatchSet.FiveTuple,
            Field("cat", "^traffic:"), Field("FTNTFGTlogid", "000007$")),
        Rule("denied-traffic", RuleAction.Drop, Service, Field("type", "^traffic$"), Field("action", "^deny$")),
        Rule("denied-traffic-5.0", RuleAction.Drop, Service, Field("type", "^traffic$"), Field("status", "^deny$")),
        Rule("cleared-sessions", RuleAction.Drop, Service, Field("type", s_utm), Field("action", "^clear_session$")),
        Rule("cleared-sessions-5.0", RuleAction.Drop, Service,
            Field("type", s_utm), Field("status", "^clear_session$")),
        Rule("allowed-traffic", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("type", "^traffic$"), Field("action", "^accept$", "^start$"), Field("proto", "^6$")),
        // Of other protocols FortiOS writes accept when the session is over.
        Rule("started-traffic", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("type", "^traffic$"), Field("action", "^start$")),
        Rule("allowed-traffic-5.0", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("type", "^traffic$"), Field("status", "^accept$", "^start$"), Field("proto", "^6$")),
        Rule("started-traffic-5.0", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("type", "^traffic$"), Field("status", "^start$")),
        Rule("denied-traffic-cef", RuleAction.Drop, Service, Field("cat", "^traffic:"), Field("act", "^deny$")),
    ];

    // Only services whose name the administrator has ended in _DFA, as in the original.
    private static IReadOnlyList<RuleOptions> CheckPoint() =>
    [
        Rule("denied-traffic", RuleAction.Drop, Service,
            Field("Action", "^drop$", "^deny$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
        Rule("allowed-traffic", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("Action", "^accept$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
        Rule("denied-traffic-cef", RuleAction.Drop, Service,
            Field("act", "^drop$", "^deny$"), Field("product", "FireWall"), Field("service_id", "_DFA$")),
    ];

    private static IReadOnlyList<RuleOptions> VArmour() =>
    [
        Rule("denied-traffic", RuleAction.Drop, Service, Field("sess-close-reason", "^policy-deny$")),
        Rule("allowed-traffic", RuleAction.Bypass, MatchSet.FiveTuple, Field("sess-close-reason", "^policy-permit$")),
    ];

    // The original dropped everything from the source; between the two hosts is what the incident is about.
    private static IReadOnlyList<RuleOptions> Cyphort() =>
    [
        Rule("incidents", RuleAction.Drop, MatchSet.SourceIp | MatchSet.DestinationIp,
            Field("type", "^cnc$", "^datatheft$", "^email$", "^exploit$", "^http$", "^submission$")) with
        {
            Class = FlowClass.Threat,
        },
    ];

    private static RuleOptions Rule(string name, RuleAction action, MatchSet match, params FieldCondition[] when) =>
        new() { Name = name, When = when, Action = action, Match = match };

    private static FieldCondition Field(string name, params string[] patterns) => new(name, patterns);
}

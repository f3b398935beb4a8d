using Assist.Decisions;

namespace Assist.Configuration;

/// <summary>What applies when the configuration has no rules: only what a firewall of that format has decided beyond
/// doubt. Verdicts of one packet's kind (floods, sinkholes) stay with the firewall.</summary>
public static class DefaultRules
{
    private const MatchSet Service =
        MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.DestinationPort | MatchSet.Protocol;

    public static IReadOnlyList<RuleOptions> For(string format) => format == "pan-os" ? PanOs() : [];

    private static IReadOnlyList<RuleOptions> PanOs() =>
    [
        // A dropped resolver takes everybody's name service with it.
        Rule("dns-needs-inspection", RuleAction.Ignore, MatchSet.FiveTuple, Field("Threat/Content Name", "DNS Query")),
        Rule("denied-traffic", RuleAction.Drop, Service,
            Field("Type", "^TRAFFIC$"), Field("Action", "deny", "drop", "reset")),
        Rule("blocked-threats", RuleAction.Drop, Service,
            Field("Type", "^THREAT$"),
            Field("Threat/Content Type", "^(virus|ml-virus|spyware|vulnerability|wildfire-virus)$"),
            Field("Action", "^deny$", "^drop$", "^drop-all", "^reset-(client|server|both)$")),
        // The firewall has not seen enough of the session to know what it is.
        Rule("unidentified-application", RuleAction.Ignore, MatchSet.FiveTuple,
            Field("Type", "^TRAFFIC$"), Field("Action", "^allow$"),
            Field("Application", "^incomplete$", "^insufficient-data$", "^not-applicable$")),
        // Only the log of a session's start: at its end there is nothing left to bypass.
        Rule("allowed-traffic", RuleAction.Bypass, MatchSet.FiveTuple,
            Field("Type", "^TRAFFIC$"), Field("Threat/Content Type", "^start$"), Field("Action", "^allow$")),
    ];

    private static RuleOptions Rule(string name, RuleAction action, MatchSet match, params FieldCondition[] when) =>
        new() { Name = name, When = when, Action = action, Match = match };

    private static FieldCondition Field(string name, params string[] patterns) => new(name, patterns);
}

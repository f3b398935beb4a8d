using System.Text;
using Assist.Flows;
using Assist.Messages;
using Assist.Telemetry;

namespace Assist.Decisions;

/// <summary>Makes a decision of a parsed message. Pure: the same message, options and time give the same decision.
/// Shared by all receiving threads.</summary>
public sealed class Decider
{
    private const int MaxApplicationName = 128;

    private readonly DecisionOptions _options;
    private readonly RuleSet _rules;
    private readonly ZonePorts _ports;
    private readonly Dictionary<string, Marking>.AlternateLookup<ReadOnlySpan<char>> _marking;
    private readonly bool _hasMarking;
    private readonly bool _canBypass;

    public Decider(DecisionOptions options, Topology topology, IMessageFormat format)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(topology);
        _options = options;
        _ports = new ZonePorts(topology);
        // Where packets do not pass through the firewall there is nothing to bypass (as in the original).
        _canBypass = topology.Mode == OperatingMode.Shunt;
        _rules = new RuleSet(options.Rules, format, rule => rule.Action != RuleAction.Bypass || _canBypass);
        _marking = new Dictionary<string, Marking>(options.Marking, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _hasMarking = options.Marking.Count > 0;
    }

    /// <summary>What each rule made of a message that is not stale, up to the one that decided.</summary>
    public IEnumerable<RuleCheck> Checks(SessionLog log) => _rules.Checks(log);

    public Decision Decide(SessionLog log, DateTime utcNow)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (Staleness(log, utcNow) is { } stale) return new Decision(Outcome.Stale, stale);
        var decision = ByRules(log);
        // The session is over, or the firewall would drop it: what a bypass still carries is for the firewall to judge.
        var takesBack = decision.Reason == Reason.AddressNeverDropped
            || (_options.RetractsAtEnd && Has(log.Obstacles, BypassObstacles.Ended));
        return takesBack && !decision.HasVerdict ? WithRetraction(decision, log) : decision;
    }

    private Decision ByRules(SessionLog log)
    {
        var rule = _rules.Find(log, out var isCut);
        if (rule is null) return new Decision(Outcome.NoRule, isCut ? Reason.MessageCut : Reason.NoRuleFired);
        return rule.Action switch
        {
            RuleAction.Ignore => new Decision(Outcome.Ignored, Reason.RuleFired, rule.Name),
            RuleAction.Drop => Drop(log, rule),
            RuleAction.Bypass => Bypass(log, rule),
            _ => Redirect(log, rule),
        };
    }

    // The rules may have bypassed by less than the five-tuple: such a flow may carry other sessions and stays.
    private Decision WithRetraction(in Decision decision, SessionLog log)
    {
        var session = MatchOf(log, MatchSet.FiveTuple);
        if (!_canBypass || !session.Source.IsKnown || !session.Destination.IsKnown) return decision;
        var flow = new FlowIdentity(FlowAction.Bypass, session, Placement.Either);
        return decision with { Retracts = true, Verdict = new Verdict(flow, default, default, decision.Rule ?? "") };
    }

    private Reason? Staleness(SessionLog log, DateTime utcNow)
    {
        if (_options.MaxMessageAge == TimeSpan.Zero) return null;
        if (log.Time is not { } time) return Reason.TimeUnreadable;
        if (!_options.OffsetInLog && log.TimeOffset is { } offset)
            time = DateTime.SpecifyKind(time + offset, DateTimeKind.Unspecified);
        if (log.YearUnknown) time = MessageAge.WithNearestYear(time, utcNow);
        var age = MessageAge.Of(time, _options.Clock, utcNow, _options.MaxMessageAge);
        if (age > _options.MaxMessageAge) return Reason.TooOld;
        return -age > _options.MaxMessageAge ? Reason.InTheFuture : null;
    }

    private Decision Drop(SessionLog log, RuleOptions rule)
    {
        // One entry, in the direction of the log: only the VLAN it enters by is matched.
        var match = MatchOf(log, rule.Match) with { OutVlan = 0 };
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        if (!rule.Widen && HasUnknownParts(match, rule.Match)) return Refuse(Reason.PartUnknown, rule);
        // The session's own addresses: a flow that matches one of them would hit the other too.
        foreach (var prefix in _options.NeverDrop)
            if (prefix.Contains(log.Source) || prefix.Contains(log.Destination))
                return Refuse(Reason.AddressNeverDropped, rule);
        return Accept(Outcome.Drop, log, rule, new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), default);
    }

    private Decision Bypass(SessionLog log, RuleOptions rule)
    {
        if (Obstacle(log.Obstacles) is { } obstacle) return Refuse(obstacle, rule);
        var match = MatchOf(log, rule.Match);
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        if (!rule.Widen && HasUnknownParts(match, rule.Match)) return Refuse(Reason.PartUnknown, rule);
        var placement = _options.InterfacesInLog == false
            ? Placement.Either
            : _ports.PlacementOf(log, mustBeNamed: _options.InterfacesInLog == true);
        if (placement is not { } known) return new Decision(Outcome.NoInterface, Reason.InterfaceNotMapped, rule.Name);
        if (known == Placement.Anywhere) return new Decision(Outcome.NoInterface, Reason.InterfacesOnOneSide, rule.Name);
        return Accept(Outcome.Bypass, log, rule, new FlowIdentity(FlowAction.Bypass, match, known), MarkingOf(log));
    }

    private Decision Redirect(SessionLog log, RuleOptions rule)
    {
        var match = MatchOf(log, rule.Match);
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        return Accept(Outcome.Redirect, log, rule, new FlowIdentity(FlowAction.Redirect, match, Placement.Either), default);
    }

    private static Decision Refuse(Reason reason, RuleOptions rule) => new(Outcome.Protected, reason, rule.Name);

    private Decision Accept(Outcome outcome, SessionLog log, RuleOptions rule, FlowIdentity flow, Marking marking) =>
        new(outcome, Reason.RuleFired, rule.Name,
            new Verdict(flow, TimeoutsOf(log, rule, flow.Action), marking, rule.Name));

    // Enum.HasFlag allocates until the code is optimised.
    private static bool Has(MatchSet set, MatchSet part) => (set & part) == part;

    private static bool Has(BypassObstacles set, BypassObstacles part) => (set & part) == part;

    private static FlowMatch MatchOf(SessionLog log, MatchSet set)
    {
        var withPorts = log.Protocol.HasPorts;
        var withVlan = log.InVlan != 0 && log.OutVlan != 0;
        return new FlowMatch
        {
            Source = Has(set, MatchSet.SourceIp) && log.Source.IsKnown ? log.Source : default,
            Destination = Has(set, MatchSet.DestinationIp) && log.Destination.IsKnown ? log.Destination : default,
            SourcePort = withPorts && Has(set, MatchSet.SourcePort) ? log.SourcePort : (ushort)0,
            DestinationPort = withPorts && Has(set, MatchSet.DestinationPort) ? log.DestinationPort : (ushort)0,
            Protocol = Has(set, MatchSet.Protocol) ? log.Protocol : default,
            InVlan = withVlan ? log.InVlan : (ushort)0,
            OutVlan = withVlan ? log.OutVlan : (ushort)0,
        };
    }

    private static Reason? Unfit(in FlowMatch match, RuleOptions rule)
    {
        var (source, destination) = (match.Source, match.Destination);
        if (!source.IsKnown && !destination.IsKnown) return Reason.AddressUnknown;
        var missing = (Has(rule.Match, MatchSet.SourceIp) && !source.IsKnown)
            || (Has(rule.Match, MatchSet.DestinationIp) && !destination.IsKnown);
        // A bypass of one address would take all of a host's sessions past the firewall.
        if (missing && (!rule.Widen || rule.Action == RuleAction.Bypass)) return Reason.AddressUnknown;
        if ((source.IsKnown && !source.IsRoutableUnicast) || (destination.IsKnown && !destination.IsRoutableUnicast))
            return Reason.AddressNotRoutable;
        return source.IsKnown && destination.IsKnown && source.Bits != destination.Bits ? Reason.FamiliesDiffer : null;
    }

    private static bool HasUnknownParts(in FlowMatch match, MatchSet set) =>
        (Has(set, MatchSet.Protocol) && !match.Protocol.IsKnown)
        || (match.Protocol.HasPorts
            && ((Has(set, MatchSet.SourcePort) && match.SourcePort == 0)
                || (Has(set, MatchSet.DestinationPort) && match.DestinationPort == 0)));

    private static Reason? Obstacle(BypassObstacles obstacles) => obstacles switch
    {
        BypassObstacles.None => null,
        _ when obstacles.HasFlag(BypassObstacles.Ended) => Reason.SessionEnded,
        _ when obstacles.HasFlag(BypassObstacles.Nat) => Reason.SessionTranslated,
        _ when obstacles.HasFlag(BypassObstacles.Decrypted) => Reason.SessionDecrypted,
        _ when obstacles.HasFlag(BypassObstacles.Proxied) => Reason.SessionProxied,
        _ when obstacles.HasFlag(BypassObstacles.Tunnelled) => Reason.SessionTunnelled,
        _ when obstacles.HasFlag(BypassObstacles.PolicyForwarded) => Reason.SessionForwardedByPolicy,
        _ => Reason.SessionUndescribed,
    };

    private FlowTimeouts TimeoutsOf(SessionLog log, RuleOptions rule, FlowAction action)
    {
        var byAction = _options.Lifetimes.Of(action);
        var suffix = RuleNameLifetime.Minutes(log.Field(FieldRole.Rule), _options.Lifetimes.MaxSuffixMinutes);
        var hard = suffix is { } minutes ? TimeSpan.FromMinutes(minutes) : rule.Lifetime ?? byAction.Hard;
        return new Lifetime(hard, rule.Idle ?? byAction.Idle).Timeouts;
    }

    private Marking MarkingOf(SessionLog log)
    {
        if (!_hasMarking) return default;
        var application = log.Field(FieldRole.Application);
        if (application.Length is 0 or > MaxApplicationName) return default;
        Span<char> name = stackalloc char[MaxApplicationName];
        var length = Encoding.UTF8.GetChars(application, name);
        return _marking.TryGetValue(name[..length], out var marking) ? marking : default;
    }
}

using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;

namespace Assist.Rules;

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
        var ruling = Judge(log, utcNow, memory: null, out var flow);
        return new Decision(ruling.Outcome, ruling.Reason, ruling.Rule?.Name, ruling.NamesFlow ? VerdictOf(log, ruling, flow) : default)
        {
            Retracts = ruling.Retracts,
        };
    }

    /// <summary>All of a decision that tells whether it is a repeat; the rest is in <see cref="VerdictOf"/>.</summary>
    internal Ruling Judge(SessionLog log, DateTime utcNow, RuleMemory? memory, out FlowIdentity flow)
    {
        ArgumentNullException.ThrowIfNull(log);
        flow = default;
        if (Staleness(log, utcNow) is { } stale) return new Ruling(Outcome.Stale, stale);
        var ruling = ByRules(log, memory, out flow);
        // The session is over, or the firewall would drop it: what a bypass still carries is for the firewall to judge.
        var takesBack = ruling.Reason == Reason.AddressNeverDropped
            || (_options.RetractsAtEnd && Has(log.Obstacles, BypassObstacles.Ended));
        return takesBack && !ruling.HasVerdict ? WithRetraction(ruling, log, out flow) : ruling;
    }

    /// <summary>The verdict of a ruling that names a flow.</summary>
    internal Verdict VerdictOf(SessionLog log, in Ruling ruling, in FlowIdentity flow) => ruling.HasVerdict
        ? new Verdict(flow, TimeoutsOf(log, ruling.Rule!, flow.Action), flow.Action == FlowAction.Bypass ? MarkingOf(log) : default, ruling.Rule!.Name)
        : new Verdict(flow, default, default, ruling.Rule?.Name ?? "");

    private Ruling ByRules(SessionLog log, RuleMemory? memory, out FlowIdentity flow)
    {
        flow = default;
        var (rule, isCut) = _rules.Find(log, memory);
        if (rule is null) return new Ruling(Outcome.NoRule, isCut ? Reason.MessageCut : Reason.NoRuleFired);
        return rule.Action switch
        {
            RuleAction.Ignore => new Ruling(Outcome.Ignored, Reason.RuleFired, rule),
            RuleAction.Drop => Drop(log, rule, out flow),
            RuleAction.Bypass => Bypass(log, rule, out flow),
            _ => Redirect(log, rule, out flow),
        };
    }

    // The rules may have bypassed by less than the five-tuple: such a flow may carry other sessions and stays.
    private Ruling WithRetraction(in Ruling ruling, SessionLog log, out FlowIdentity flow)
    {
        var session = MatchOf(log, MatchSet.FiveTuple);
        flow = new FlowIdentity(FlowAction.Bypass, session, Placement.Either);
        return _canBypass && session.Source.IsKnown && session.Destination.IsKnown ? ruling with { Retracts = true } : ruling;
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

    private Ruling Drop(SessionLog log, RuleOptions rule, out FlowIdentity flow)
    {
        flow = default;
        // One entry, in the direction of the log: only the VLAN it enters by is matched.
        var match = MatchOf(log, rule.Match) with { OutVlan = 0 };
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        if (!rule.Widen && HasUnknownParts(match, rule.Match)) return Refuse(Reason.PartUnknown, rule);
        // The session's own addresses: a flow that matches one of them would hit the other too.
        foreach (var prefix in _options.NeverDrop)
            if (prefix.Contains(log.Source) || prefix.Contains(log.Destination))
                return Refuse(Reason.AddressNeverDropped, rule);
        flow = new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere);
        return new Ruling(Outcome.Drop, Reason.RuleFired, rule);
    }

    private Ruling Bypass(SessionLog log, RuleOptions rule, out FlowIdentity flow)
    {
        flow = default;
        if (Obstacle(log.Obstacles) is { } obstacle) return Refuse(obstacle, rule);
        var match = MatchOf(log, rule.Match);
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        if (!rule.Widen && HasUnknownParts(match, rule.Match)) return Refuse(Reason.PartUnknown, rule);
        var placement = _options.InterfacesInLog == false
            ? Placement.Either
            : _ports.PlacementOf(log, mustBeNamed: _options.InterfacesInLog == true);
        if (placement is not { } known) return new Ruling(Outcome.NoInterface, Reason.InterfaceNotMapped, rule);
        if (known == Placement.Anywhere) return new Ruling(Outcome.NoInterface, Reason.InterfacesOnOneSide, rule);
        flow = new FlowIdentity(FlowAction.Bypass, match, known);
        return new Ruling(Outcome.Bypass, Reason.RuleFired, rule);
    }

    private static Ruling Redirect(SessionLog log, RuleOptions rule, out FlowIdentity flow)
    {
        flow = default;
        var match = MatchOf(log, rule.Match);
        if (Unfit(match, rule) is { } unfit) return Refuse(unfit, rule);
        flow = new FlowIdentity(FlowAction.Redirect, match, Placement.Either);
        return new Ruling(Outcome.Redirect, Reason.RuleFired, rule);
    }

    private static Ruling Refuse(Reason reason, RuleOptions rule) => new(Outcome.Protected, reason, rule);

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

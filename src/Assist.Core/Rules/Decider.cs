using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>Which rule a parsed message meets, and which flow it asks for; whether the flow may be, the guards say.
/// Pure: the same message, options and time give the same wish. Shared by all receiving threads.</summary>
internal sealed class Decider
{
    private const int MaxApplicationName = 128;

    private readonly DecisionOptions _options;
    private readonly RuleSet _rules;
    private readonly ZonePorts _ports;
    private readonly Dictionary<string, Marking>.AlternateLookup<ReadOnlySpan<char>> _marking;
    private readonly bool _hasMarking;

    public Decider(DecisionOptions options, IMessageFormat format)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _ports = new ZonePorts(options.Ports, options.Interfaces);
        _rules = new RuleSet(options.Rules, format, rule => rule.Action != RuleAction.Bypass || options.CanBypass);
        _marking = new Dictionary<string, Marking>(options.Marking, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _hasMarking = options.Marking.Count > 0;
    }

    /// <summary>What each rule made of a message that is not stale, up to the one that decided.</summary>
    public IEnumerable<RuleCheck> Checks(SessionLog log) => _rules.Checks(log);

    /// <summary>The rule that fired and the flow it asks for; all that tells whether the message is a repeat.</summary>
    /// <param name="memory">Of the thread; null tries every rule.</param>
    internal Ruling Judge(
        SessionLog log, DateTime utcNow, RuleMemory? memory, SenderTrust trust, out Wish wish)
    {
        ArgumentNullException.ThrowIfNull(log);
        wish = default;
        if (Staleness(log, utcNow) is { } stale) return new Ruling(Outcome.Stale, stale);
        var finding = _rules.Find(log, memory);
        return finding.Rule is { } rule ? RulingOf(log, rule, trust, out wish)
            : new Ruling(Outcome.NoRule, finding.IsCut ? Reason.MessageCut : Reason.NoRuleFired);
    }

    /// <summary>The rules on trial that would have fired for a message that is not stale.</summary>
    /// <param name="memory">Of the thread; null tries every rule.</param>
    internal IReadOnlyList<RuleOptions> OnTrial(SessionLog log, RuleMemory? memory) =>
        _rules.Find(log, memory).OnTrial ?? [];

    /// <summary>What a rule that fires asks for.</summary>
    internal Ruling RulingOf(SessionLog log, RuleOptions rule, SenderTrust trust, out Wish wish)
    {
        var ruling = new Ruling(OutcomeOf(rule.Action), Reason.RuleFired, rule) { Trust = trust };
        wish = ruling.AsksForFlow ? WishOf(log, rule, trust) : default;
        return !ruling.AsksForFlow || wish.Parts == rule.Match ? ruling : ruling with { IsNarrowed = true };
    }

    /// <summary>The bypass of the log's session, where there can be one. The rules may have bypassed by less than the
    /// five-tuple: such a flow may carry other sessions and stays.</summary>
    internal bool TryFindBypass(SessionLog log, out FlowIdentity bypass)
    {
        var session = MatchOf(log, MatchSet.FiveTuple);
        bypass = new FlowIdentity(FlowAction.Bypass, session, Placement.Either);
        return _options.CanBypass && session.Source.IsKnown && session.Destination.IsKnown;
    }

    /// <summary>Why the log's session ended; <see cref="SessionEnd.None"/> also where ends are of no account.</summary>
    internal SessionEnd EndOf(SessionLog log) =>
        _options is { RetractsAtEnd: true, CanBypass: true } ? log.End : SessionEnd.None;

    /// <summary>The verdict of a ruling that names a flow.</summary>
    internal Verdict VerdictOf(SessionLog log, in Ruling ruling, in FlowIdentity flow)
    {
        if (!ruling.AsksForFlow) return new Verdict(flow, default, default, ruling.Rule?.Name ?? "");
        var marking = flow.Action == FlowAction.Bypass ? MarkingOf(log) : default;
        return new Verdict(flow, TimeoutsOf(log, ruling.Rule!, flow.Action), marking, ruling.Rule!.Name)
        {
            IsThreat = ClassOf(log, ruling.Rule, flow.Action) == FlowClass.Threat,
            IsConfined = ruling.Trust == SenderTrust.Limited && flow.Action == FlowAction.Drop,
        };
    }

    internal static FlowClass ClassOf(SessionLog log, RuleOptions rule, FlowAction action) => action switch
    {
        FlowAction.Bypass => FlowClass.Bypass,
        FlowAction.Redirect => FlowClass.Redirect,
        _ => rule.Class ?? (ThreatLogs.Are(log.Field(FieldRole.Type)) ? FlowClass.Threat : FlowClass.Denial),
    };

    /// <summary>When the firewall wrote the log, in UTC; null where that cannot be read. Where its clock leaves a
    /// choice, as at the end of summer time, it is the one nearest to <paramref name="near"/>.</summary>
    internal DateTime? TimeOf(SessionLog log, DateTime near)
    {
        if (log.Time is not { } time) return null;
        if (!_options.OffsetInLog && log.TimeOffset is { } offset)
            time = DateTime.SpecifyKind(time + offset, DateTimeKind.Unspecified);
        if (log.YearUnknown) time = MessageAge.WithNearestYear(time, near);
        return near - MessageAge.Of(time, _options.Clock, near, _options.MaxMessageAge);
    }

    private Reason? Staleness(SessionLog log, DateTime utcNow)
    {
        if (_options.MaxMessageAge == TimeSpan.Zero) return null;
        if (TimeOf(log, utcNow) is not { } time) return Reason.TimeUnreadable;
        var age = utcNow - time;
        if (age > _options.MaxMessageAge) return Reason.TooOld;
        return -age > _options.MaxMessageAge ? Reason.InTheFuture : null;
    }

    private static Outcome OutcomeOf(RuleAction action) => action switch
    {
        RuleAction.Drop => Outcome.Drop,
        RuleAction.Bypass => Outcome.Bypass,
        RuleAction.Redirect => Outcome.Redirect,
        _ => Outcome.Ignored,
    };

    private Wish WishOf(SessionLog log, RuleOptions rule, SenderTrust trust)
    {
        var isConfined = trust == SenderTrust.Limited && rule.Action == RuleAction.Drop;
        var parts = isConfined ? Confined(rule.Match, log.Protocol) : rule.Match;
        var widens = rule.Widen && !isConfined;
        var match = MatchOf(log, parts);
        switch (rule.Action)
        {
            case RuleAction.Drop:
                // One entry, in the direction of the log: only the VLAN it enters by is matched. The original matched
                // it only where it knew the other one too, which the log of a first packet does not name.
                var vlan = widens || !_options.VlanInInterface ? match.InVlan : log.InVlan;
                var drop = new FlowIdentity(
                    FlowAction.Drop, match with { InVlan = vlan, OutVlan = 0 }, Placement.Anywhere);
                return new Wish(drop, parts, widens);
            case RuleAction.Bypass:
                var (placement, interfaces) = _ports.Of(log);
                var bypass = new FlowIdentity(FlowAction.Bypass, match, placement);
                return new Wish(bypass, rule.Match, rule.Widen, interfaces);
            default:
                return new Wish(new FlowIdentity(FlowAction.Redirect, match, Placement.Either), rule.Match, rule.Widen);
        }
    }

    private static MatchSet Confined(MatchSet parts, IpProtocol protocol) => parts
        | MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.Protocol
        | (protocol.IsKnown && !protocol.HasPorts ? MatchSet.None : MatchSet.DestinationPort);

    private FlowMatch MatchOf(SessionLog log, MatchSet set)
    {
        var withPorts = log.Protocol.HasPorts;
        var withVlan = _options.VlanInInterface && log.InVlan != 0 && log.OutVlan != 0;
        return new FlowMatch
        {
            Source = set.Has(MatchSet.SourceIp) && log.Source.IsKnown ? log.Source : default,
            Destination = set.Has(MatchSet.DestinationIp) && log.Destination.IsKnown ? log.Destination : default,
            SourcePort = withPorts && set.Has(MatchSet.SourcePort) ? log.SourcePort : (ushort)0,
            DestinationPort = withPorts && set.Has(MatchSet.DestinationPort) ? log.DestinationPort : (ushort)0,
            Protocol = set.Has(MatchSet.Protocol) ? log.Protocol : default,
            InVlan = withVlan ? log.InVlan : (ushort)0,
            OutVlan = withVlan ? log.OutVlan : (ushort)0,
        };
    }

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

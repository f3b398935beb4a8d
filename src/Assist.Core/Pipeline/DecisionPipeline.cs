using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Rules;

namespace Assist.Pipeline;

/// <summary>From the bytes of a message to a decision: format, rules, guards. Immutable and shared by all receiving
/// threads; a new configuration makes a new one, which replaces this as a whole.</summary>
/// <param name="duplicateWindow">The same verdict again within this time is a repeat.</param>
public sealed class DecisionPipeline(
    IMessageFormat format, DecisionOptions options, Admission admission, TimeSpan duplicateWindow)
{
    private readonly Decider _decider = new(options, format);

    public TimeSpan DuplicateWindow => duplicateWindow;

    /// <summary>What senders have to show.</summary>
    public SenderPins Pins { get; init; } = SenderPins.None;

    /// <summary>What a message that came so may cause.</summary>
    public SenderTrust TrustOf(Transport transport, bool isVerified) => options.Trust.Of(transport, isVerified);

    /// <summary>Some rule is on trial.</summary>
    internal bool HasTrials { get; } = options.Rules.Any(rule => rule.Shadow);

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log) => format.Parse(message, log);

    /// <summary>When the firewall wrote the log, in UTC; null where that cannot be read.</summary>
    /// <param name="near">Of two times that its clock may mean, the one nearest to this.</param>
    public DateTime? TimeOf(SessionLog log, DateTime near) => _decider.TimeOf(log, near);

    /// <summary>What each rule made of a message that is not stale, up to the one that decided.</summary>
    public IEnumerable<RuleCheck> Checks(SessionLog log) => _decider.Checks(log);

    /// <summary>The whole decision on a message that was parsed.</summary>
    public Decision Decide(SessionLog log, DateTime utcNow, SenderTrust trust = SenderTrust.Full)
    {
        var ruling = Judge(log, utcNow, memory: null, trust, out var flow);
        IReadOnlyList<TrialRuling> trials =
            HasTrials && ruling.Outcome != Outcome.Stale ? Trials(log, null, trust) : [];
        ruling = TrialRuling.Beside(ruling, trials);
        var verdict = ruling.NamesFlow ? VerdictOf(log, ruling, flow) : default;
        return new Decision(ruling.Outcome, ruling.Reason, ruling.Rule?.Name, verdict)
        {
            Retracts = ruling.Retracts,
            IsNarrowed = ruling.IsNarrowed,
            Trials = trials.Count == 0 ? [] : [.. trials.Select(trial => trial.Decision)],
            End = ruling.Outcome == Outcome.Stale ? SessionEnd.None : _decider.EndOf(log),
        };
    }

    /// <summary>All of a decision that tells whether it is a repeat; the rest is in <see cref="VerdictOf"/>.</summary>
    internal Ruling Judge(
        SessionLog log, DateTime utcNow, RuleMemory? memory, SenderTrust trust, out FlowIdentity flow)
    {
        var ruling = _decider.Judge(log, utcNow, memory, trust, out var wish);
        flow = wish.Flow;
        if (ruling.AsksForFlow)
        {
            ruling = Guarded(log, ruling, wish);
            if (ruling.AsksForFlow) return ruling;
        }
        // The session is over, or the firewall denies it: a bypass must not carry what is left of it.
        var isTakenBack = ruling.Reason
                is Reason.AddressNeverDropped or Reason.AddressAllowed or Reason.AddressLearnt or Reason.NothingLearnt
                    or Reason.SenderNotTrusted
            || (ruling.Outcome != Outcome.Stale && _decider.EndOf(log).EndsBypass());
        return isTakenBack && _decider.TryFindBypass(log, out flow) ? ruling with { Retracts = true } : ruling;
    }

    /// <summary>What the rules on trial would make of a message that is not stale.</summary>
    internal IReadOnlyList<TrialRuling> Trials(SessionLog log, RuleMemory? memory, SenderTrust trust) =>
        [.. _decider.OnTrial(log, memory).Select(rule => TrialOf(log, rule, trust))];

    private TrialRuling TrialOf(SessionLog log, RuleOptions rule, SenderTrust trust)
    {
        var ruling = _decider.RulingOf(log, rule, trust, out var wish);
        return new TrialRuling(ruling.AsksForFlow ? Guarded(log, ruling, wish) : ruling, wish.Flow);
    }

    private Ruling Guarded(SessionLog log, in Ruling ruling, in Wish wish)
    {
        var facts = new SessionFacts(log.Source, log.Destination, log.Obstacles)
        {
            NatSource = log.NatSource,
            NatDestination = log.NatDestination,
            // Asked only where it matters.
            MayBeOfAnswers = !wish.Parts.Has(MatchSet.DestinationIp) && ThreatLogs.MayBeOfAnswers(log),
            IsOutOfState = log.IsOutOfState,
        };
        if (admission.Refusal(wish, facts) is not { } reason) return ruling;
        // The rule does not ask for what the log lacks: its sender does not suffice for what the rule asks for.
        if (ruling.IsNarrowed && reason is Reason.AddressUnknown or Reason.PartUnknown)
            reason = Reason.SenderNotTrusted;
        return ruling with { Outcome = OutcomeOf(reason), Reason = reason };
    }

    /// <summary>The bypass of the log's session, where there can be one.</summary>
    internal bool TryFindBypass(SessionLog log, out FlowIdentity bypass) => _decider.TryFindBypass(log, out bypass);

    /// <summary>The verdict of a ruling that names a flow.</summary>
    internal Verdict VerdictOf(SessionLog log, in Ruling ruling, in FlowIdentity flow) =>
        _decider.VerdictOf(log, ruling, flow);

    /// <summary>What the flow of a ruling would be worth where room is short.</summary>
    internal static FlowClass ClassOf(SessionLog log, in Ruling ruling, in FlowIdentity flow) =>
        Decider.ClassOf(log, ruling.Rule!, flow.Action);

    private static Outcome OutcomeOf(Reason refusal) => refusal switch
    {
        Reason.InterfaceNotMapped or Reason.InterfacesOnOneSide => Outcome.NoInterface,
        _ => Outcome.Protected,
    };
}

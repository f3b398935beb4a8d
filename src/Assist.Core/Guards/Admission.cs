using System.Runtime.CompilerServices;
using Assist.Flows;

namespace Assist.Guards;

/// <summary>What every wish must pass, whatever input it came by: a log, another protocol, an operator, a flow that an
/// earlier run left on the switch. Immutable, and shared by all threads.</summary>
/// <param name="actions">What the target can do, as it is wired.</param>
/// <param name="allowed">What no drop may touch for a time; null where nobody says so.</param>
/// <param name="learnt">What is learnt from the switch; null where nothing is.</param>
public sealed class Admission(
    ProtectedSet neverDrop, IEnumerable<FlowAction> actions, ChangingAddresses? allowed = null,
    ChangingAddresses? learnt = null)
{
    private readonly FlowAction[] _actions = [.. actions];

    /// <summary>What no drop may touch; the only copy.</summary>
    public ProtectedSet NeverDrop => neverDrop;

    /// <summary>Null where the wish may become a flow, else the first reason why it may not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Reason? Refusal(in Wish wish, in SessionFacts facts)
    {
        if (!CanDo(wish.Flow.Action)) return Reason.ActionNotPossible;
        return wish.Flow.Action switch
        {
            FlowAction.Drop => OutOfState(wish, facts) ?? Addresses(wish) ?? Breadth(wish) ?? Direction(wish, facts)
                ?? Protection(wish.Flow.Match, facts),
            FlowAction.Bypass => OutOfState(wish, facts) ?? Obstacle(facts.Obstacles) ?? Addresses(wish)
                ?? Breadth(wish) ?? Interfaces(wish),
            // A redirect sends packets to the firewall: one that hits more than was meant lets nothing pass it.
            _ => Addresses(wish),
        };
    }

    /// <summary>True where a flow may stay on the switch, also while it is not known yet what has to be
    /// protected.</summary>
    public bool MayStay(in FlowIdentity flow) =>
        Refusal(Wish.ToKeep(flow), default) is null or Reason.NothingLearnt;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool CanDo(FlowAction action)
    {
        foreach (var possible in _actions)
            if (possible == action) return true;
        return false;
    }

    // The original did not ask; its rules widen.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Reason? OutOfState(in Wish wish, in SessionFacts facts) =>
        facts.IsOutOfState && !wish.MayWiden ? Reason.SessionUnknown : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Reason? Addresses(in Wish wish)
    {
        var (source, destination) = (wish.Flow.Match.Source, wish.Flow.Match.Destination);
        if (!source.IsKnown && !destination.IsKnown) return Reason.AddressUnknown;
        // A bypass of one address would take all of a host's sessions past the firewall.
        var hasBoth = source.IsKnown && destination.IsKnown;
        if (wish.Flow.Action == FlowAction.Bypass && !hasBoth) return Reason.AddressUnknown;
        if (!wish.MayWiden && ((wish.Parts.Has(MatchSet.SourceIp) && !source.IsKnown)
            || (wish.Parts.Has(MatchSet.DestinationIp) && !destination.IsKnown)))
            return Reason.AddressUnknown;
        if ((source.IsKnown && !source.IsRoutableUnicast) || (destination.IsKnown && !destination.IsRoutableUnicast))
            return Reason.AddressNotRoutable;
        return hasBoth && source.Bits != destination.Bits ? Reason.FamiliesDiffer : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Reason? Breadth(in Wish wish)
    {
        if (wish.MayWiden) return null;
        var match = wish.Flow.Match;
        // A switch matches no type of ICMP: who denies a ping must not lose "fragmentation needed", and who allows one
        // must not let everything else by.
        var asksForPort = (wish.Parts & (MatchSet.SourcePort | MatchSet.DestinationPort)) != MatchSet.None;
        if (asksForPort && match.Protocol.IsIcmp) return Reason.IcmpHasNoPorts;
        var isWider = (wish.Parts.Has(MatchSet.Protocol) && !match.Protocol.IsKnown)
            || (match.Protocol.HasPorts
                && ((wish.Parts.Has(MatchSet.SourcePort) && match.SourcePort == 0)
                    || (wish.Parts.Has(MatchSet.DestinationPort) && match.DestinationPort == 0)));
        return isWider ? Reason.PartUnknown : null;
    }

    // All traffic from one address, and nobody knows of which side of the session it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Reason? Direction(in Wish wish, in SessionFacts facts) =>
        facts.MayBeOfAnswers && !wish.MayWiden && !wish.Parts.Has(MatchSet.DestinationIp)
            ? Reason.SourceMayBeServer
            : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Reason? Protection(in FlowMatch match, in SessionFacts facts)
    {
        if (HasOneOf(neverDrop, match, facts)) return Reason.AddressNeverDropped;
        if (allowed?.Now is { IsEmpty: false } lifted && HasOneOf(lifted, match, facts)) return Reason.AddressAllowed;
        if (learnt is null) return null;
        if (learnt.Now is not { } known) return Reason.NothingLearnt;
        return HasOneOf(known, match, facts) ? Reason.AddressLearnt : null;
    }

    // The session's own addresses count too: a drop that matches one of them hits the other as well. So do those behind
    // a translation: a drop towards a published address stops the server that has it.
    private static bool HasOneOf(ProtectedSet set, in FlowMatch match, in SessionFacts facts) =>
        set.Contains(match.Source) || set.Contains(match.Destination)
        || (facts.Source != match.Source && set.Contains(facts.Source))
        || (facts.Destination != match.Destination && set.Contains(facts.Destination))
        || set.Contains(facts.NatSource) || set.Contains(facts.NatDestination);

    private static Reason? Obstacle(BypassObstacles obstacles) => obstacles switch
    {
        BypassObstacles.None => null,
        _ when obstacles.Has(BypassObstacles.Ended) => Reason.SessionEnded,
        _ when obstacles.Has(BypassObstacles.Nat) => Reason.SessionTranslated,
        _ when obstacles.Has(BypassObstacles.Decrypted) => Reason.SessionDecrypted,
        _ when obstacles.Has(BypassObstacles.Proxied) => Reason.SessionProxied,
        _ when obstacles.Has(BypassObstacles.Tunnelled) => Reason.SessionTunnelled,
        _ when obstacles.Has(BypassObstacles.PolicyForwarded) => Reason.SessionForwardedByPolicy,
        _ => Reason.SessionUndescribed,
    };

    private static Reason? Interfaces(in Wish wish) => wish.Interfaces switch
    {
        InterfaceMapping.Mapped => null,
        InterfaceMapping.Unmapped => Reason.InterfaceNotMapped,
        _ => Reason.InterfacesOnOneSide,
    };
}

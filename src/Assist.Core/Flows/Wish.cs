namespace Assist.Flows;

/// <summary>Which parts of the session a flow matches.</summary>
[Flags]
public enum MatchSet
{
    None = 0,
    SourceIp = 1,
    SourcePort = 2,
    DestinationIp = 4,
    DestinationPort = 8,
    Protocol = 16,
    FiveTuple = SourceIp | SourcePort | DestinationIp | DestinationPort | Protocol,
}

/// <summary>How the interfaces that an input names relate to the zones of the switch; only a bypass needs to
/// know.</summary>
public enum InterfaceMapping : byte
{
    /// <summary>One is in each zone, or the input names none and the flow is for both directions.</summary>
    Mapped,

    /// <summary>At least one is in no zone, or is missing.</summary>
    Unmapped,

    /// <summary>Both are in the same zone, so that the session does not cross the firewall.</summary>
    SameZone,
}

/// <summary>A flow that somebody asks for, before the guards have judged it.</summary>
/// <param name="Parts">What the flow is meant to match. A part of it that the match leaves unknown makes the flow hit
/// more than was meant.</param>
/// <param name="MayWiden">True where the flow is wanted all the same.</param>
public readonly record struct Wish(
    FlowIdentity Flow, MatchSet Parts, bool MayWiden, InterfaceMapping Interfaces = InterfaceMapping.Mapped)
{
    /// <summary>The wish to keep a flow as it is on the switch: it says itself what it is meant to match.</summary>
    public static Wish ToKeep(in FlowIdentity flow) => new(flow, MatchSet.None, MayWiden: true);
}

/// <summary>Questions to sets of flags; Enum.HasFlag allocates until the code is optimised.</summary>
internal static class FlagSets
{
    public static bool Has(this MatchSet set, MatchSet part) => (set & part) == part;

    public static bool Has(this BypassObstacles set, BypassObstacles part) => (set & part) == part;
}

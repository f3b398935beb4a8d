using Assist.Addresses;

namespace Assist.Flows;

/// <summary>Why a bypass must not be built for a session: the switch would see other packets than the input describes,
/// or the firewall must keep the session.</summary>
[Flags]
public enum BypassObstacles
{
    None = 0,
    Nat = 1,
    Decrypted = 2,
    Proxied = 4,
    Tunnelled = 8,
    PolicyForwarded = 16,

    /// <summary>The session has ended.</summary>
    Ended = 32,

    /// <summary>The input does not say whether any of the others holds: an incident, a layout without flags, a cut
    /// tail.</summary>
    Unknown = 64,
}

/// <summary>What is known of the session that a flow is asked for, whatever input told it. The default knows nothing,
/// as of a flow that an earlier run left on the switch.</summary>
public readonly record struct SessionFacts(IpAddr Source, IpAddr Destination, BypassObstacles Obstacles)
{
    /// <summary>What the firewall translates the source to; unknown where it does not.</summary>
    public IpAddr NatSource { get; init; }

    /// <summary>What the firewall translates the destination to; unknown where it does not.</summary>
    public IpAddr NatDestination { get; init; }

    /// <summary>The input describes an attack in packets from the server to the client, or does not say from whom, so
    /// the source may be the one that was attacked.</summary>
    public bool MayBeOfAnswers { get; init; }

    /// <summary>The packets belong to no session that the firewall knows.</summary>
    public bool IsOutOfState { get; init; }
}

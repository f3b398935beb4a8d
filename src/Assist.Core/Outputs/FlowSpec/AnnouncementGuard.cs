using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.FlowSpec;

/// <summary>Why a drop is not announced.</summary>
public enum Withheld
{
    None,

    /// <summary>Only drops are.</summary>
    NotADrop,

    /// <summary>RFC 8955 6: routers refuse a rule that names none.</summary>
    NoDestination,

    /// <summary>Packets towards others are not ours to drop.</summary>
    NotOurs,
    Protected,

    /// <summary>It could match TCP port 179, and so the sessions by which it is taken back.</summary>
    BgpPort,

    /// <summary>An address is one of a BGP speaker or router.</summary>
    Speaker,

    /// <summary>What a router would read is not what was decided.</summary>
    NotAsDecided,
}

/// <summary>The reason for people.</summary>
public static class WithheldWords
{
    public static string Words(this Withheld why) => why switch
    {
        Withheld.None => "nothing is against it",
        Withheld.NotADrop => "only drops are announced",
        Withheld.NoDestination => "it names no destination, and routers refuse such rules (RFC 8955)",
        Withheld.NotOurs => "its destination is not in flow_spec.own_prefixes",
        Withheld.Protected => "an address is one that no drop may touch",
        Withheld.BgpPort => "it could match TCP port 179, on which BGP runs: a rule for TCP has to name another "
            + "destination port",
        Withheld.Speaker => "an address is one of a BGP speaker or router",
        _ => "its bytes do not say what was decided",
    };
}

/// <summary>The last check before a rule leaves, whatever rules and guards said: on paths through the whole network one
/// wrong rule reaches every edge. What is not announced stays with the firewall and the switch.</summary>
/// <param name="isProtected">What no drop may touch, as it is now.</param>
public sealed class AnnouncementGuard(FlowSpecOptions options, Predicate<IpAddr> isProtected)
{
    private const ushort BgpPort = 179;

    private volatile IReadOnlySet<IpAddr> _speakers = new HashSet<IpAddr>();

    /// <summary>Addresses of the engine and of its neighbours; replaced as a whole by whoever asks the
    /// engine.</summary>
    public IReadOnlySet<IpAddr> Speakers
    {
        get => _speakers;
        set => _speakers = value;
    }

    /// <summary>Judges a flow before it is planned.</summary>
    public Withheld Judge(in FlowIdentity flow) =>
        flow.Action == FlowAction.Drop ? Judge(flow.Match) : Withheld.NotADrop;

    /// <summary>Judges the bytes that are about to be sent, by what a router would read in them.</summary>
    public Withheld Judge(FlowSpecEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var nlri = FlowSpecEntry.NlriOf(entry.Key, out var isV6);
        return FlowSpecNlri.TryRead(nlri, isV6, out var read) && read == entry.Match && entry.Drops
            ? Judge(read) : Withheld.NotAsDecided;
    }

    private Withheld Judge(in FlowMatch match)
    {
        var (source, destination) = (match.Source, match.Destination);
        if (!destination.IsKnown) return Withheld.NoDestination;
        if (source.IsKnown && source.IsV6 != destination.IsV6) return Withheld.NotAsDecided;
        if (!Holds(options.OwnPrefixes, destination)) return Withheld.NotOurs;
        if (isProtected(source) || isProtected(destination)) return Withheld.Protected;
        if (IsSpeaker(source) || IsSpeaker(destination)) return Withheld.Speaker;
        return MeetsBgp(match) ? Withheld.BgpPort : Withheld.None;
    }

    private bool IsSpeaker(IpAddr address) =>
        address.IsKnown && (Speakers.Contains(address) || Holds(options.Routers, address));

    // A session of BGP has port 179 at one end. A rule for TCP has to say which port it means; one for no protocol
    // means TCP too, and can name none.
    private static bool MeetsBgp(in FlowMatch match) =>
        (!match.Protocol.IsKnown || match.Protocol == IpProtocol.Tcp)
        && (match.DestinationPort is 0 or BgpPort || match.SourcePort == BgpPort);

    private static bool Holds(IReadOnlyList<IpPrefix> prefixes, IpAddr address)
    {
        foreach (var prefix in prefixes)
            if (prefix.Contains(address)) return true;
        return false;
    }
}

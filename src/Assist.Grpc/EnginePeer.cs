using Assist.Addresses;
using Assist.Gobgp.Wire;

namespace Assist.Gobgp;

/// <summary>A neighbour of the engine.</summary>
/// <param name="Advertised">Rules that it was sent, of both families.</param>
/// <param name="KeepsStale">Graceful restart is on, so that rules stay with it when the session is lost.</param>
/// <param name="CarriesFlowSpec">The session is set up for rules of FlowSpec.</param>
public sealed record EnginePeer(
    string Address, string State, bool IsEstablished, bool CarriesFlowSpec, long Advertised, bool KeepsStale)
{
    private const int Established = 6;
    private const int OverLimit = 2;

    private static readonly string[] s_states =
        ["unknown", "idle", "connect", "active", "open_sent", "open_confirm", "established"];

    internal static EnginePeer Of(Peer peer)
    {
        var state = peer.State?.SessionState ?? 0;
        var rules = peer.AfiSafis.Where(
            each => (each.Config?.Family ?? each.State?.Family) is { Safi: GobgpEngine.FlowSpecSafi }).ToList();
        return new EnginePeer(
            peer.Conf?.NeighborAddress is { Length: > 0 } address ? address : peer.State?.NeighborAddress ?? "",
            peer.State?.AdminState == OverLimit ? "over_prefix_limit"
                : state >= 0 && state < s_states.Length ? s_states[state] : s_states[0],
            state == Established, rules.Count > 0, rules.Sum(each => (long)(each.State?.Advertised ?? 0)),
            peer.GracefulRestart is { Enabled: true } or { LonglivedEnabled: true });
    }

    /// <summary>Every address by which the session between engine and neighbour may run, or that names one of
    /// them.</summary>
    internal static IEnumerable<IpAddr> AddressesOf(Peer peer) => Parsed(
    [
        peer.Conf?.NeighborAddress, peer.State?.NeighborAddress, peer.State?.RouterId,
        peer.Transport?.LocalAddress, peer.Transport?.RemoteAddress,
    ]);

    // An engine that listens on every address says so with the unspecified one.
    internal static IEnumerable<IpAddr> Parsed(IEnumerable<string?> texts) =>
        texts.Select(text => IpAddr.TryParse(text, out var address) ? address : default)
            .Where(address => address.IsKnown);
}

using Assist.Addresses;
using Assist.Flows;

namespace Assist.Control;

/// <summary>What a flow matches; a part that it does not match is left out. Names of flows tell it for people; of long
/// IPv6 addresses they are hashes.</summary>
internal sealed record MatchStatus
{
    public string? Source { get; init; }
    public int? SourcePort { get; init; }
    public string? Destination { get; init; }
    public int? DestinationPort { get; init; }
    public string? Protocol { get; init; }

    public static MatchStatus Of(in FlowMatch match) => new()
    {
        Source = Text(match.Source),
        SourcePort = Port(match.SourcePort),
        Destination = Text(match.Destination),
        DestinationPort = Port(match.DestinationPort),
        Protocol = match.Protocol.IsKnown ? $"{match.Protocol}" : null,
    };

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Protocol ?? "any protocol"} from {End(Source, SourcePort)} to {End(Destination, DestinationPort)}";

    private static string End(string? address, int? port) =>
        (address ?? "any address") + (port is null ? "" : $" port {port}");

    private static string? Text(IpAddr address) => address.IsKnown ? $"{address}" : null;

    private static int? Port(ushort port) => port == 0 ? null : port;
}

using System.Net;
using System.Net.Sockets;

namespace Assist.Faults;

/// <summary>A session of the model. Its entries are spelled out here from the documentation, not planned by the code
/// that is tested.</summary>
internal sealed record Session(IPAddress Source, IPAddress Destination)
{
    public const int SourcePort = 51000;
    public const int DestinationPort = 443;

    public string DropName => $"DROP_TCP_{Named(Source)}_{Named(Destination)}:{DestinationPort}";

    /// <summary>Without the mark of a half.</summary>
    public string BypassName =>
        $"BYPASS_FW_AB_TCP_{Named(Source)}:{SourcePort}_{Named(Destination)}:{DestinationPort}";

    /// <summary>Session number N: its source is its own, so that no drop covers two of them. Every eighth is
    /// IPv6.</summary>
    public static Session Of(int number) => number % 8 == 0
        ? new Session(IPAddress.Parse($"2001:db8::1:{(number >> 16) + 1:x}:{(number & 0xffff) + 1:x}"),
            IPAddress.Parse("2001:db8:1::2"))
        : new Session(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]),
            IPAddress.Parse("203.0.113.20"));

    /// <summary>Names of the entries.</summary>
    public IReadOnlyList<string> Names(bool isDrop) => isDrop ? [DropName] : [BypassName + "_INI", BypassName + "_RSP"];

    /// <summary>Entries by name, each with its lines but for the timeouts.</summary>
    public Dictionary<string, string[]> Entries(bool isDrop, Wiring wiring) => isDrop
        ? new()
        {
            [DropName] = [
            .. Common(50), .. Ends(Source, Destination), Port("destination", DestinationPort), "action drop"]
        }
        : new()
        {
            [BypassName + "_INI"] = Half(
                wiring.A, wiring.B, Ends(Source, Destination), SourcePort, DestinationPort),
            [BypassName + "_RSP"] = Half(
                wiring.B, wiring.A, Ends(Destination, Source), DestinationPort, SourcePort),
        };

    private static string[] Half(string from, string to, string[] ends, int sourcePort, int destinationPort) =>
    [
        .. Common(40), $"match input interface {from}", .. ends, Port("source", sourcePort),
        Port("destination", destinationPort),
        $"action output interface {to}",
    ];

    private static string[] Common(int priority) => ["no persistent", $"priority {priority}", "match ip protocol tcp"];

    private static string[] Ends(IPAddress source, IPAddress destination)
    {
        var family = source.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ip";
        return [$"match ethertype {family}", $"match source {family} {source}",
            $"match destination {family} {destination}"];
    }

    private static string Port(string side, int port) => $"match {side} port {port}";

    private static string Named(IPAddress address) => $"{address}".Replace('.', '-').Replace(':', '-');
}

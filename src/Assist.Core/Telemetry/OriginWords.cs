using System.Text;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Telemetry;

/// <summary>Says whose log asked for a flow, for a line of the daemon's own log.</summary>
internal static class OriginWords
{
    /// <summary>Such as <c>; log of 192.0.2.10 (udp), firewall rule "deny all", session "7", serial "0011"</c>; empty
    /// where nobody asked.</summary>
    public static string Of(Origin? origin)
    {
        if (origin?.Transport is not { } transport) return "";
        var words = new StringBuilder();
        words.Append("; log of ").Append(origin.Sender).Append(" (")
            .Append(transport.ToString().ToLowerInvariant()).Append(')');
        if (origin.FirewallRule.Length > 0) words.Append(", firewall rule ").Append(Quoted(origin.FirewallRule));
        if (origin.SessionId.Length > 0) words.Append(", session ").Append(Quoted(origin.SessionId));
        if (origin.Serial.Length > 0) words.Append(", serial ").Append(Quoted(origin.Serial));
        return words.ToString();
    }

    /// <summary>Such as <c>; from 2001:db8::1 to 2001:db8::2</c>, of a flow with IPv6 addresses: its name writes them
    /// with other signs, or is a hash of them. Empty for others.</summary>
    public static string Addresses(in FlowIdentity? flow)
    {
        if (flow?.Match is not { } match || !(match.Source.IsV6 || match.Destination.IsV6)) return "";
        return $"; from {Words(match.Source)} to {Words(match.Destination)}";
    }

    private static string Words(IpAddr address) => address.IsKnown ? $"{address}" : "any";

    // The text of a log must not look like words of ours; what is invisible the log's writer escapes.
    private static string Quoted(string text) => $"\"{text.Replace('"', '\'')}\"";
}

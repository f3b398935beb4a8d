using System.Globalization;
using System.Text;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.FlowSpec;

/// <summary>An announced rule in the words of those who show it.</summary>
public static class RuleText
{
    // Of the protocols that GoBGP has a name for; the others it prints as numbers.
    private static readonly byte[] s_named = [1, 2, 6, 17, 47, 89, 103, 132];

    /// <summary>As `show bgp flow-spec` of EOS prints it, such as
    /// 203.0.113.9/32;198.51.100.7/32;IP:=6;DP:=443;SP:=40001;.</summary>
    public static string OfEos(in FlowMatch match)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{match.Destination}/{match.Destination.Bits};");
        text.Append(match.Source.IsKnown ? $"{match.Source}/{match.Source.Bits};" : "*;");
        if (match.Protocol.IsKnown) text.Append(CultureInfo.InvariantCulture, $"IP:={match.Protocol.Number};");
        if (match.DestinationPort != 0) text.Append(CultureInfo.InvariantCulture, $"DP:={match.DestinationPort};");
        if (match.SourcePort != 0) text.Append(CultureInfo.InvariantCulture, $"SP:={match.SourcePort};");
        return text.ToString();
    }

    /// <summary>As `gobgp global rib` prints it.</summary>
    public static string OfGobgp(in FlowMatch match)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[destination: {PrefixOf(match.Destination)}]");
        if (match.Source.IsKnown) text.Append(CultureInfo.InvariantCulture, $"[source: {PrefixOf(match.Source)}]");
        if (match.Protocol.IsKnown)
            text.Append(CultureInfo.InvariantCulture, $"[protocol: =={NameOf(match.Protocol)}]");
        if (match.DestinationPort != 0)
            text.Append(CultureInfo.InvariantCulture, $"[destination-port: =={match.DestinationPort}]");
        if (match.SourcePort != 0) text.Append(CultureInfo.InvariantCulture, $"[source-port: =={match.SourcePort}]");
        return text.ToString();
    }

    // With the offset of RFC 8956.
    private static string PrefixOf(IpAddr host) => host.IsV6 ? $"{host}/128/0" : $"{host}/32";

    private static string NameOf(IpProtocol protocol) => s_named.Contains(protocol.Number) ? $"{protocol}"
        : protocol.Number.ToString(CultureInfo.InvariantCulture);
}

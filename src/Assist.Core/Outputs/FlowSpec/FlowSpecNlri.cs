using System.Buffers.Binary;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.FlowSpec;

/// <summary>The match of a drop as BGP carries it: the NLRI of RFC 8955 4 (IPv4) and RFC 8956 3 (IPv6), with its length
/// octet. Of all that a rule can match only what a drop matches is written and understood: two hosts, a protocol, two
/// ports.</summary>
public static class FlowSpecNlri
{
    private const byte DestinationPrefix = 1;
    private const byte SourcePrefix = 2;
    private const byte Protocol = 3;
    private const byte DestinationPort = 5;
    private const byte SourcePort = 6;

    // RFC 8955 4.2.1.1: the last of the list, equal; the value has one byte, or two.
    private const byte EqualsByte = 0x81;
    private const byte EqualsShort = 0x91;

    // Longer ones have a length of two bytes (RFC 8955 4.1); none of ours is.
    private const int LongestWithOneByte = 239;

    /// <summary>Components in the order of their types, as RFC 8955 4.2 asks. The match must have a
    /// destination.</summary>
    public static byte[] Of(in FlowMatch match)
    {
        var body = new List<byte>(48);
        AddPrefix(body, DestinationPrefix, match.Destination);
        if (match.Source.IsKnown) AddPrefix(body, SourcePrefix, match.Source);
        if (match.Protocol.IsKnown) body.AddRange([Protocol, EqualsByte, match.Protocol.Number]);
        if (match.DestinationPort != 0) AddPort(body, DestinationPort, match.DestinationPort);
        if (match.SourcePort != 0) AddPort(body, SourcePort, match.SourcePort);
        return [(byte)body.Count, .. body];
    }

    /// <summary>What a router would understand. False for every rule but one of two hosts at the most with exact
    /// values, so that nothing is taken for narrower than it is.</summary>
    public static bool TryRead(ReadOnlySpan<byte> nlri, bool isV6, out FlowMatch match)
    {
        match = default;
        if (nlri.Length == 0 || nlri[0] > LongestWithOneByte || nlri[0] != nlri.Length - 1) return false;
        var rest = nlri[1..];
        var last = 0;
        while (rest.Length > 0)
        {
            var type = rest[0];
            if (type <= last) return false;
            last = type;
            var length = type is DestinationPrefix or SourcePrefix
                ? ReadHost(rest, isV6, type, ref match) : ReadValue(rest, type, ref match);
            if (length == 0) return false;
            rest = rest[length..];
        }
        return match.Destination.IsKnown;
    }

    private static void AddPrefix(List<byte> body, byte type, IpAddr host)
    {
        body.Add(type);
        body.Add((byte)host.Bits);
        // RFC 8956 3.1: an IPv6 prefix has an offset too.
        if (host.IsV6) body.Add(0);
        body.AddRange(host.ToIPAddress().GetAddressBytes());
    }

    private static void AddPort(List<byte> body, byte type, ushort port) =>
        body.AddRange([type, EqualsShort, (byte)(port >> 8), (byte)port]);

    // The bytes taken; 0 for what is no host.
    private static int ReadHost(ReadOnlySpan<byte> rest, bool isV6, byte type, ref FlowMatch match)
    {
        var (bits, header) = isV6 ? (128, 3) : (32, 2);
        var length = header + bits / 8;
        if (rest.Length < length || rest[1] != bits || (isV6 && rest[2] != 0)) return 0;
        var address = rest[header..length];
        var host = isV6 ? IpAddr.V6(BinaryPrimitives.ReadUInt128BigEndian(address))
            : IpAddr.V4(BinaryPrimitives.ReadUInt32BigEndian(address));
        // The unspecified address stands for "any" elsewhere, and ::ffff:0:0/96 would come out as IPv4.
        if (!host.IsKnown || host.IsV6 != isV6) return 0;
        match = type == DestinationPrefix ? match with { Destination = host } : match with { Source = host };
        return length;
    }

    private static int ReadValue(ReadOnlySpan<byte> rest, byte type, ref FlowMatch match)
    {
        if (rest.Length < 3) return 0;
        if (type == Protocol && rest[1] == EqualsByte && rest[2] != 0)
        {
            match = match with { Protocol = new IpProtocol(rest[2]) };
            return 3;
        }
        if (type is not (DestinationPort or SourcePort) || rest.Length < 4 || rest[1] != EqualsShort) return 0;
        var port = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (port == 0) return 0;
        match = type == DestinationPort ? match with { DestinationPort = port } : match with { SourcePort = port };
        return 4;
    }
}

using Assist.Flows;

namespace Assist.Pipeline;

/// <summary>Hashes of flows, for memories that must be quick. Senders choose what is hashed, but not with
/// what.</summary>
internal static class FlowHash
{
    private static readonly ulong s_secret = (ulong)Random.Shared.NextInt64() << 1 | 1;

    /// <summary>Ports and VLANs in one number.</summary>
    public static ulong PortsAndVlans(in FlowMatch match) => (ulong)match.SourcePort << 48
        | (ulong)match.DestinationPort << 32 | (ulong)match.InVlan << 16 | match.OutVlan;

    /// <summary>The rest in one number. Families, too: an IPv4 address and an IPv6 one may have the same
    /// value.</summary>
    public static ushort Rest(in FlowIdentity flow) => (ushort)(
        flow.Match.Protocol.Number << 8 | (byte)flow.Action << 6 | (byte)flow.Placement << 4
        | (flow.Match.Source.IsV6 ? 2 : 0) | (flow.Match.Destination.IsV6 ? 1 : 0));

    public static ulong Of(UInt128 source, UInt128 destination, ulong portsAndVlans, ushort rest)
    {
        var hash = Mix((ulong)source ^ s_secret, (ulong)destination ^ portsAndVlans);
        hash = Mix(hash ^ (ulong)(source >> 64) ^ rest, (ulong)(destination >> 64) ^ s_secret);
        return Mix(hash, s_secret);
    }

    /// <summary>Of a flow and a short text.</summary>
    public static ulong Of(in FlowIdentity flow, ReadOnlySpan<byte> text)
    {
        // FNV-1a, which is good enough for what is mixed again.
        var hash = 0xcbf29ce484222325;
        foreach (var letter in text) hash = (hash ^ letter) * 0x100000001b3;
        var match = flow.Match;
        return Mix(hash, Of(match.Source.Value, match.Destination.Value, PortsAndVlans(match), Rest(flow)));
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ 0x9e3779b97f4a7c15, b ^ 0xd1b54a32d192ed03, out ulong low);
        return high ^ low;
    }
}

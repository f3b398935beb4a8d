using System.Buffers.Binary;

namespace Assist.Outputs.FlowSpec;

/// <summary>A standard community (RFC 1997), such as 65010:666.</summary>
public readonly record struct Community(ushort High, ushort Low)
{
    /// <summary>RFC 1997: not to be told to other autonomous systems.</summary>
    public static readonly Community NoExport = new(0xffff, 0xff01);

    public override string ToString() => $"{High}:{Low}";

    /// <summary>Two numbers from 0 to 65535, without the well-known ones, and not 0:0.</summary>
    public static bool TryParse(string? text, out Community community)
    {
        community = default;
        if (text?.Split(':') is not [var high, var low] || !IsNumber(high, out var first)
            || !IsNumber(low, out var second))
            return false;
        community = new Community(first, second);
        return first is not (0 or 0xffff);
    }

    private static bool IsNumber(string text, out ushort number) =>
        ushort.TryParse(text, System.Globalization.NumberStyles.None, null, out number);
}

/// <summary>The path attributes of an announced drop, as RFC 4271 4.3 writes them, and what of them tells a drop of
/// ours from what others have announced.</summary>
public static class FlowSpecAttributes
{
    private const byte Transitive = 0x40;
    private const byte Optional = 0x80;
    private const byte ExtendedLength = 0x10;
    private const byte OriginType = 1;
    private const byte CommunitiesType = 8;
    private const byte MpReachType = 14;
    private const byte ExtendedCommunitiesType = 16;
    private const byte FlowSpecSafi = 133;

    // RFC 8955 7.1, traffic-rate-bytes: of autonomous system 0, a rate of 0 bytes a second, which drops.
    private static readonly byte[] s_discard = [0x80, 0x06, 0, 0, 0, 0, 0, 0];

    /// <summary>The attributes of a rule that drops: each on its own, as GoBGP takes them.</summary>
    public static IReadOnlyList<byte[]> Of(ReadOnlySpan<byte> nlri, bool isV6, IReadOnlyList<Community> communities)
    {
        ArgumentNullException.ThrowIfNull(communities);
        byte[] list = [.. communities.SelectMany(Bytes)];
        return
        [
            [Transitive, OriginType, 1, 0],
            MpReach(nlri, isV6),
            [Optional | Transitive, CommunitiesType, (byte)list.Length, .. list],
            [Optional | Transitive, ExtendedCommunitiesType, (byte)s_discard.Length, .. s_discard],
        ];
    }

    /// <summary>True where one of the attributes is a list of communities with this one in it.</summary>
    public static bool Has(IEnumerable<ReadOnlyMemory<byte>> attributes, Community community)
    {
        var wanted = (uint)(community.High << 16 | community.Low);
        foreach (var attribute in attributes)
        {
            if (!TryRead(attribute.Span, CommunitiesType, out var value)) continue;
            for (; value.Length >= 4; value = value[4..])
                if (BinaryPrimitives.ReadUInt32BigEndian(value) == wanted) return true;
        }
        return false;
    }

    /// <summary>True where the only thing that the rule asks of a router is to drop.</summary>
    public static bool OnlyDrop(IEnumerable<ReadOnlyMemory<byte>> attributes)
    {
        foreach (var attribute in attributes)
            if (TryRead(attribute.Span, ExtendedCommunitiesType, out var value))
                return IsDiscard(value);
        return false;
    }

    // The number of an autonomous system is information only (RFC 8955 7.1).
    private static bool IsDiscard(ReadOnlySpan<byte> value) =>
        value.Length == 8 && value[..2].SequenceEqual(s_discard.AsSpan(0, 2))
        && value[4..].SequenceEqual(s_discard.AsSpan(4));

    // GoBGP asks for a next hop and sends none (RFC 8955 4).
    private static byte[] MpReach(ReadOnlySpan<byte> nlri, bool isV6)
    {
        var hop = isV6 ? 16 : 4;
        byte[] value = [0, (byte)(isV6 ? 2 : 1), FlowSpecSafi, (byte)hop, .. new byte[hop], 0, .. nlri];
        return [Optional, MpReachType, (byte)value.Length, .. value];
    }

    private static IEnumerable<byte> Bytes(Community community) =>
        [(byte)(community.High >> 8), (byte)community.High, (byte)(community.Low >> 8), (byte)community.Low];

    private static bool TryRead(ReadOnlySpan<byte> attribute, byte type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (attribute.Length < 3 || attribute[1] != type) return false;
        var isLong = (attribute[0] & ExtendedLength) != 0;
        var header = isLong ? 4 : 3;
        if (attribute.Length < header) return false;
        var length = isLong ? BinaryPrimitives.ReadUInt16BigEndian(attribute[2..]) : attribute[2];
        if (attribute.Length != header + length) return false;
        value = attribute[header..];
        return true;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Assist.Addresses;

/// <summary>An IPv4 or IPv6 address as a value; <c>default</c> means "unknown". An IPv4-mapped IPv6 address
/// (RFC 4291 2.5.5.2) is the IPv4 address it carries.</summary>
public readonly record struct IpAddr
{
    private const byte FamilyV4 = 4;
    private const byte FamilyV6 = 6;

    // Not one UInt128: its alignment would make an address a third larger, and flows are copied for every message.
    private readonly ulong _upper;
    private readonly ulong _lower;
    private readonly byte _family;

    private IpAddr(ulong upper, ulong lower, byte family) => (_upper, _lower, _family) = (upper, lower, family);

    public static IpAddr V4(uint value) => new(0, value, FamilyV4);

    public static IpAddr V6(UInt128 value)
    {
        var (upper, lower) = ((ulong)(value >> 64), (ulong)value);
        return upper == 0 && lower >> 32 == 0xffff ? V4((uint)lower) : new IpAddr(upper, lower, FamilyV6);
    }

    /// <summary>False for <c>default</c>, 0.0.0.0 and ::, which firewalls write where they do not know.</summary>
    public bool IsKnown => (_upper | _lower) != 0;

    public bool IsV4 => _family == FamilyV4;

    public bool IsV6 => _family == FamilyV6;

    /// <summary>32 or 128; 0 for <c>default</c>.</summary>
    public int Bits => _family switch { FamilyV4 => 32, FamilyV6 => 128, _ => 0 };

    public UInt128 Value => new(_upper, _lower);

    /// <summary>How many bits are equal from the first on; of two addresses of one family.</summary>
    public int BitsInCommon(IpAddr other)
    {
        if (IsV4) return BitOperations.LeadingZeroCount((uint)(_lower ^ other._lower));
        var upper = BitOperations.LeadingZeroCount(_upper ^ other._upper);
        return upper < 64 ? upper : 64 + BitOperations.LeadingZeroCount(_lower ^ other._lower);
    }

    /// <summary>True where a packet of a routed session can carry it: not unspecified, loopback, link-local,
    /// multicast or broadcast (RFC 6890, RFC 4291 2.4).</summary>
    public bool IsRoutableUnicast => _family switch
    {
        FamilyV4 => IsRoutableV4((uint)_lower),
        FamilyV6 => (_upper != 0 || _lower > 1) && _upper >> 56 != 0xff && _upper >> 54 != 0xfe80 >> 6,
        _ => false,
    };

    public static IpAddr From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : V6(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_lower);
            return new IPAddress(bytes[..4]);
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(bytes);
    }

    public static bool TryParse(string? text, out IpAddr address)
    {
        address = default;
        return text is { Length: > 0 and <= 64 } && TryParse(Encoding.UTF8.GetBytes(text), out address);
    }

    /// <summary>Reads a strict dotted quad (no octal, no short forms, no blanks) or any RFC 4291 2.2 text form.
    /// A zone id is refused: a link-local address cannot be a flow key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddr address)
    {
        if (!TryParseV4(text, out var value)) return TryParseV6(text, out address);
        address = V4(value);
        return true;
    }

    // Senders choose addresses: those that fall together in a table must not be the same in every process.
    public override int GetHashCode() => HashCode.Combine(_upper, _lower, _family);

    /// <summary>Dotted quad, or RFC 5952 text; empty for <c>default</c>.</summary>
    public override string ToString() => _family == 0 ? "" : ToIPAddress().ToString();

    private static bool IsRoutableV4(uint value) =>
        value >> 24 is not 0 and not 127 and < 224 && value >> 16 != 0xa9fe;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseV4(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.Length is < 7 or > 15) return false;
        var at = 0;
        for (var octets = 1; ; octets++)
        {
            if (!TryReadOctet(text, ref at, out var octet)) return false;
            value = value << 8 | octet;
            if (octets == 4) return at == text.Length;
            if (at == text.Length || text[at++] != '.') return false;
        }
    }

    // At a stretch, as every message has several: one to three digits, of which the first of several is no 0.
    private static bool TryReadOctet(ReadOnlySpan<byte> text, ref int at, out uint octet)
    {
        octet = DigitAt(text, at);
        if (octet > 9) return false;
        if (DigitAt(text, ++at) is <= 9 and var second)
        {
            if (octet == 0) return false;   // 010 is octal to some
            octet = octet * 10 + second;
            if (DigitAt(text, ++at) is <= 9 and var third)
            {
                octet = octet * 10 + third;
                at++;
            }
        }
        return octet <= 255;
    }

    // More than 9 where there is none.
    private static uint DigitAt(ReadOnlySpan<byte> text, int at) =>
        (uint)at < (uint)text.Length ? text[at] - (uint)'0' : uint.MaxValue;

    private static bool TryParseV6(ReadOnlySpan<byte> text, out IpAddr address)
    {
        address = default;
        if (text.Length is < 2 or > 45) return false;
        UInt128 head = 0, tail = 0;
        int headGroups = 0, tailGroups = 0, at = 0;
        var compressed = false;
        if (text[0] == ':')
        {
            if (text[1] != ':') return false;
            compressed = true;
            at = 2;
        }
        while (at < text.Length)
        {
            var rest = text[at..];
            var end = rest.IndexOf((byte)':');
            var group = end < 0 ? rest : rest[..end];
            if (group.IndexOf((byte)'.') >= 0)
            {
                if (end >= 0 || headGroups + tailGroups > 6 || !TryParseV4(group, out var v4)) return false;
                Append(v4 >> 16, compressed, ref head, ref headGroups, ref tail, ref tailGroups);
                Append(v4 & 0xffff, compressed, ref head, ref headGroups, ref tail, ref tailGroups);
                break;
            }
            if (!TryParseGroup(group, out var value) || headGroups + tailGroups > 7) return false;
            Append(value, compressed, ref head, ref headGroups, ref tail, ref tailGroups);
            if (end < 0) break;
            at += end + 1;
            if (at == text.Length) return false;
            if (text[at] != ':') continue;
            if (compressed) return false;
            compressed = true;
            at++;
        }
        var groups = headGroups + tailGroups;
        if (compressed ? groups > 7 : groups != 8) return false;
        address = V6(compressed && headGroups > 0 ? head << (128 - 16 * headGroups) | tail : head | tail);
        return true;
    }

    private static void Append(
        uint group, bool compressed, ref UInt128 head, ref int headGroups, ref UInt128 tail, ref int tailGroups)
    {
        if (compressed)
        {
            tail = tail << 16 | group;
            tailGroups++;
        }
        else
        {
            head = head << 16 | group;
            headGroups++;
        }
    }

    private static bool TryParseGroup(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.Length is 0 or > 4) return false;
        foreach (var c in text)
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
                _ => -1,
            };
            if (digit < 0) return false;
            value = value << 4 | (uint)digit;
        }
        return true;
    }
}

/// <summary>An address with a prefix length, such as 192.0.2.0/24; a lone address is its own /32 or /128.</summary>
public readonly record struct IpPrefix(IpAddr Address, int Length)
{
    public static bool TryParse(string? text, out IpPrefix prefix)
    {
        prefix = default;
        if (text is null) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IpAddr.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        var length = address.Bits;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, null, out length)) return false;
        if (length > address.Bits) return false;
        prefix = new IpPrefix(address, length);
        return true;
    }

    /// <summary>True where the address has bits set behind the prefix's length, as in 192.0.2.10/24.</summary>
    public bool HasHostBits => Length < Address.Bits && (Address.Value & HostMask) != 0;

    /// <summary>True for a lone address.</summary>
    public bool IsSingle => Length == Address.Bits;

    private UInt128 HostMask => (UInt128.One << (Address.Bits - Length)) - 1;

    public bool Contains(IpAddr address) => address.Bits == Address.Bits && address.BitsInCommon(Address) >= Length;

    public override string ToString() => IsSingle ? Address.ToString() : $"{Address}/{Length}";
}

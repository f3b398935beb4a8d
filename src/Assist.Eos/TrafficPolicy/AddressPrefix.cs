using System.Net;
using System.Net.Sockets;

namespace Assist.Eos;

/// <summary>A prefix of a field-set, which EOS sorts by number.</summary>
internal sealed record AddressPrefix(IPAddress Address, int Length)
{
    /// <summary>An address or a prefix of that family; null for any other word.</summary>
    public static AddressPrefix? Parse(string word, bool isV6)
    {
        var family = isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var (host, bits) = (word.Split('/')[0], isV6 ? 128 : 32);
        if (!Arguments.TryIp(host, family, out var address)) return null;
        if (host.Length == word.Length) return new AddressPrefix(address, bits);
        return int.TryParse(word.AsSpan(host.Length + 1), out var length) && length >= 0 && length <= bits
            ? new AddressPrefix(address, length) : null;
    }

    public bool Contains(IPAddress? address) =>
        new AddressMatch(Address, AddressMatch.MaskOf(Length, Address.AddressFamily)).Matches(address);

    /// <summary>By number, then by length.</summary>
    public static Comparer<AddressPrefix> ByNumber { get; } = Comparer<AddressPrefix>.Create((one, other) =>
        one.Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Address.GetAddressBytes()) is not 0 and var order
            ? order : one.Length.CompareTo(other.Length));

    public override string ToString() => $"{Address}/{Length}";
}

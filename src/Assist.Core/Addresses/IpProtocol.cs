using System.Text;

namespace Assist.Addresses;

/// <summary>An IP protocol number (IANA). 0 stands for "unknown": firewalls write <c>hopopt</c> where there was none,
/// and a flow never matches on it.</summary>
public readonly record struct IpProtocol(byte Number)
{
    public static readonly IpProtocol Icmp = new(1);
    public static readonly IpProtocol Tcp = new(6);
    public static readonly IpProtocol Udp = new(17);
    public static readonly IpProtocol IcmpV6 = new(58);
    public static readonly IpProtocol Sctp = new(132);

    private static readonly (string Name, byte Number)[] s_names =
    [
        ("tcp", 6), ("udp", 17), ("icmp", 1), ("hopopt", 0), ("ipv6-icmp", 58), ("icmp6", 58), ("icmpv6", 58),
        ("gre", 47), ("esp", 50), ("ah", 51), ("sctp", 132), ("igmp", 2), ("ospf", 89), ("ospfigp", 89),
        ("ospfv3", 89), ("pim", 103), ("ipip", 4), ("ipinip", 4), ("ipv4", 4), ("ipv6", 41), ("egp", 8), ("igp", 9),
        ("rsvp", 46), ("eigrp", 88), ("vrrp", 112), ("l2tp", 115), ("ggp", 3), ("st", 5), ("etherip", 97),
        ("ipcomp", 108), ("udplite", 136), ("rdp", 27), ("dccp", 33), ("ipv6-frag", 44), ("ipv6-route", 43),
        ("ipv6-nonxt", 59), ("ipv6-opts", 60), ("isis", 124), ("pup", 12), ("chaos", 16), ("idp", 22), ("xns-idp", 22),
    ];

    public bool IsKnown => Number != 0;

    /// <summary>Only TCP, UDP and SCTP carry ports; other protocols come with invented ones in the logs.</summary>
    public bool HasPorts => Number is 6 or 17 or 132;

    /// <summary>ICMP of either family, which has types and no ports.</summary>
    public bool IsIcmp => Number is 1 or 58;

    /// <summary>Reads a lower- or upper-case name or a decimal number from 0 to 255.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpProtocol protocol)
    {
        protocol = default;
        if (text.Length is 0 or > 12) return false;
        if (System.Buffers.Text.Utf8Parser.TryParse(text, out byte number, out var used) && used == text.Length)
        {
            if (text[0] == '0' && text.Length > 1) return false;
            protocol = new IpProtocol(number);
            return true;
        }
        foreach (var (name, value) in s_names)
        {
            if (!Ascii.EqualsIgnoreCase(text, name)) continue;
            protocol = new IpProtocol(value);
            return true;
        }
        return false;
    }

    public override string ToString()
    {
        foreach (var (name, number) in s_names)
            if (number == Number) return name;
        return Number.ToString();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assist.Eos;

/// <summary>Kinds of argument, named as EOS's own help names them, and their values.</summary>
internal static class Arguments
{
    public const string Word = "WORD";
    public const string Line = "LINE";
    public const string Interfaces = "INTERFACES";
    public const string Prefixes = "PREFIXES";
    public const string Ip = "A.B.C.D";
    public const string IpPrefix = "A.B.C.D/E";
    public const string Ipv6 = "A:B:C:D:E:F:G:H";
    public const string Ipv6Prefix = "A:B:C:D:E:F:G:H/I";
    public const string Mac = "H.H.H";
    public const string Protocol = "PROTOCOL";
    public const string EtherType = "ETHERTYPE";
    public const string Percent = "PERCENT";

    private static readonly Dictionary<string, int> s_protocols = new(StringComparer.OrdinalIgnoreCase)
    {
        ["icmp"] = 1,
        ["igmp"] = 2,
        ["tcp"] = 6,
        ["udp"] = 17,
        ["gre"] = 47,
        ["esp"] = 50,
        ["ahp"] = 51,
        ["icmpv6"] = 58,
        ["ospf"] = 89,
        ["pim"] = 103,
        ["vrrp"] = 112,
        ["sctp"] = 132,
    };

    private static readonly Dictionary<string, int> s_etherTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ip"] = 0x0800,
        ["arp"] = 0x0806,
        ["ipv6"] = 0x86dd,
    };

    /// <summary>Does this word fit this kind? A kind &lt;a-b&gt; is a decimal range.</summary>
    public static bool Fits(string kind, string word) => kind switch
    {
        Word => true,
        Ip => TryIp(word, AddressFamily.InterNetwork, out _),
        IpPrefix => TryPrefix(word, AddressFamily.InterNetwork, out _),
        Ipv6 => TryIp(word, AddressFamily.InterNetworkV6, out _),
        Ipv6Prefix => TryPrefix(word, AddressFamily.InterNetworkV6, out _),
        Mac => TryMac(word, out _),
        Protocol => TryNumber(word, s_protocols, 255, out _),
        EtherType => TryNumber(word, s_etherTypes, 65535, out _),
        Percent => decimal.TryParse(word, NumberStyles.AllowDecimalPoint, null, out var p) && p <= 100,
        _ => FitsRange(kind, word),
    };

    public static int ProtocolNumber(string word) =>
        TryNumber(word, s_protocols, 255, out var n) ? n : throw new FormatException(word);

    public static int EtherTypeNumber(string word) =>
        TryNumber(word, s_etherTypes, 65535, out var n) ? n : throw new FormatException(word);

    public static string MacAddress(string word) => TryMac(word, out var mac) ? mac : throw new FormatException(word);

    /// <summary>A host, a prefix, or an address with a mask in words of its own.</summary>
    public static AddressMatch Address(string word, string? mask = null)
    {
        var family = word.Contains(':') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        if (TryPrefix(word, family, out var prefix)) return prefix;
        if (!TryIp(word, family, out var address)) throw new FormatException(word);
        if (mask is not null && TryIp(mask, family, out var maskAddress)) return new AddressMatch(address, maskAddress);
        return new AddressMatch(address, AddressMatch.MaskOf(family == AddressFamily.InterNetwork ? 32 : 128, family));
    }

    private static bool FitsRange(string kind, string word)
    {
        var ends = kind.Trim('<', '>').Split('-');
        if (word.Length > 10 || !word.All(char.IsAsciiDigit)) return false;
        var number = long.Parse(word);
        return number >= long.Parse(ends[0]) && number <= long.Parse(ends[1]);
    }

    /// <summary>A name in any case, a decimal number, or 0x and hexadecimal digits.</summary>
    private static bool TryNumber(string word, Dictionary<string, int> names, int max, out int number)
    {
        if (names.TryGetValue(word, out number)) return true;
        var hex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var parsed = hex
            ? int.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out number)
            : int.TryParse(word, NumberStyles.None, null, out number);
        return parsed && number >= 0 && number <= max;
    }

    private static bool TryPrefix(string word, AddressFamily family, out AddressMatch prefix)
    {
        prefix = null!;
        var bits = family == AddressFamily.InterNetwork ? 32 : 128;
        if (word.Split('/') is not [var host, var length] || !FitsRange($"<0-{bits}>", length)) return false;
        if (!TryIp(host, family, out var address)) return false;
        prefix = new AddressMatch(address, AddressMatch.MaskOf(int.Parse(length), family));
        return true;
    }

    /// <summary>Four decimal numbers and nothing else, or an IPv6 literal without zone and port.</summary>
    public static bool TryIp(string word, AddressFamily family, out IPAddress address)
    {
        address = IPAddress.Any;
        var v4 = word.Split('.') is { Length: 4 } parts
            && Array.TrueForAll(parts, p => p.Length is > 0 and < 4 && p.All(char.IsAsciiDigit) && int.Parse(p) <= 255);
        var v6 = word.Contains(':') && word.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        if (family == AddressFamily.InterNetwork ? !v4 : !v6) return false;
        return IPAddress.TryParse(word.AsSpan(), out address!) && address.AddressFamily == family;
    }

    private static bool TryMac(string word, out string mac)
    {
        var digits = string.Concat(word.Where(char.IsAsciiHexDigit)).ToLowerInvariant();
        mac = string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
        return digits.Length == 12 && word.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.' or '-');
    }
}

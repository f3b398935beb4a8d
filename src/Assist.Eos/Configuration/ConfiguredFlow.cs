using System.Net;
using System.Net.Sockets;

namespace Assist.Eos;

/// <summary>An address and the bits of it that count.</summary>
public sealed record AddressMatch(IPAddress Address, IPAddress Mask)
{
    public bool IsIpv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    public bool IsHost => Mask.GetAddressBytes().All(b => b == 0xff);

    public bool Matches(IPAddress? address)
    {
        if (address?.AddressFamily != Address.AddressFamily) return false;
        var (wanted, mask, actual) = (Address.GetAddressBytes(), Mask.GetAddressBytes(), address.GetAddressBytes());
        return !actual.Where((b, i) => (b & mask[i]) != (wanted[i] & mask[i])).Any();
    }

    public static IPAddress MaskOf(int length, AddressFamily family)
    {
        var bytes = new byte[family == AddressFamily.InterNetwork ? 4 : 16];
        for (var bit = 0; bit < length; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}

/// <summary>The `match` lines of a flow; null and empty match everything.</summary>
public sealed record MatchFields
{
    public ValueList<string> Inputs { get; init; } = [];
    public string? SourceMac { get; init; }
    public string? DestinationMac { get; init; }
    public int? EtherType { get; init; }
    public int? Vlan { get; init; }
    public int? Cos { get; init; }
    public AddressMatch? Source { get; init; }
    public AddressMatch? Destination { get; init; }
    public int? Protocol { get; init; }
    public int? Tos { get; init; }
    public int? SourcePort { get; init; }
    public int? DestinationPort { get; init; }
}

/// <summary>The `action` lines of a flow.</summary>
public sealed record ActionFields
{
    public bool Drop { get; init; }
    public ValueList<string> Outputs { get; init; } = [];
    public IPAddress? Nexthop { get; init; }
    public bool Normal { get; init; }
    public bool Flood { get; init; }
    public bool All { get; init; }
    public bool Local { get; init; }
    public bool Controller { get; init; }
    public int? Vlan { get; init; }
    public int? Cos { get; init; }
    public int? Tos { get; init; }
    public string? SourceMac { get; init; }
    public string? DestinationMac { get; init; }
    public ValueList<string> EgressMirrors { get; init; } = [];
    public ValueList<string> IngressMirrors { get; init; } = [];

    private bool HasDestination =>
        Drop || Outputs.Count > 0 || Nexthop is not null || Flood || All || Local || Controller;

    /// <summary>A flow that only mirrors or rewrites goes on by normal forwarding and says so: facts 1.9.</summary>
    public bool GoesOnNormally => Normal || (!HasDestination && this != new ActionFields());
}

/// <summary>One `flow NAME` block of the configuration.</summary>
public sealed record ConfiguredFlow(string Name)
{
    public int Priority { get; init; }
    public int IdleTimeout { get; init; }
    public int HardTimeout { get; init; }

    /// <summary>The default of EOS; `no persistent` keeps the flow out of the startup configuration.</summary>
    public bool Persistent { get; init; } = true;
    public string? Comment { get; init; }
    public MatchFields Match { get; init; } = new();
    public ActionFields Action { get; init; } = new();

    /// <summary>Do both ask the same of the hardware?</summary>
    public bool IsProgrammedLike(ConfiguredFlow other) =>
        this with { Comment = null, Persistent = true } == other with { Comment = null, Persistent = true };
}

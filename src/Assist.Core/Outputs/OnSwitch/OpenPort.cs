using Assist.Addresses;

namespace Assist.Outputs.OnSwitch;

/// <summary>A sender's way to a listener, through the switch's control plane.</summary>
public readonly record struct OpenPort(bool IsUdp, IpPrefix Source, int Port)
{
    private const string Anybody = "any";

    /// <summary>As an IP access list has it. Numbers and constants only.</summary>
    public string Line => $"permit {Protocol} {From} any eq {Port}";

    internal bool IsV4 => Source.Address.IsV4;

    internal string Protocol => IsUdp ? "udp" : "tcp";

    private string From => Source switch
    {
        { Length: 0 } => Anybody,
        { IsSingle: true } => $"host {Source.Address}",
        _ => $"{Source}",
    };

    /// <summary>Whether whatever comes from here comes from there too.</summary>
    internal bool IsFrom(IpPrefix wide) =>
        wide.Address.IsV4 == IsV4 && wide.Length <= Source.Length && wide.Contains(Source.Address);
}

using Assist.Addresses;

namespace Assist.Outputs.FlowSpec;

/// <summary>What is announced by BGP FlowSpec, and where.</summary>
public sealed record FlowSpecOptions
{
    public const int DefaultMaxRules = 100;

    public required EngineAddress Engine { get; init; }

    /// <summary>The community by which our routes are known: no route without it is ever touched.</summary>
    public required Community Mark { get; init; }

    /// <summary>Only destinations inside them are announced.</summary>
    public required IReadOnlyList<IpPrefix> OwnPrefixes { get; init; }

    /// <summary>Beside the addresses that the engine knows: what no rule may match, such as the loopback addresses of
    /// routers.</summary>
    public IReadOnlyList<IpPrefix> Routers { get; init; } = [];

    /// <summary>Rules announced at one time, of both families; below what the neighbours take.</summary>
    public int MaxRules { get; init; } = DefaultMaxRules;

    /// <summary>How long our routes outlive a daemon that is gone; 1 s to 1 day.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>False lets routers tell other autonomous systems.</summary>
    public bool NoExport { get; init; } = true;

    public IReadOnlyList<Community> Communities => NoExport ? [Community.NoExport, Mark] : [Mark];
}

/// <summary>Where GoBGP's interface for programs is.</summary>
/// <param name="Socket">Path of a unix socket; null where it is an address.</param>
/// <param name="Url">Plain only on this machine.</param>
public sealed record EngineAddress(string? Socket, Uri? Url)
{
    /// <summary>A file with the authorities that the engine's certificate may be of; null is the system's.</summary>
    public string? Ca { get; init; }

    public override string ToString() => Socket is null ? Url!.Authority : $"unix:{Socket}";
}

using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.DirectFlow;

/// <summary>One line of the switch's flow table, as we want it. Text in it comes from the configuration or from typed
/// values, never from a message.</summary>
public sealed record FlowEntry : TargetEntry
{
    public override string Key => Name;
    public override int Precedence => Priority;
    public override FlowMatch? Packets => new FlowMatch
    {
        Source = Match.Source,
        SourcePort = Match.SourcePort,
        Destination = Match.Destination,
        DestinationPort = Match.DestinationPort,
        Protocol = Match.Protocol,
    };
    public required string Name { get; init; }
    public required EntryMatch Match { get; init; }
    public required EntryAction Action { get; init; }

    /// <summary>Larger wins.</summary>
    public required int Priority { get; init; }

    /// <summary>True only for what `setup` writes: such an entry goes into the startup configuration.</summary>
    public bool Persistent { get; init; }
    public string? Comment { get; init; }

    /// <summary>True where it has a name and neither matches nor does anything.</summary>
    internal bool IsBlank => Timeouts == default
        && Match is { InputInterfaces.Count: 0, NamesPortsOnly: true }
        && Action is { Drop: false, OutputInterfaces.Count: 0, MirrorInterfaces.Count: 0 };
}

/// <summary>Match of one entry, in the direction of the packets it sees.</summary>
public sealed record EntryMatch
{
    public IReadOnlyList<string> InputInterfaces { get; init; } = [];
    public ushort Vlan { get; init; }
    public IpAddr Source { get; init; }
    public IpAddr Destination { get; init; }
    public ushort SourcePort { get; init; }
    public ushort DestinationPort { get; init; }
    public IpProtocol Protocol { get; init; }

    /// <summary>True where it matches every packet of its input interfaces.</summary>
    internal bool NamesPortsOnly => this is
    {
        Vlan: 0, Source.IsKnown: false, Destination.IsKnown: false, SourcePort: 0, DestinationPort: 0,
        Protocol.IsKnown: false,
    };
}

/// <summary>What an entry does: drop, send out of interfaces (with rewrites), mirror, or a mix of the last
/// two.</summary>
public sealed record EntryAction
{
    public bool Drop { get; init; }
    public IReadOnlyList<string> OutputInterfaces { get; init; } = [];
    public IReadOnlyList<string> MirrorInterfaces { get; init; } = [];

    /// <summary>True copies packets as they leave (egress mirror), false as they arrived.</summary>
    public bool MirrorAfterRewrites { get; init; } = true;
    public byte? SetCos { get; init; }
    public byte? SetTos { get; init; }

    /// <summary>0 leaves the VLAN alone.</summary>
    public ushort SetVlan { get; init; }

    /// <summary>True where it neither drops nor changes a packet.</summary>
    internal bool ForwardsOnly => this is { Drop: false, SetCos: null, SetTos: null, SetVlan: 0 };

    /// <summary>True where both send the same ports the same copies.</summary>
    internal bool IsSamePath(EntryAction other) =>
        InterfaceName.SameSet(OutputInterfaces, other.OutputInterfaces)
        && InterfaceName.SameSet(MirrorInterfaces, other.MirrorInterfaces);
}

/// <summary>Priorities of the contract; larger wins.</summary>
internal static class FlowPriority
{
    public const int Static = 10;
    public const int Redirect = 30;
    public const int Bypass = 40;
    public const int Drop = 50;

    public static int Of(FlowAction action) => action switch
    {
        FlowAction.Drop => Drop,
        FlowAction.Bypass => Bypass,
        _ => Redirect,
    };
}

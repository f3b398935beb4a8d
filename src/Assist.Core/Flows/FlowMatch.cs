using Assist.Addresses;

namespace Assist.Flows;

public enum FlowAction : byte { Drop, Bypass, Redirect }

/// <summary>What a dynamic flow matches, in the direction of the session's first packet. Unknown or zero parts are not
/// matched. Its equality is the duplicate key and the source of the name.</summary>
public readonly record struct FlowMatch
{
    public IpAddr Source { get; init; }
    public IpAddr Destination { get; init; }
    public ushort SourcePort { get; init; }
    public ushort DestinationPort { get; init; }
    public IpProtocol Protocol { get; init; }

    /// <summary>VLAN on the side the session comes from, 1 to 4094; set only when both sides are known.</summary>
    public ushort InVlan { get; init; }
    public ushort OutVlan { get; init; }

    /// <summary>The same session as its answers see it.</summary>
    public FlowMatch Reversed() => this with
    {
        Source = Destination,
        Destination = Source,
        SourcePort = DestinationPort,
        DestinationPort = SourcePort,
        InVlan = OutVlan,
        OutVlan = InVlan,
    };

    /// <summary>True where every packet of the other match is one of this; VLANs are not compared.</summary>
    public bool Covers(in FlowMatch other) =>
        (!Source.IsKnown || Source == other.Source)
        && (!Destination.IsKnown || Destination == other.Destination)
        && (SourcePort == 0 || SourcePort == other.SourcePort)
        && (DestinationPort == 0 || DestinationPort == other.DestinationPort)
        && (!Protocol.IsKnown || Protocol == other.Protocol);

    internal bool HasPort => SourcePort != 0 || DestinationPort != 0;
}

/// <summary>Where a flow applies. A drop applies at every port; a bypass goes from one zone to the other, or, when the
/// log names no interfaces, is programmed for both directions.</summary>
public enum Placement : byte { Anywhere, AToB, BToA, Either }

/// <summary>The object an operator reasons about: one drop, one bypass (a pair), one redirect (two pairs).</summary>
public readonly record struct FlowIdentity(FlowAction Action, FlowMatch Match, Placement Placement);

/// <summary>Seconds; a hard timeout runs from installation, an idle timeout from the last packet. 0 means
/// none.</summary>
public readonly record struct FlowTimeouts(int Hard, int Idle);

/// <summary>Class of service (0 to 7) and type of service (0 to 255, of which switches use the upper six bits) that a
/// bypass writes into packets; null leaves them alone.</summary>
public readonly record struct Marking(byte? Cos, byte? Tos);

/// <summary>What the rules made of one message: the flow it asks for, and who asked.</summary>
public readonly record struct Verdict(FlowIdentity Flow, FlowTimeouts Timeouts, Marking Marking, string Rule)
{
    /// <summary>The rule of a flow of an earlier run of which nothing is remembered.</summary>
    public const string UnknownRule = "(adopted)";

    /// <summary>Null for a flow of an earlier run.</summary>
    public Origin? Origin { get; init; }

    /// <summary>For a drop: the firewall has found an attack, and not only denied a session.</summary>
    public bool IsThreat { get; init; }

    /// <summary>The table made it of several verdicts, and it is wider than any of them.</summary>
    public bool IsMerged { get; init; }

    /// <summary>For a drop: its message may be forged, so nothing may become wider or longer for it.</summary>
    public bool IsConfined { get; init; }

    public FlowClass Class => Flow.Action switch
    {
        FlowAction.Bypass => FlowClass.Bypass,
        FlowAction.Redirect => FlowClass.Redirect,
        _ => IsThreat ? FlowClass.Threat : FlowClass.Denial,
    };
}

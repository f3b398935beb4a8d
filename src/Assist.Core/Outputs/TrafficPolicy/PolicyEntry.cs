using Assist.Flows;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>One drop in a traffic policy: a member of a field-set where it has one address and nothing else, and a rule
/// otherwise.</summary>
public sealed record PolicyEntry : TargetEntry
{
    /// <summary>A rule takes entries of the switch's TCAM where a member takes a place in a table of prefixes, which
    /// is larger: how much larger differs between platforms, and nobody could verify it.</summary>
    public const int RuleCost = 8;

    public override string Key => Name;
    public override int Cost => FieldSet.Of(Match) is null ? RuleCost : 1;
    public override FlowMatch? Packets => Match;
    public required string Name { get; init; }
    public required FlowMatch Match { get; init; }

    /// <summary>When it ends, as the switch keeps it; null for one that is only planned, and for one that is not
    /// ours.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Why no policy can hold it; null where one can.</summary>
    internal string? Obstacle => ObstacleOf(Match);

    private static string? ObstacleOf(in FlowMatch match)
    {
        if (match.InVlan != 0 || match.OutVlan != 0)
            return "a traffic policy cannot match a VLAN, and without it the drop would hit more than was asked for; "
                + "firewall.vlan_in_interface: false leaves VLANs out";
        if (!match.Source.IsKnown && !match.Destination.IsKnown) return "a traffic policy needs an address to match";
        if (match.Source.IsKnown && match.Destination.IsKnown && match.Source.IsV6 != match.Destination.IsV6)
            return "one address is IPv4 and the other IPv6";
        if (match.HasPort && match.Protocol.Number is not (6 or 17))
            return "a traffic policy matches ports of tcp and udp only";
        if (FieldSet.Of(match) is not { } set) return null;
        var isPlaceholder = match.Source == set.Placeholder || match.Destination == set.Placeholder;
        return isPlaceholder ? $"{set.Placeholder} keeps the field-set from being empty" : null;
    }
}

/// <summary>What somebody else has put into our policy or field-sets: never touched.</summary>
public sealed record ForeignPolicyLine(string Place) : TargetEntry
{
    public override string Key => Place;
}

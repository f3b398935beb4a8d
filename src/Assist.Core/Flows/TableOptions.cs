namespace Assist.Flows;

/// <summary>Limits and times of the flow table.</summary>
public sealed record TableOptions
{
    /// <summary>A Trident2's table as the original documents it; a Trident+ has about half.</summary>
    public const int DefaultCapacity = 1500;

    /// <summary>Entries of the switch's table that may be in use, static ones included; null takes what the switch
    /// says, and <see cref="DefaultCapacity"/> where it does not say. Never more than what it says.</summary>
    public int? Capacity { get; init; }

    /// <summary>Entries that only drops may take; null is a tenth of the capacity.</summary>
    public int? ReservedForDrops { get; init; }

    public DropLimits Drops { get; init; } = new();

    /// <summary>The same verdict again within this time changes nothing.</summary>
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the switch's table is read and compared.</summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>False for a platform that refuses timeouts: entries are sent without, and the table ends them. Then
    /// nobody ends the entries of a daemon that is dead.</summary>
    public bool SwitchEndsEntries { get; init; } = true;

    /// <summary>Timeouts of flows of an earlier run that carry none on the switch.</summary>
    public Func<FlowAction, FlowTimeouts> Lifetimes { get; init; } = _ => new FlowTimeouts(1800, 300);

    /// <summary>Null removes nothing for being idle.</summary>
    public LeastActive? LeastActive { get; init; }

    /// <summary>Removes a bypass of which only one direction counts packets in two measurements in a row: with MLAG the
    /// other direction may go through the firewall, which then breaks the session.</summary>
    public bool RemovesOneWayBypasses { get; init; }
}

/// <summary>From <paramref name="AtPercent"/> (1 to 100) of the capacity on, the least active
/// <paramref name="RemovePercent"/> (1 to 100) of the flows are removed at the next reading, as in the
/// original.</summary>
public readonly record struct LeastActive(int AtPercent, int RemovePercent);

using Assist.Flows;

namespace Assist.Rules;

public enum RuleAction { Drop, Bypass, Redirect, Ignore }

/// <summary>One rule as configured. Rules are tried in order; the first whose conditions all hold decides.</summary>
public sealed record RuleOptions
{
    public required string Name { get; init; }

    /// <summary>Vendor's field name and patterns; a field matches when any pattern is found in it, whatever the
    /// case.</summary>
    public required IReadOnlyList<FieldCondition> When { get; init; }
    public required RuleAction Action { get; init; }
    public MatchSet Match { get; init; } = MatchSet.FiveTuple;

    /// <summary>Hard timeout; null takes the action's. A firewall rule name ending in _Nm wins over both.</summary>
    public TimeSpan? Lifetime { get; init; }
    public TimeSpan? Idle { get; init; }

    /// <summary>For a drop: <see cref="FlowClass.Denial"/> or <see cref="FlowClass.Threat"/>; null takes what the log
    /// is of.</summary>
    public FlowClass? Class { get; init; }

    /// <summary>On trial: the rule is judged and counted, and neither acts nor keeps a log from the rules behind
    /// it.</summary>
    public bool Shadow { get; init; }

    /// <summary>For a drop: it is announced by BGP FlowSpec too.</summary>
    public bool Announce { get; init; }

    /// <summary>Builds the flow from the known parts, as the original did: a drop or redirect even where the log leaves
    /// an address of the match unknown, a bypass where it leaves the protocol or a port unknown, never an address.
    /// Otherwise such a message is refused, because the flow would hit more than the rule says.</summary>
    public bool Widen { get; init; }
}

/// <summary>A field and what is looked for in it; without patterns the message only has to have the field.</summary>
public sealed record FieldCondition(string Field, IReadOnlyList<string> Patterns);

/// <summary>Everything that a decision depends on besides the message and the clock.</summary>
public sealed record DecisionOptions
{
    public required IReadOnlyList<RuleOptions> Rules { get; init; }
    public FlowLifetimes Lifetimes { get; init; } = new();
    public IReadOnlyDictionary<string, Marking> Marking { get; init; } =
        new Dictionary<string, Marking>(StringComparer.Ordinal);

    /// <summary>Zone of the firewall's time stamps.</summary>
    public TimeZoneInfo Clock { get; init; } = TimeZoneInfo.Local;

    /// <summary>False where the firewall writes an offset that is not its clock's: <see cref="Clock"/> counts
    /// then.</summary>
    public bool OffsetInLog { get; init; } = true;

    /// <summary>Older, or further in the future, is refused; zero turns the check off.</summary>
    public TimeSpan MaxMessageAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A log of a session's end takes back the session's bypass.</summary>
    public bool RetractsAtEnd { get; init; } = true;

    /// <summary>What logs may cause, by the transport they came by.</summary>
    public TransportTrust Trust { get; init; } = new();

    public InterfaceUse Interfaces { get; init; }

    /// <summary>False where the number of a sub-interface is not its VLAN, so that no VLAN is matched.</summary>
    public bool VlanInInterface { get; init; } = true;
    public FirewallPorts Ports { get; init; } = new("", "");

    /// <summary>False where packets do not pass through the firewall, so that there is nothing to bypass: rules that
    /// bypass are inactive then.</summary>
    public bool CanBypass { get; init; } = true;
}

/// <summary>What is made of the interfaces that a log names.</summary>
public enum InterfaceUse
{
    /// <summary>Each log is taken as it is: the session of one that names no interfaces is bypassed in both
    /// directions.</summary>
    AsLogged,

    /// <summary>A log that names no interfaces makes no bypass, as in the original.</summary>
    Required,

    /// <summary>Interfaces are not looked at: every bypass is for both directions.</summary>
    Ignored,
}

/// <summary>The firewall's own names of its ports in the two zones, without sub-interface.</summary>
public sealed record FirewallPorts(string A, string B);

/// <summary>Hard and idle timeouts by action; the defaults are the original's.</summary>
public sealed record FlowLifetimes
{
    public Lifetime Drop { get; init; } = new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(5));
    public Lifetime Bypass { get; init; } = new(TimeSpan.FromMinutes(150), TimeSpan.FromMinutes(5));
    public Lifetime Redirect { get; init; } = new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(2));

    /// <summary>The longest lifetime a firewall rule's name may ask for with _Nm, in minutes.</summary>
    public int MaxSuffixMinutes { get; init; } = 1440;

    public Lifetime Of(FlowAction action) => action switch
    {
        FlowAction.Drop => Drop,
        FlowAction.Bypass => Bypass,
        _ => Redirect,
    };
}

/// <summary>Hard is at least one second; idle zero means none.</summary>
public readonly record struct Lifetime(TimeSpan Hard, TimeSpan Idle)
{
    public FlowTimeouts Timeouts => new((int)Hard.TotalSeconds, (int)Idle.TotalSeconds);
}

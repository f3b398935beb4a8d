namespace Assist.Flows;

/// <summary>What a flow is worth where there is not room for all; a drop may take the place of what is worth
/// less.</summary>
public enum FlowClass : byte
{
    Bypass,

    /// <summary>Never gives way: it protects.</summary>
    Redirect,

    /// <summary>A drop of what a policy denies. The firewall goes on denying it without the entry.</summary>
    Denial,

    /// <summary>A drop of what the firewall has found to be an attack.</summary>
    Threat,
}

/// <summary>In which order flows are served, wherever they wait.</summary>
internal static class FlowClassOrder
{
    /// <summary>How many places there are.</summary>
    public const int Places = 3;

    /// <summary>0 first: threats, then denials, then the rest.</summary>
    public static int Place(this FlowClass kind) => kind switch
    {
        FlowClass.Threat => 0,
        FlowClass.Denial => 1,
        _ => 2,
    };
}

/// <summary>Which limit refused a flow.</summary>
public enum FlowLimit
{
    /// <summary>No room in the table, and nothing in it that may give way.</summary>
    Room,

    /// <summary>The source holds as many drops as one may.</summary>
    PerSource,

    /// <summary>The two addresses hold as many denials of single ports as a pair may, and may not become one
    /// entry.</summary>
    PortsPerPair,

    /// <summary>Denials have used up their share.</summary>
    DenialShare,

    /// <summary>Room for denials is short, and this one has not repeated yet.</summary>
    FirstOfItsKind,

    /// <summary>The target has refused it, and its back-off is not over.</summary>
    BackOff,

    /// <summary>As many drops have begun within a minute as may.</summary>
    PerMinute,

    /// <summary>The same for its rule.</summary>
    PerRule,

    /// <summary>The same for the sender of its log.</summary>
    PerSender,

    /// <summary>There are as many drops that match one address only as may be.</summary>
    OneAddress,
}

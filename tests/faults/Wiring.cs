namespace Assist.Faults;

/// <summary>Which ports of the switch the zones are: `zones` of the daemon's configuration.</summary>
internal sealed record Wiring(string A, string FirewallA, string B, string FirewallB)
{
    public static Wiring First { get; } = new("Ethernet1", "Ethernet2", "Ethernet4", "Ethernet5");

    /// <summary>Zone b was plugged into other ports.</summary>
    public static Wiring Second { get; } = First with { B = "Ethernet6", FirewallB = "Ethernet7" };

    /// <summary>Names of the static flows that `assist setup` writes.</summary>
    public IEnumerable<string> Statics =>
        [Static(A, FirewallA), Static(FirewallA, A), Static(B, FirewallB), Static(FirewallB, B)];

    /// <summary>What `assist setup --yes` takes away when zone b is plugged into other ports.</summary>
    public static IReadOnlyList<string> Stale { get; } = [.. First.Statics.Except(Second.Statics)];

    private static string Static(string from, string to) => $"STATIC_THRU_FIREWALL__in:{from}__out:{to}";
}

/// <summary>The wiring, and since when there is another one.</summary>
internal sealed class WiringHistory
{
    /// <summary>Null while nothing was plugged into other ports.</summary>
    public DateTimeOffset? RewiredAt { get; private set; }

    public Wiring Last => RewiredAt is null ? Wiring.First : Wiring.Second;

    public Wiring At(DateTimeOffset moment) => moment < (RewiredAt ?? moment) ? Wiring.First : Last;

    public void Rewired(DateTimeOffset at) => RewiredAt = at;
}

namespace Assist.Outputs.DirectFlow;

/// <summary>EOS takes short interface names and shows long ones: <c>e1</c> is Ethernet1, <c>Po10</c>
/// Port-Channel10.</summary>
public static class InterfaceName
{
    private static readonly (string Full, string Shortest)[] s_kinds =
        [("Ethernet", "e"), ("Port-Channel", "p"), ("Management", "ma"), ("Vlan", "vl"), ("Loopback", "lo")];

    private const int MaxLength = 32;

    private static readonly string[] s_carriers = ["Ethernet", "Port-Channel"];

    /// <summary>The name as EOS shows it; unchanged where the kind is not known.</summary>
    public static string Canonical(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var digits = name.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits <= 0) return name;
        var kind = name.AsSpan(0, digits).Trim();
        foreach (var (full, shortest) in s_kinds)
            if (kind.Length >= shortest.Length && full.AsSpan().StartsWith(kind, StringComparison.OrdinalIgnoreCase))
                return string.Concat(full, name.AsSpan(digits));
        return name;
    }

    /// <summary>True for front-panel ports and port channels, the only ones that DirectFlow is known to take; a name
    /// of this grammar may stand in a command.</summary>
    public static bool CarriesTraffic(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var canonical = Canonical(name);
        var kind = Array.Find(s_carriers, kind => canonical.StartsWith(kind, StringComparison.Ordinal));
        return kind is not null && name.Length <= MaxLength && !name.Contains(' ', StringComparison.Ordinal)
            && canonical[kind.Length..].Split('/', '.').All(IsNumber);
    }

    public static bool SameSet(IEnumerable<string> a, IEnumerable<string> b) =>
        a.Select(Canonical).ToHashSet(StringComparer.Ordinal).SetEquals(b.Select(Canonical));

    public static bool AreAmong(IEnumerable<string> some, IEnumerable<string> all) =>
        some.Select(Canonical).ToHashSet(StringComparer.Ordinal).IsSubsetOf(all.Select(Canonical));

    // EOS counts from 1; eth0 is a name of Linux.
    private static bool IsNumber(string text) =>
        text.Length is > 0 and < 7 && text[0] != '0' && text.All(char.IsAsciiDigit);
}

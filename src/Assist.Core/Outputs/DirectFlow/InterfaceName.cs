namespace Assist.Outputs.DirectFlow;

/// <summary>EOS takes short interface names and shows long ones: <c>e1</c> is Ethernet1, <c>Po10</c>
/// Port-Channel10.</summary>
public static class InterfaceName
{
    private static readonly (string Full, string Shortest)[] s_kinds =
        [("Ethernet", "e"), ("Port-Channel", "p"), ("Management", "ma"), ("Vlan", "vl"), ("Loopback", "lo")];

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

    public static bool SameSet(IEnumerable<string> a, IEnumerable<string> b) =>
        a.Select(Canonical).ToHashSet(StringComparer.Ordinal).SetEquals(b.Select(Canonical));
}

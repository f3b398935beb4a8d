using System.Diagnostics.CodeAnalysis;

namespace Assist.Eos;

/// <summary>Interface names as EOS takes them (e1, Et1, Po10, `Ethernet 5`, lists) and as it shows them
/// (Ethernet1).</summary>
internal static class InterfaceNames
{
    private static readonly string[] s_kinds = ["Ethernet", "Port-Channel", "Management", "Vlan", "Loopback"];

    /// <summary>"e1, Et2" and "Ethernet 5/1" to long names; false when any of them is no interface.</summary>
    public static bool TryParseList(string text, [NotNullWhen(true)] out ValueList<string>? names)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var parsed = Array.ConvertAll(parts, Long);
        names = Array.TrueForAll(parsed, name => name is not null) ? new ValueList<string>(parsed!).Union([]) : null;
        return names is not null;
    }

    /// <summary>The long form of one name, or null.</summary>
    public static string? Long(string name)
    {
        var digits = name.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits < 1) return null;
        var word = name[..digits].TrimEnd(' ');
        var kind = Array.Find(s_kinds, k => k.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return kind is not null && IsNumber(name[digits..]) ? kind + name[digits..] : null;
    }

    /// <summary>Slot, port and lane: one to three numbers, none of them 0.</summary>
    private static bool IsNumber(string text)
    {
        var parts = text.Split('/');
        return parts.Length <= 3
            && Array.TrueForAll(parts, p => p is { Length: > 0 and < 7 } && p[0] != '0' && p.All(char.IsAsciiDigit));
    }
}

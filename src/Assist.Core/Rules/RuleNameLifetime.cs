namespace Assist.Rules;

/// <summary>The lifetime a firewall rule asks for by a name that ends in _Nm: N minutes.</summary>
internal static class RuleNameLifetime
{
    private const int MaxDigits = 6;

    /// <summary>Minutes from 1 to <paramref name="max"/>, or null; any other number is as if there were none.</summary>
    public static int? Minutes(ReadOnlySpan<byte> ruleName, int max)
    {
        if (ruleName.Length < 3 || (ruleName[^1] | 0x20) != 'm') return null;
        int minutes = 0, scale = 1, digits = 0, at = ruleName.Length - 2;
        for (; at >= 0 && ruleName[at] is >= (byte)'0' and <= (byte)'9'; at--)
        {
            if (++digits > MaxDigits) return null;
            minutes += (ruleName[at] - '0') * scale;
            scale *= 10;
        }
        return digits > 0 && at >= 0 && ruleName[at] == '_' && minutes >= 1 && minutes <= max ? minutes : null;
    }
}

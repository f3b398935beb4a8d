namespace Assist.Configuration;

/// <summary>Names of switch and firewall ports. The switch's become CLI text, so their grammar is closed.</summary>
public static class InterfaceNames
{
    public const string Expected = "such as Ethernet1, Et5/1 or Port-Channel10";
    private const int MaxLength = 32;

    /// <summary>A word, a number, then / or . and a number, as often as the chassis needs.</summary>
    public static bool IsSwitchPort(string name)
    {
        var at = 0;
        while (at < name.Length && (char.IsAsciiLetter(name[at]) || (name[at] == '-' && at > 0))) at++;
        if (at == 0 || name[at - 1] == '-' || name.Length > MaxLength) return false;
        for (var digits = true; at < name.Length; digits = !digits)
        {
            var begin = at;
            if (digits)
                while (at < name.Length && char.IsAsciiDigit(name[at])) at++;
            else if (name[at] is '/' or '.')
                at++;
            if (at == begin) return false;
        }
        return char.IsAsciiDigit(name[^1]);
    }

    /// <summary>The firewall's own name of a port: compared with its logs, never sent anywhere.</summary>
    public static bool IsFirewallPort(string name) =>
        name.Length is > 0 and <= 64
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':');
}

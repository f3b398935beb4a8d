using System.Text;

namespace Assist.Rules;

/// <summary>Tells the logs of attacks from those of denied sessions by their type.</summary>
internal static class ThreatLogs
{
    // PAN-OS: THREAT. FortiOS: utm, and anomaly for its DoS sensor; in CEF utm:virus and the like.
    private static readonly string[] s_types = ["THREAT", "utm", "anomaly"];

    public static bool Are(ReadOnlySpan<byte> type)
    {
        var colon = type.IndexOf((byte)':');
        var kind = colon < 0 ? type : type[..colon];
        foreach (var threat in s_types)
            if (Ascii.EqualsIgnoreCase(kind, threat)) return true;
        return false;
    }
}

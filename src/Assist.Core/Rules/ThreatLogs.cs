using System.Text;
using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>Tells the logs of attacks from those of denied sessions.</summary>
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

    /// <summary>True for a log of an attack, unless it says that the packets came from the client: then the source may
    /// be the server that was attacked, or a client that has only asked.</summary>
    public static bool MayBeOfAnswers(SessionLog log) =>
        (Are(log.Field(FieldRole.Type)) || IsIncident(log)) && !IsFromClient(DirectionOf(log));

    // Check Point's blades log attacks as they log denials, and name the protection. Cyphort's incidents name the two
    // hosts and not which of them has begun.
    private static bool IsIncident(SessionLog log) =>
        log.Format == "cyphort" || (log.Format == "check-point" && !log.Field(FieldRole.ThreatName).IsEmpty);

    // A key that is there twice may be of the attacker's text.
    private static ReadOnlySpan<byte> DirectionOf(SessionLog log) =>
        log.Layout?.IndexOf(FieldRole.Direction) is >= 0 and var index ? log.Fields.Once(index) : default;

    // PAN-OS: client-to-server, in the cloud with blanks. FortiOS: outgoing, as the session's client sees it.
    // Some exports of PAN-OS write 0 and 1, which nobody has explained.
    private static bool IsFromClient(ReadOnlySpan<byte> direction) =>
        direction.StartsWith("client"u8) || direction.SequenceEqual("outgoing"u8);
}

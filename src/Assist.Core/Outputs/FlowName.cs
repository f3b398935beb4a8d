using System.Globalization;
using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Hashing;

namespace Assist.Outputs;

/// <summary>Names of flow entries, derived from the match alone: the same verdict always gives the same name, so that a
/// repeat can never add an entry. Alphabet: letters, digits, and <c>-_:</c>.</summary>
public static class FlowName
{
    public const string DropPrefix = "DROP_";
    public const string BypassPrefix = "BYPASS_FW_";
    public const string RedirectPrefix = "REDIR_TO_FW_";
    public const string StaticPrefix = "STATIC_";
    public const string MirrorPrefix = "MIRROR_TO_FW_TAP_";

    public const string InitiatorSuffix = "_INI";
    public const string ResponderSuffix = "_RSP";

    /// <summary>Characters. EOS 4.14 and 4.15 took names of that length; what lies beyond nobody could
    /// verify.</summary>
    public const int MaxLength = 76;

    private const int HashBytes = 16;

    /// <summary>Name of the flow; entries of a pair append <see cref="InitiatorSuffix"/> or
    /// <see cref="ResponderSuffix"/>.</summary>
    /// <param name="way">For entries of a flow that is programmed for both directions, the direction of this
    /// pair.</param>
    public static string Of(in FlowIdentity flow, Placement way)
    {
        var prefix = flow.Action switch
        {
            FlowAction.Drop => DropPrefix,
            FlowAction.Bypass => BypassPrefix,
            _ => RedirectPrefix,
        };
        if (flow.Action != FlowAction.Drop) prefix += way == Placement.AToB ? "AB_" : "BA_";
        var name = prefix + Describe(flow.Match);
        return name.Length + InitiatorSuffix.Length <= MaxLength ? name : prefix + Hash(flow.Match);
    }

    /// <summary>The name of the flow that an entry belongs to.</summary>
    public static string OfPair(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var isHalf = entry.EndsWith(InitiatorSuffix, StringComparison.Ordinal)
            || entry.EndsWith(ResponderSuffix, StringComparison.Ordinal);
        return isHalf ? entry[..^InitiatorSuffix.Length] : entry;
    }

    /// <summary>True for the half of a pair that sees the answers of a session.</summary>
    public static bool IsOfAnswers(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return IsDynamic(entry) && entry.EndsWith(ResponderSuffix, StringComparison.Ordinal);
    }

    /// <summary>The action that an entry's name tells; null for a name that is not of a dynamic flow.</summary>
    public static FlowAction? ActionOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith(DropPrefix, StringComparison.Ordinal)) return FlowAction.Drop;
        if (name.StartsWith(BypassPrefix, StringComparison.Ordinal)) return FlowAction.Bypass;
        return name.StartsWith(RedirectPrefix, StringComparison.Ordinal) ? FlowAction.Redirect : null;
    }

    /// <summary>True where a part of the name is an address or a hash, as in every name that <see cref="Of"/>
    /// gives.</summary>
    internal static bool HasAddress(string name)
    {
        foreach (var part in name.Split('_'))
        {
            var address = part.Split(':')[0];
            if (IpAddr.TryParse(address.Replace('-', '.'), out _)) return true;
            if (IpAddr.TryParse(address.Replace('-', ':'), out _)) return true;
            if (address.Length == 1 + 2 * HashBytes && address[0] == 'H') return true;
        }
        return false;
    }

    /// <summary>True for entries this program made or adopts: never for static ones.</summary>
    public static bool IsDynamic(string name) => ActionOf(name) is not null;

    public static bool IsStatic(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(StaticPrefix, StringComparison.Ordinal)
            || name.StartsWith(MirrorPrefix, StringComparison.Ordinal);
    }

    /// <summary>Interface names as the original wrote them into names: a slash or a dot is not in the
    /// alphabet.</summary>
    public static string OfInterfaces(IEnumerable<string> interfaces) =>
        string.Join('_', interfaces).Replace(' ', '_').Replace(',', '_').Replace('.', '-').Replace('/', ':');

    private static string Describe(in FlowMatch match)
    {
        var text = new StringBuilder();
        text.Append(match.Protocol.IsKnown ? match.Protocol.ToString().ToUpperInvariant() : "ANY");
        AppendEnd(text, match.Source, match.SourcePort);
        AppendEnd(text, match.Destination, match.DestinationPort);
        if (match.InVlan != 0 || match.OutVlan != 0) text.Append("_VL").Append(match.InVlan);
        if (match.OutVlan != 0) text.Append("_VL").Append(match.OutVlan);
        return text.ToString();
    }

    private static void AppendEnd(StringBuilder text, IpAddr address, ushort port)
    {
        text.Append('_').Append(address.IsKnown ? Describe(address) : "any");
        if (port != 0) text.Append(':').Append(port);
    }

    // ::1.2.3.4 is another address than ::1:2:3:4 and must not have its name.
    private static string Describe(IpAddr address)
    {
        var text = address.ToString();
        return address.IsV6 && text.Contains('.', StringComparison.Ordinal)
            ? address.Value.ToString("x32", CultureInfo.InvariantCulture)
            : text.Replace('.', '-').Replace(':', '-');
    }

    private static string Hash(in FlowMatch match) =>
        "H" + Convert.ToHexStringLower(Sha256.Hash(Encoding.ASCII.GetBytes(Describe(match))).AsSpan(0, HashBytes));
}

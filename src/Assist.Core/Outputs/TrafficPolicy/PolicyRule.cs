using System.Globalization;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>A rule of ours: its name on the switch, which has the end, and its lines.</summary>
/// <param name="Match">Null where its lines say what we do not understand.</param>
internal sealed record PolicyRule(string Key, DateTimeOffset EndsAt, FlowMatch? Match, bool IsV6)
{
    private const string EndMark = "_U";

    // In place of the colon before a port: whether a rule's name may have one nobody could verify.
    private const string PortMark = "_P";

    // Printed in place of numbers; those of a release that prints others are not understood, and such a rule is
    // neither taken over nor taken for lost.
    private static readonly Dictionary<string, ushort> s_services = Named<ushort>(
        ("ftp-data", 20), ("ftp", 21), ("ssh", 22), ("telnet", 23), ("smtp", 25), ("tacacs", 49), ("domain", 53),
        ("bootps", 67), ("bootpc", 68), ("tftp", 69), ("www", 80), ("http", 80), ("pop3", 110), ("ntp", 123),
        ("netbios-ns", 137), ("netbios-dgm", 138), ("netbios-ssn", 139), ("snmp", 161), ("snmptrap", 162),
        ("bgp", 179), ("https", 443), ("isakmp", 500), ("syslog", 514));

    private static readonly Dictionary<string, byte> s_protocols = Named<byte>(
        ("icmp", 1), ("igmp", 2), ("tcp", 6), ("udp", 17), ("rsvp", 46), ("ahp", 51), ("icmpv6", 58), ("ospf", 89),
        ("pim", 103), ("vrrp", 112));

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Name =>
        $"{Stem(Key)}{EndMark}{EndsAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";

    public string Family => IsV6 ? "ipv6" : "ipv4";

    public static string KeyOf(in FlowMatch match) =>
        FlowName.Of(new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), Placement.Anywhere);

    public static PolicyRule Of(PolicyEntry entry, DateTimeOffset endsAt)
    {
        var address = entry.Match.Source.IsKnown ? entry.Match.Source : entry.Match.Destination;
        return new PolicyRule(entry.Name, endsAt, entry.Match, address.IsV6);
    }

    /// <summary>Null for a rule that is not ours.</summary>
    /// <param name="lines">Those below `match NAME`.</param>
    public static PolicyRule? Read(string name, bool isV6, IReadOnlyList<ConfigLine> lines)
    {
        var mark = name.LastIndexOf(EndMark, StringComparison.Ordinal);
        if (mark < 0 || FlowName.ActionOf(name) != FlowAction.Drop
            || !long.TryParse(
                name.AsSpan(mark + EndMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        var (stem, match) = (name[..mark], MatchOf(lines));
        if (match is { } read && Stem(KeyOf(read)) != stem) return null;
        return new PolicyRule(
            match is null ? KeyIn(stem) : KeyOf(match.Value), DateTimeOffset.FromUnixTimeSeconds(seconds), match, isV6);
    }

    /// <summary>Its lines, the action last.</summary>
    public IEnumerable<string> Lines()
    {
        var match = Match!.Value;
        if (match.Source.IsKnown) yield return $"source prefix {match.Source}/{match.Source.Bits}";
        if (match.Destination.IsKnown) yield return $"destination prefix {match.Destination}/{match.Destination.Bits}";
        if (match.Protocol.IsKnown) yield return $"protocol {Protocol(match)}";
    }

    private static Dictionary<string, T> Named<T>(params (string Name, T Number)[] numbers) =>
        numbers.ToDictionary(each => each.Name, each => each.Number, StringComparer.Ordinal);

    private static string Stem(string key) => key.Replace(":", PortMark, StringComparison.Ordinal);

    // The name of the flow again.
    private static string KeyIn(string stem)
    {
        var parts = stem.Split(PortMark);
        return parts.Skip(1).Aggregate(
            parts[0], (key, part) => key + (part.Length > 0 && char.IsAsciiDigit(part[0]) ? ":" : PortMark) + part);
    }

    private string Protocol(in FlowMatch match)
    {
        var word = match.Protocol.Number switch
        {
            6 => "tcp",
            17 => "udp",
            1 when !IsV6 => "icmp",
            58 when IsV6 => "icmpv6",
            var number => number.ToString(CultureInfo.InvariantCulture),
        };
        return word + Port("source", match.SourcePort) + Port("destination", match.DestinationPort);
    }

    private static string Port(string end, ushort port) =>
        port == 0 ? "" : $" {end} port {port.ToString(CultureInfo.InvariantCulture)}";

    private static FlowMatch? MatchOf(IReadOnlyList<ConfigLine> lines)
    {
        var (match, drops) = (new FlowMatch(), false);
        foreach (var line in lines)
        {
            if (line.Text == "actions") drops = line.Below.Any(below => below.Text == "drop");
            else if (line.IsComment) continue;
            else if (!TryAdd(line.Words, ref match)) return null;
        }
        return drops ? match : null;
    }

    private static bool TryAdd(string[] words, ref FlowMatch match)
    {
        switch (words)
        {
            case ["source", "prefix", var text] when !match.Source.IsKnown && TryHost(text, out var host):
                match = match with { Source = host };
                return true;
            case ["destination", "prefix", var text] when !match.Destination.IsKnown && TryHost(text, out var host):
                match = match with { Destination = host };
                return true;
            case ["protocol", var word, .. var ports] when !match.Protocol.IsKnown:
                if (!s_protocols.TryGetValue(word, out var number) && !byte.TryParse(
                    word, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
                match = match with { Protocol = new IpProtocol(number) };
                return TryAddPorts(ports, ref match);
            default:
                return false;
        }
    }

    private static bool TryAddPorts(ReadOnlySpan<string> words, ref FlowMatch match)
    {
        for (; words.Length > 0; words = words[3..])
        {
            if (words.Length < 3 || words[1] != "port" || !TryPort(words[2], out var port)) return false;
            if (words[0] == "source") match = match with { SourcePort = port };
            else if (words[0] == "destination") match = match with { DestinationPort = port };
            else return false;
        }
        return true;
    }

    private static bool TryPort(string word, out ushort port) =>
        word == "all" ? (port = 0) == 0
            : s_services.TryGetValue(word, out port)
                || ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static bool TryHost(string text, out IpAddr host)
    {
        host = IpPrefix.TryParse(text, out var prefix) && prefix.IsSingle ? prefix.Address : default;
        return host.IsKnown;
    }
}

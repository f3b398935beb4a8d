using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Assist.Inputs.Formats;

namespace Assist.Tests.Inputs.Formats.Properties;

/// <summary>The five values that a session is told by, as text.</summary>
internal readonly record struct Tuple5(string Source, string Destination, int SourcePort, int DestinationPort, int Protocol)
{
    public static Tuple5 Of(SessionLog log) => new(
        log.Source.ToString(), log.Destination.ToString(), log.SourcePort, log.DestinationPort, log.Protocol.Number);
}

/// <summary>Where the five values stand in a line, by place alone. It knows no syntax but a value's own delimiters, and reads
/// values with the base library, so that it shares no mistake with the formats.</summary>
internal sealed class SpelledTuple
{
    /// <summary>Address, address, port, port, protocol.</summary>
    public const int Values = 5;

    private static readonly Dictionary<string, string[]> s_keys = new(StringComparer.Ordinal)
    {
        ["fortigate"] = ["srcip|src", "dstip|dst", "srcport|spt", "dstport|dpt", "proto"],
        ["check-point"] = ["src", "dst", "s_port|spt", "service|dpt", "proto"],
        ["varmour"] = ["sip", "dip", "sport", "dport", "proto"],
        ["cyphort"] = ["src", "dst", "", "", ""],
        ["cef"] = ["src|c6a2", "dst|c6a3", "spt", "dpt", "proto"],
        ["leef"] = ["src", "dst", "srcPort", "dstPort", "proto"],
        ["custom"] = ["network.client.ip", "network.destination.ip", "network.client.port", "network.destination.port", "proto"],
    };

    private static readonly Regex s_panOs =
        new(@"(?:^|[ \t:>]|\xEF\xBB\xBF)(?<csv>\d?,\d+/\d+/\d+ [\d:]+,[\w.-]*,(?:TRAFFIC|THREAT),)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly Regex s_panCloud =
        new(@"(?:^|[ >])(?<csv>\d{4}-\d\d-\d\dT[\d:.]+Z,[\w.-]+,(?:TRAFFIC|THREAT),)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private readonly string _delimiters;

    private SpelledTuple(string delimiters, int[] starts) => (_delimiters, Starts) = (delimiters, starts);

    /// <summary>Where each value begins; -1 where the line has none.</summary>
    public int[] Starts { get; }

    /// <summary>The byte that separates columns or keys in this line.</summary>
    public char Separator => _delimiters[0];

    /// <summary>Null where a value that was read stands nowhere in the line.</summary>
    public static SpelledTuple? Find(string format, byte[] line, Tuple5 read)
    {
        var text = Encoding.Latin1.GetString(line);
        return format switch
        {
            "pan-os" => InColumns(text, s_panOs, [7, 8, 24, 25, 29]),
            "pan-cloud" => InColumns(text, s_panCloud, [6, 7, 22, 23, 26]),
            _ => ByKeys(format, text, read),
        };
    }

    /// <summary>What the values' bytes spell now; null where one spells none.</summary>
    public static Tuple5? Read(SpelledTuple places, byte[] line, int[] starts)
    {
        var values = starts.Select(start => places.ValueAt(line, start)).ToArray();
        // Where nothing stands behind a value it may be cut.
        if (starts.Any(start => start >= 0 && places.EndOf(line, start) >= line.Length)) return null;
        if (Address(values[0]) is not { } source || Address(values[1]) is not { } destination) return null;
        if (Protocol(values[4]) is not { } protocol) return null;
        // Codes and inventions where the protocol has no ports.
        if (protocol is not (6 or 17 or 132)) return new Tuple5(source, destination, 0, 0, protocol);
        return Port(values[2]) is { } sourcePort && Port(values[3]) is { } destinationPort
            ? new Tuple5(source, destination, sourcePort, destinationPort, protocol)
            : null;
    }

    /// <summary>Where the value ends that begins there: at its delimiter or with the line.</summary>
    public int EndOf(byte[] line, int start)
    {
        var end = start;
        while (end < line.Length && !_delimiters.Contains((char)line[end], StringComparison.Ordinal)) end++;
        return end;
    }

    private string ValueAt(byte[] line, int start) =>
        start < 0 || start > line.Length ? "" : Encoding.Latin1.GetString(line[start..EndOf(line, start)]);

    private static SpelledTuple? InColumns(string text, Regex beginning, int[] columns)
    {
        var found = beginning.Match(text);
        if (!found.Success) return null;
        var starts = new List<int> { found.Groups["csv"].Index };
        for (var at = starts[0]; at < text.Length && starts.Count <= columns[^1]; at++)
        {
            if (text[at] == '"' && starts[^1] == at)
                while (++at < text.Length && (text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"' && at++ > 0))) { }
            else if (text[at] == ',') starts.Add(at + 1);
        }
        return new SpelledTuple(",\"", [.. columns.Select(column => text[starts[column]] == '"' ? starts[column] + 1 : starts[column])]);
    }

    private static SpelledTuple? ByKeys(string format, string text, Tuple5 read)
    {
        var delimiters = Delimiters(format, text);
        string[] values =
        [
            read.Source, read.Destination, read.SourcePort.ToString(CultureInfo.InvariantCulture),
            read.DestinationPort.ToString(CultureInfo.InvariantCulture), read.Protocol.ToString(CultureInfo.InvariantCulture),
        ];
        var places = new SpelledTuple(delimiters, new int[Values]);
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var i = 0; i < Values; i++)
        {
            var spelled = s_keys[format][i].Split('|', StringSplitOptions.RemoveEmptyEntries).SelectMany(key => ValuesOf(text, key)).Where(start => Normal(i, places.ValueAt(bytes, start)) == values[i]).ToList();
            // Ports that the protocol does not have, and values that are unknown, need not be there.
            var mayLack = i is 2 or 3 ? values[i] == "0" : values[i] is "" or "0";
            if (spelled.Count == 0 && !mayLack) return null;
            places.Starts[i] = spelled.Count == 0 ? -1 : spelled[0];
        }
        return places;
    }

    private static IEnumerable<int> ValuesOf(string text, string key)
    {
        for (var at = text.IndexOf(key, StringComparison.Ordinal); at >= 0; at = text.IndexOf(key, at + 1, StringComparison.Ordinal))
        {
            var value = at + key.Length;
            if ((at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '-' or '.')) || value >= text.Length) continue;
            if (text[value] is not ('=' or ':')) continue;
            yield return value + 1 < text.Length && text[value + 1] == '"' ? value + 2 : value + 1;
        }
    }

    private static string Delimiters(string format, string text) => format switch
    {
        // Between the first two of these keys.
        "leef" => text[text.IndexOf("ReceiveTime=", StringComparison.Ordinal) - 1] + "\"\r\n",
        "custom" => " \t,;\"\r\n",
        "check-point" => " \t;]\"\r\n",
        "fortigate" when text.Contains(",time=", StringComparison.Ordinal) => ", \t\"\r\n",
        _ => " \t\"\r\n",
    };

    private static string? Normal(int value, string text) => value switch
    {
        0 or 1 => Address(text),
        4 => Protocol(text)?.ToString(CultureInfo.InvariantCulture),
        _ => Port(text)?.ToString(CultureInfo.InvariantCulture),
    };

    private static string? Address(string text)
    {
        if (text.Length == 0) return "";
        if (!text.Contains(':'))
            return text == "0.0.0.0" ? "" : text.Split('.') is { Length: 4 } octets && octets.All(IsOctet) ? text : null;
        if (text.AsSpan().ContainsAny("%[/") || !IPNetwork.TryParse(text + "/128", out var network)) return null;
        var address = network.BaseAddress;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "" : address.ToString();
    }

    private static bool IsOctet(string text) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var octet)
        && text == octet.ToString(CultureInfo.InvariantCulture);

    private static int? Port(string text)
    {
        if (text.Length == 0) return 0;
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && text.Length <= 5 ? port : null;
    }

    // The names that the lines have, and those one changed byte makes of them.
    private static int? Protocol(string text) => text.ToLowerInvariant() switch
    {
        "" or "hopopt" => 0,
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "igmp" => 2,
        "esp" => 50,
        "egp" => 8,
        "igp" => 9,
        "gre" => 47,
        "sctp" => 132,
        "ipv6" => 41,
        "ipv4" => 4,
        "icmp6" or "icmpv6" or "ipv6-icmp" => 58,
        "rdp" => 27,
        "idp" => 22,
        "pup" => 12,
        "ggp" => 3,
        "ah" => 51,
        _ => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (text == "0" || text[0] != '0') ? number : null,
    };
}

using System.Globalization;

namespace Assist.Eos;

/// <summary>The words of the lines below `match NAME`.</summary>
internal static class PolicyGrammar
{
    private static readonly Dictionary<string, int> s_protocols = new(StringComparer.Ordinal)
    {
        ["icmp"] = 1,
        ["igmp"] = 2,
        ["tcp"] = 6,
        ["udp"] = 17,
        ["rsvp"] = 46,
        ["ahp"] = 51,
        ["icmpv6"] = 58,
        ["ospf"] = 89,
        ["pim"] = 103,
        ["vrrp"] = 112,
    };

    // Printed in place of numbers in field-sets of services.
    private static readonly Dictionary<string, int> s_services = new(StringComparer.Ordinal)
    {
        ["ssh"] = 22,
        ["domain"] = 53,
        ["www"] = 80,
        ["ntp"] = 123,
    };

    /// <summary>What follows `source prefix` or `destination prefix`.</summary>
    /// <param name="at">The token of its first word.</param>
    public static EndMatch End(string line, bool isV6, int at)
    {
        var words = line.Split(' ');
        if (words[0] == "field-set")
            return words.Length > 1
                ? new EndMatch([], new(words[1..])) : throw CliError.IncompleteCommand(at, words[0]);
        return new EndMatch(new(Prefixes(words, isV6, at)), []);
    }

    public static IEnumerable<AddressPrefix> Prefixes(string[] words, bool isV6, int at)
    {
        for (var i = 0; i < words.Length; i++)
            yield return AddressPrefix.Parse(words[i], isV6) ?? throw CliError.Invalid(at + i, words[i]);
    }

    /// <summary>What follows `protocol`.</summary>
    public static ProtocolLine Protocol(string line, bool isV6)
    {
        var words = line.Split(' ');
        if (words is ["service", "field-set", var set]) return new ProtocolLine(line, [], [], [], set);
        var numbers = Numbers(words[0], isV6);
        var (source, destination) = (new List<NumberRange>(), new List<NumberRange>());
        var hasPorts = numbers is [{ From: 6, To: 6 }] or [{ From: 17, To: 17 }];
        for (var i = 1; i < words.Length; i += 3)
        {
            if (!hasPorts || words[i] is not ("source" or "destination"))
                throw CliError.Invalid(i + 1, words[i]);
            if (words.Length < i + 3) throw CliError.IncompleteCommand(words.Length, words[^1]);
            if (words[i + 1] != "port") throw CliError.Invalid(i + 2, words[i + 1]);
            (words[i] == "source" ? source : destination).AddRange(Ports(words[i + 2], i + 3));
        }

        return new ProtocolLine(line, new(numbers), new(source), new(destination));
    }

    /// <summary>The same with the names of ports that EOS prints.</summary>
    public static string WithPortNames(string line) => string.Join(' ', line.Split(' ').Select((word, i) =>
        i > 0 && int.TryParse(word, out var port) && s_services.ContainsValue(port)
            ? s_services.First(service => service.Value == port).Key : word));

    // Names and numbers are not mixed in a line; commas without blanks.
    private static List<NumberRange> Numbers(string word, bool isV6)
    {
        if (s_protocols.TryGetValue(word, out var named)) return [new NumberRange(named, named)];
        return [.. word.Split(',').Select(part => Range(part, isV6 ? 0 : 1, 255) ?? throw CliError.Invalid(1, word))];
    }

    private static List<NumberRange> Ports(string word, int at)
    {
        if (word == "all") return [];
        return [.. word.Split(',').Select(part => s_services.TryGetValue(part, out var port)
            ? new NumberRange(port, port) : Range(part, 0, 65535) ?? throw CliError.Invalid(at, word))];
    }

    private static NumberRange? Range(string text, int least, int most)
    {
        var ends = text.Split('-');
        if (ends.Length > 2 || !Array.TrueForAll(ends, end => int.TryParse(
            end, NumberStyles.None, CultureInfo.InvariantCulture, out _))) return null;
        var (from, to) = (int.Parse(ends[0]), int.Parse(ends[^1]));
        return from >= least && to <= most && from <= to ? new NumberRange(from, to) : null;
    }
}

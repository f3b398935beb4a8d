using System.Globalization;
using Assist.Addresses;

namespace Assist.Outputs.OnSwitch;

/// <summary>The lines of an IP access list, as `show ip access-lists` or the running configuration has them, without
/// their numbers and without what has matched them.</summary>
internal sealed class AccessList
{
    private const string Counters = "counters per-entry";
    private const string Deny = "deny";
    private const string Syslog = " eq syslog";
    private const string Matches = " [match ";

    /// <param name="lines">Lines of another kind, such as a heading, are left out.</param>
    public AccessList(IEnumerable<string> lines) => Lines = [.. lines.Select(Bare).OfType<string>()];

    public IReadOnlyList<string> Lines { get; }

    public bool HasRules => Lines.Any(line => line != Counters);

    /// <summary>True where a line denies, so that one behind it may have no effect.</summary>
    public bool HasDeny => Lines.Any(line => line.StartsWith(Deny, StringComparison.Ordinal));

    /// <summary>Whether every line may stand in a command.</summary>
    public bool IsPlain => Lines.All(line => line.All(c =>
        char.IsAsciiLetterOrDigit(c) || " ./:-_".Contains(c, StringComparison.Ordinal)));

    /// <summary>True where a line permits all of it, and none before can deny it. False is also: not known.</summary>
    public bool Permits(OpenPort port)
    {
        foreach (var words in Lines.Select(line => line.Split(' ')))
        {
            if (words[0] == Deny) return false;
            if (Covers(words, port)) return true;
        }
        return false;
    }

    private static string? Bare(string line)
    {
        var text = line.Trim();
        var end = text.IndexOf(Matches, StringComparison.Ordinal);
        if (end >= 0) text = text[..end].TrimEnd();
        if (text == Counters) return text;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && text.AsSpan(0, space).ContainsAnyExceptInRange('0', '9') is false) text = text[(space + 1)..];
        // EOS names ports that it knows.
        if (text.StartsWith("permit udp ", StringComparison.Ordinal) && text.EndsWith(Syslog, StringComparison.Ordinal))
            text = text[..^Syslog.Length] + " eq 514";
        return text.Split(' ')[0] is "permit" or Deny ? text : null;
    }

    // permit PROTOCOL SOURCE any [eq PORT... | range FIRST LAST], with nothing behind it that narrows it.
    private static bool Covers(string[] words, OpenPort port)
    {
        if (words is not ["permit", var protocol, .. var rest]) return false;
        if (protocol != "ip" && protocol != port.Protocol) return false;
        var next = 1;
        if (rest is not ["any", ..] && (Source(rest, out next) is not { } source || !port.IsFrom(source))) return false;
        return rest[next..] switch
        {
            ["any"] => true,
            ["any", "eq", .. var ports] => ports.All(IsName) && ports.Contains(Text(port.Port)),
            ["any", "range", var first, var last] =>
                Number(first) is { } from && Number(last) is { } to && port.Port >= from && port.Port <= to,
            _ => false,
        };
    }

    // Names of ports: `eq bfd ttl eq 255` is narrower than it seems.
    private static bool IsName(string word) => word is not ("ttl" or "eq" or "tracked" or "established");

    private static IpPrefix? Source(string[] words, out int next)
    {
        next = 1;
        var word = words is ["host", _, ..] ? words[next++] : words.FirstOrDefault();
        return IpPrefix.TryParse(word, out var prefix) ? prefix : null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int? Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

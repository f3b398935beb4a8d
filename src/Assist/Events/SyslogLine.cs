using System.Globalization;
using System.Text;

namespace Assist.Events;

/// <summary>A fact as a message of RFC 5424: the facts as structured data, the sentence for people as text.</summary>
internal static class SyslogLine
{
    // RFC 5612: an enterprise number for examples. assist has none of its own.
    private const string Id = "assist@32473";

    private const int LongestHost = 255;
    private const int LongestValue = 255;

    private static readonly string[] s_fields =
    [
        "flow", "action", "source", "source_port", "destination", "destination_port", "protocol", "rule", "problem",
        "count", "packets", "bytes", "lasted_s", "sender", "firewall_rule", "user",
    ];

    // RFC 5424 6: printable ASCII without blanks.
    private static readonly string s_host = Printable(Environment.MachineName, LongestHost);

    /// <param name="facility">0 to 23.</param>
    /// <param name="longest">In bytes; what is longer loses its end.</param>
    public static byte[] Of(EventFact fact, int facility, int longest)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<{(facility * 8) + (int)fact.Severity}>1 ");
        text.Append(EventFact.Time(fact.Status.Time)).Append(' ').Append(s_host);
        text.Append(CultureInfo.InvariantCulture, $" assist {Environment.ProcessId} {fact.Status.Event} [{Id}");
        foreach (var field in s_fields)
            if (fact.ValueOf(field) is { Length: > 0 } value) Add(text, field, value);
        text.Append("] ").Append(fact.Text);
        return Cut(Encoding.UTF8.GetBytes(text.ToString()), longest);
    }

    // RFC 5424 6.3.3: these three are escaped; control characters have no place in a line.
    private static void Add(StringBuilder text, string name, string value)
    {
        text.Append(' ').Append(name).Append("=\"");
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, LongestValue)))
        {
            if (c is '"' or '\\' or ']') text.Append('\\');
            text.Append(char.IsControl(c) ? '?' : c);
        }
        text.Append('"');
    }

    private static byte[] Cut(byte[] line, int longest)
    {
        if (line.Length <= longest) return line;
        var end = longest;
        // Not within a character.
        while (end > 0 && (line[end] & 0xc0) == 0x80) end--;
        return line[..end];
    }

    private static string Printable(string text, int longest)
    {
        var host = string.Concat(text.Where(c => c is > ' ' and <= '~').Take(longest));
        return host.Length == 0 ? "-" : host;
    }
}

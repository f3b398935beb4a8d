using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assist.Configuration;

/// <summary>The body of a request: JSON whose texts may have places such as <c>${rule}</c>. There is nothing else to
/// it: no condition, no loop. What fills a place is escaped for JSON, so that no text of a log can end the text that it
/// stands in.</summary>
internal sealed class EventTemplate
{
    private const string Begin = "${";

    /// <summary>What may stand in a place.</summary>
    public static readonly string[] Names =
    [
        "event", "time", "host", "text", "json", "flow", "action", "source", "source_port", "destination",
        "destination_port", "protocol", "rule", "reason", "problem", "count", "packets", "bytes", "lasted_s", "sender",
        "firewall_rule", "command", "user", "severity",
    ];

    // Text and the name behind it by turns, beginning and ending with text.
    private readonly List<string> _parts = [];

    private EventTemplate()
    {
    }

    /// <param name="fault">For the operator, where the text is none.</param>
    public static EventTemplate? Parse(string text, out string? fault)
    {
        var template = new EventTemplate();
        fault = template.Read(text) ?? JsonFault(text);
        return fault is null ? template : null;
    }

    /// <param name="value">Of a name; empty where there is none.</param>
    public string Fill(Func<string, string> value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < _parts.Count; i++)
            text.Append(i % 2 == 0 ? _parts[i] : JavaScriptEncoder.Default.Encode(value(_parts[i])));
        return text.ToString();
    }

    private string? Read(string text)
    {
        var from = 0;
        while (text.IndexOf(Begin, from, StringComparison.Ordinal) is >= 0 and var begin)
        {
            var end = text.IndexOf('}', begin);
            if (end < 0) return $"\"{text[begin..]}\" has no end; write {Begin}NAME}}";
            var name = text[(begin + Begin.Length)..end];
            if (!Names.Contains(name, StringComparer.Ordinal))
                return $"there is no {Begin}{name}}}{Nearest.Hint(name, Names)}";
            _parts.Add(text[from..begin]);
            _parts.Add(name);
            from = end + 1;
        }
        _parts.Add(text[from..]);
        return null;
    }

    // A place outside a text is no JSON, and neither is one behind a lone backslash.
    private static string? JsonFault(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return null;
        }
        catch (JsonException e)
        {
            return $"it is no JSON ({e.Message.Split(". ")[0].TrimEnd('.')}); "
                + "places stand within texts, such as {\"text\": \"${text}\"}";
        }
    }
}

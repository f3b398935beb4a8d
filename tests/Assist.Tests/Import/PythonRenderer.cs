using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assist.Tests.Import;

/// <summary>Writes a vendor's settings of original-settings.json as the config.py they came from: names for values
/// where the original has them, dictionaries over several lines, comments, a function at the end.</summary>
internal sealed class PythonRenderer(JsonElement settings)
{
    private static readonly string[] s_names =
    [
        "SHUNT_MODE", "INLINE_MODE", "MIRROR_MODE", "MIRROR_AND_SHUNT_MODE", "UDP", "TCP", "SSL", "DROP_FLOW",
        "BYPASS_FIREWALL", "REDIRECT_TO_FIREWALL", "DFA_IGNORE", "SRC_IP", "SRC_PORT", "DST_IP", "DST_PORT", "PROTOCOL",
        "FIVE_TUPLE", "SRC_IP_DST_IP_PORT", "SRC_IP_DST_IP", "SRC_IP_ONLY",
    ];

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();

    /// <param name="withNames">False writes every value out, as a machine would.</param>
    public string Render(bool withNames)
    {
        _text.Append("''' settings\n'''\n#\nfrom config_common import *\n\n");
        var all = settings.EnumerateObject().ToList();
        var spec = all.Where(o => o.Name == "DFA_CONTROLLER_SPEC").ToList();
        foreach (var name in s_names)
            if (settings.TryGetProperty(name, out var value)) Assign(name, value, withNames);
        foreach (var option in all.Except(spec).Where(o => !s_names.Contains(o.Name)))
            Assign(option.Name, option.Value, withNames);
        foreach (var option in spec) Assign(option.Name, option.Value, withNames);
        _text.Append("\n\ndef get_msg_class():\n    ''' runtime import '''\n    from x import Y\n    return Y.Y\n");
        return _text.ToString();
    }

    private void Assign(string name, JsonElement value, bool withNames)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{name} = ");
        Write(value, 1);
        _text.Append("   # as shipped\n");
        if (withNames && value.ValueKind is not JsonValueKind.Number
            and not JsonValueKind.True and not JsonValueKind.False)
            _known.TryAdd(Key(value), name);
    }

    private void Write(JsonElement value, int depth)
    {
        if (_known.TryGetValue(Key(value), out var name) && Key(value) is not ("\"\"" or "[]" or "{}"))
        {
            _text.Append(name);
            return;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Many("{", value.EnumerateObject().Select(p => (Action)(() => Entry(p, depth))), "}", depth);
                break;
            case JsonValueKind.Array:
                Many("[", value.EnumerateArray().Select(i => (Action)(() => Write(i, depth + 1))), "]", depth);
                break;
            case JsonValueKind.String:
                _text.Append('\'').Append(value.GetString()!.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("'", "\\'", StringComparison.Ordinal)).Append('\'');
                break;
            default:
                _text.Append(value.ValueKind switch
                {
                    JsonValueKind.True => "True",
                    JsonValueKind.False => "False",
                    _ => value.GetRawText(),
                });
                break;
        }
    }

    private static string Key(JsonElement value) => JsonSerializer.Serialize(value);

    private void Entry(JsonProperty property, int depth)
    {
        _text.Append(CultureInfo.InvariantCulture, $"'{property.Name}': ");
        Write(property.Value, depth + 1);
    }

    private void Many(string open, IEnumerable<Action> items, string close, int depth)
    {
        _text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) _text.Append(',').Append("  # next\n").Append(' ', depth * 4);
            first = false;
            item();
        }
        _text.Append(close);
    }
}

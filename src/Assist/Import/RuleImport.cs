using System.Text;
using Assist.Rules;

namespace Assist.Import;

/// <summary>DFA_CONTROLLER_SPEC to rules, in its order.</summary>
internal sealed class RuleImport(PySettings settings, Variant variant, string mode)
{
    private const string Spec = "DFA_CONTROLLER_SPEC";
    private static readonly string[] s_parts = ["src_ip", "src_port", "dst_ip", "dst_port", "protocol"];
    private readonly TriggerFields _fields = new(settings, variant);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _widened = new(StringComparer.Ordinal);
    private readonly StringBuilder _yaml = new();

    public string Write()
    {
        var spec = settings.Module.Find(Spec);
        if (spec is not PyList list)
        {
            settings.Note($"{Spec} is not set, so no rules were written and the safe defaults apply");
            if (spec is not null) settings.Fail(spec, $"{Spec} must be a list of dictionaries, not {spec.Kind}");
            return "";
        }
        _yaml.Append("rules:\n");
        foreach (var item in list.Items)
        {
            if (item is PyDict entry) Entry(entry);
            else settings.Fail(item, $"{Spec} must be a list of dictionaries, but has {item.Kind}");
        }
        if (_names.Count == 0) return "rules: []\n";
        if (_widened.Contains("drop"))
            settings.Note(
                "drop rules carry widen: true, because the original built a drop from the parts it knew, even when "
                + "the log left out an address; remove it and such logs are refused instead");
        if (_widened.Contains("bypass"))
            settings.Note(
                "bypass rules carry widen: true, because the original bypassed two addresses as a whole when the log "
                + "left out the protocol (hopopt) or a port; remove it and such logs are refused instead");
        return _yaml.ToString();
    }

    private void Entry(PyDict entry)
    {
        if (entry.Find("trigger") is not PyDict trigger)
        {
            settings.Fail(entry, $"this entry of {Spec} has no \"trigger\" dictionary");
            return;
        }
        if (Action(entry) is not { } action) return;
        var wanted = NameOf(trigger, entry, action);
        if (trigger.Entries.Count == 0)
        {
            settings.Note($"the entry {wanted} was left out: its trigger is empty, and an empty trigger never fired");
            return;
        }
        if (!_fields.AreKnown(trigger, wanted)) return;
        action = Effective(action, wanted);
        var name = Unique(wanted);
        _yaml.Append($"  - name: {YamlText.Word(name)}\n");
        When(trigger, action);
        _yaml.Append($"    action: {action}\n");
        if (action == "ignore") return;
        _yaml.Append($"    match: {Match(entry, name, action)}\n");
        if (action == "redirect") return;
        _widened.Add(action);
        _yaml.Append("    widen: true\n");
    }

    private void When(PyDict trigger, string action)
    {
        // As in Python, the last of equal labels counts; in YAML they would be an error.
        var labels = trigger.Entries.Select(e => e.Key.Value).Distinct(StringComparer.Ordinal)
            .ToLookup(label => action != "ignore" && FitsEverything(trigger.Find(label)!));
        var own = action == "ignore" ? "" : _fields.Condition(trigger);
        if (labels[false].Any() || own.Length > 0) _yaml.Append("    when:\n");
        foreach (var label in labels[false])
            _yaml.Append($"      {YamlText.Word(_fields.NameOf(label))}: {Pattern(label, trigger.Find(label)!)}\n");
        _yaml.Append(own);
        if (labels[true].Any())
            _yaml.Append($"    has: {YamlText.Quotes(labels[true].Select(_fields.NameOf))}\n");
    }

    // Such a trigger asked for its field alone, which our rules say in another way.
    private static bool FitsEverything(PyValue value) => PatternsIn(value).Any(pattern =>
        PythonPatterns.Fault(pattern.Value) is null && new FieldPattern(pattern.Value).MatchesEmpty);

    private static IEnumerable<PyText> PatternsIn(PyValue value) =>
        value is PyText text ? [text] : value is PyList list ? list.Items.OfType<PyText>() : [];

    private string? Action(PyDict entry)
    {
        var value = entry.Find("action");
        foreach (var (option, action) in ((string, string)[])
            [("DROP_FLOW", "drop"), ("BYPASS_FIREWALL", "bypass"), ("REDIRECT_TO_FIREWALL", "redirect"),
                ("DFA_IGNORE", "ignore")])
            if (value is PyText text && text.Value == settings.Text(option)) return action;
        settings.Fail(value ?? entry, $"this entry of {Spec} has no known action; write DROP_FLOW, BYPASS_FIREWALL, "
            + "REDIRECT_TO_FIREWALL or DFA_IGNORE");
        return null;
    }

    private string Effective(string action, string name)
    {
        // Elsewhere the traffic passes the firewall anyway, or cannot be sent there.
        var why = action == "redirect" && mode != "mirror_and_shunt"
            ? "a redirect exists in mode mirror_and_shunt only"
            : action == "bypass" && !variant.NamesInterfaces && settings.Flag(Variant.InterfacesInLog)
                ? $"{Variant.InterfacesInLog} is True, but {variant.Word}'s logs name no interfaces, "
                    + "so it made no flows"
                : null;
        if (why is null) return action;
        settings.Note($"rule {name} became ignore: {why}");
        return "ignore";
    }

    private string Pattern(string label, PyValue value)
    {
        var patterns = settings.Texts(
            value is PyText { Value: "" } ? new PyList(value.At, [value]) : value, $"the field \"{label}\"");
        foreach (var pattern in patterns)
            if (PythonPatterns.Fault(pattern.Value) is { } fault)
                settings.Fail(pattern, $"pattern \"{pattern.Value}\" {fault}");
        if (patterns.Count == 0)
            settings.Fail(value, $"the field \"{label}\" has no pattern, so its trigger never fires; remove the entry");
        return value is PyText && patterns.Count == 1
            ? YamlText.Quote(patterns[0].Value)
            : YamlText.Quotes(patterns.Select(p => p.Value));
    }

    private string Match(PyDict entry, string name, string action)
    {
        var value = entry.Find("flow_match");
        var named = settings.Texts(value, "flow_match");
        foreach (var part in named)
            if (!s_parts.Contains(part.Value))
                settings.Fail(part, $"flow_match: \"{part.Value}\" is not one of {string.Join(", ", s_parts)}");
        var parts = s_parts.Where(p => named.Any(n => n.Value == p)).ToList();
        if (parts.Count == 0)
            settings.Fail(value ?? entry, "this entry has no flow_match; write FIVE_TUPLE or a list of fields");
        if (!parts.Contains("protocol") && parts.Exists(p => p.EndsWith("_port", StringComparison.Ordinal)))
        {
            parts.Add("protocol");
            settings.Note($"rule {name}: protocol was added to its match, because a port is one of a protocol");
        }
        if (!parts.Contains("src_ip") && !parts.Contains("dst_ip"))
            settings.Note($"rule {name}: its match names no address and is refused by check; add src_ip or dst_ip");
        else if (action == "bypass" && (!parts.Contains("src_ip") || !parts.Contains("dst_ip")))
            settings.Note($"rule {name}: a bypass of one address is refused by check; add the other address");
        return parts.Count == s_parts.Length ? "five_tuple" : YamlText.Words(parts);
    }

    private static string NameOf(PyDict trigger, PyDict entry, string action)
    {
        var variable = trigger.Via ?? entry.Via ?? action;
        var name =
            string.Concat(variable.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return name.Length == 0 ? action : name[..Math.Min(name.Length, 56)];
    }

    private string Unique(string wanted)
    {
        var name = wanted;
        for (var i = 2; !_names.Add(name); i++) name = $"{wanted}-{i}";
        return name;
    }
}

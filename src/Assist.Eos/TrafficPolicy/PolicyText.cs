namespace Assist.Eos;

/// <summary>The block as EOS prints it, with its irregular `!` lines, after a switch of Arista's MSS.</summary>
internal static class PolicyText
{
    public static IEnumerable<string> All(TrafficPolicies policies, SwitchOptions options)
    {
        string[] lines =
        [
            .. Separated(policies.Vrfs.Select(vrf =>
                (string[])[$"vrf {vrf.Key}", $"   traffic-policy input {vrf.Value} physical"])),
            .. Separated(policies.Sets.Values.OrderBy(set => set.IsV6).Select(set => Set(set).ToArray())),
            .. Separated(policies.Services.Select(set =>
                (string[])[$"field-set service {set.Key}", .. set.Value.Select(line => "   " + line)])),
            .. Lines(policies),
            .. Separated(policies.Policies.Values.Select(policy => Policy(policy, options).ToArray())),
        ];
        return lines.Length == 0 ? [] : ["traffic-policies", .. Trimmed(lines).Select(line => "   " + line), "!"];
    }

    // The last field-set of services is followed by `transforms` without a `!` between them.
    private static IEnumerable<string> Lines(TrafficPolicies policies) =>
        policies.Lines.Count == 0 ? [] : [.. policies.Lines.Values, "!"];

    private static IEnumerable<string> Separated(IEnumerable<string[]> blocks) =>
        blocks.SelectMany(block => (string[])[.. block, "!"]);

    private static List<string> Trimmed(string[] lines)
    {
        var kept = new List<string>();
        foreach (var line in lines)
        {
            if (line.StartsWith("transforms", StringComparison.Ordinal) && kept is [.., "!"])
                kept.RemoveAt(kept.Count - 1);
            kept.Add(line);
        }

        if (kept is [.., "!"]) kept.RemoveAt(kept.Count - 1);
        return kept;
    }

    private static IEnumerable<string> Set(ConfiguredSet set)
    {
        yield return $"field-set {(set.IsV6 ? "ipv6" : "ipv4")} prefix {set.Name}";
        if (set.Prefixes.Count > 0) yield return $"   {string.Join(' ', set.Prefixes)}";
        if (set.Except.Count > 0) yield return $"   except {string.Join(' ', set.Except)}";
    }

    private static IEnumerable<string> Policy(ConfiguredPolicy policy, SwitchOptions options)
    {
        yield return $"traffic-policy {policy.Name}";
        if (policy.Comment is { } comment) yield return $"   !! {comment}";
        if (policy.Description is { } description) yield return $"   description {description}";
        if (policy.Description is not null) yield return "   !";
        foreach (var rule in policy.Rules.Where(rule => !rule.IsDefault || !options.HideDefaultRules))
        {
            foreach (var line in Rule(rule, options)) yield return "   " + line;
            yield return "   !";
        }
    }

    private static IEnumerable<string> Rule(ConfiguredRule rule, SwitchOptions options)
    {
        yield return $"match {rule.Name} {(rule.IsV6 ? "ipv6" : "ipv4")}";
        if (rule.Comment is { } comment) yield return $"   !! {comment}";
        if (rule.Source is { } source) yield return $"   source prefix {End(source)}";
        if (rule.Destination is { } destination) yield return $"   destination prefix {End(destination)}";
        foreach (var text in rule.Protocols.Select(protocol => protocol.Text))
            yield return $"   protocol {(options.PortNames ? PolicyGrammar.WithPortNames(text) : text)}";
        if (rule.Actions.Count == 0) yield break;
        yield return "   !";
        yield return "   actions";
        foreach (var action in rule.Actions) yield return "      " + action;
    }

    private static string End(EndMatch end) =>
        end.Sets.Count > 0 ? $"field-set {string.Join(' ', end.Sets)}"
            : string.Join(' ', AddressPrefix.Sorted(end.Prefixes));
}

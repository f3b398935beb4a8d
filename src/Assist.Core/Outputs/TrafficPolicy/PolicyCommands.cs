using Assist.Addresses;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>How a prefix leaves a field-set. No public text says it, so the forms are tried in this order.</summary>
internal enum PrefixRemoval
{
    /// <summary><c>no PREFIX</c></summary>
    No,

    /// <summary><c>remove PREFIX</c></summary>
    Remove,

    /// <summary>The whole set is deleted and entered anew within the session.</summary>
    Rewrite,
}

/// <summary>The lines of a config session that make one state into another. Every word is a constant, a name of the
/// configuration or a typed value; only our sets and rules are named.</summary>
public static class PolicyCommands
{
    // So that no line grows with the attack.
    private const int PrefixesInLine = 32;

    /// <summary>What the drop matches, as a rule has it; a field-set has the address alone.</summary>
    public static IEnumerable<string> MatchLines(PolicyEntry drop)
    {
        ArgumentNullException.ThrowIfNull(drop);
        return PolicyRule.Of(drop, default).Lines();
    }

    /// <summary>The config session that installs the drop on a switch that has none.</summary>
    public static IReadOnlyList<EapiCommand> Explained(
        PolicyEntry drop, TrafficPolicyOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(drop);
        if (drop.Obstacle is not null) return [];
        var after = new PolicyState();
        after.Install(drop, now);
        string[] session =
        [
            "enable", "configure session assist", .. Difference(new PolicyState(), after, options, PrefixRemoval.No),
            "commit",
        ];
        return [.. session.Select(line => new EapiCommand(line))];
    }

    /// <summary>Empty where nothing differs.</summary>
    internal static IReadOnlyList<string> Difference(
        PolicyState before, PolicyState after, TrafficPolicyOptions options, PrefixRemoval removal)
    {
        string[] lines = [.. Sets(before, after, options, removal), .. Rules(before, after, options)];
        return lines.Length == 0 ? [] : ["traffic-policies", .. lines, "exit"];
    }

    private static IEnumerable<string> Sets(
        PolicyState before, PolicyState after, TrafficPolicyOptions options, PrefixRemoval removal)
    {
        var names = before.Sets.Keys.Union(after.Sets.Keys)
            .OrderBy(name => name.In(options.Name), StringComparer.Ordinal);
        foreach (var name in names)
        {
            var (had, has) = (before.Sets.GetValueOrDefault(name) ?? [], after.Sets.GetValueOrDefault(name) ?? []);
            var (gone, added) = (Sorted(had.Except(has)), Sorted(has.Except(had)));
            var head = $"field-set {name.Set.Family} prefix {name.In(options.Name)}";
            if (!name.IsLive && has.Count == 0)
            {
                if (before.Sets.ContainsKey(name)) yield return $"no {head}";
            }
            else if (gone.Count > 0 && removal == PrefixRemoval.Rewrite)
            {
                string[] all = [$"no {head}", head, .. Kept(name, after), .. Lines(Sorted(has)), "exit"];
                foreach (var line in all) yield return line;
            }
            else if (gone.Count + added.Count > 0)
            {
                yield return head;
                foreach (var prefix in gone)
                    yield return $"{(removal == PrefixRemoval.No ? "no" : "remove")} {Host(prefix)}";
                foreach (var line in Lines(added)) yield return line;
                yield return "exit";
            }
        }
    }

    // What a set has that is no drop of ours.
    private static IEnumerable<string> Kept(SetName name, PolicyState state) =>
        name.IsLive ? [Host(name.Set.Placeholder), .. state.Others.GetValueOrDefault(name.Set) ?? []] : [];

    private static IEnumerable<string> Lines(List<IpAddr> prefixes) =>
        prefixes.Chunk(PrefixesInLine).Select(line => string.Join(' ', line.Select(Host)));

    private static IEnumerable<string> Rules(PolicyState before, PolicyState after, TrafficPolicyOptions options)
    {
        var gone = before.Rules.Values.Where(rule => after.Rules.GetValueOrDefault(rule.Key)?.Name != rule.Name);
        var added = after.Rules.Values.Where(rule => before.Rules.GetValueOrDefault(rule.Key)?.Name != rule.Name);
        string[] lines =
        [
            .. gone.OrderBy(rule => rule.Name, StringComparer.Ordinal)
                .Select(rule => $"no match {rule.Name} {rule.Family}"),
            .. added.OrderBy(rule => rule.Name, StringComparer.Ordinal).SelectMany(Rule),
        ];
        return lines.Length == 0 ? [] : [$"traffic-policy {options.Policy}", .. lines, "exit"];
    }

    private static IEnumerable<string> Rule(PolicyRule rule) =>
        [$"match {rule.Name} {rule.Family}", .. rule.Lines(), "actions", "count", "drop", "exit", "exit"];

    private static List<IpAddr> Sorted(IEnumerable<IpAddr> addresses) =>
        [.. addresses.OrderBy(address => address.Value)];

    internal static string Host(IpAddr address) => $"{address}/{address.Bits}";
}

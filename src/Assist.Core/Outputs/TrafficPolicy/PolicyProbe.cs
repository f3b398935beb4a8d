using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Asks the switch itself what no public text says of its grammar, in config sessions that are always aborted:
/// nothing of them is ever live.</summary>
public static class PolicyProbe
{
    private const string Session = "assist-probe";
    private const string Name = "ASSIST-PROBE";

    // Longer than the longest that is ever given: a hash needs less, and IPv6 addresses more than 76 become one.
    private const int LongestName = 90;

    private static readonly string s_longName = new('P', LongestName);

    /// <summary>A sentence for each answer.</summary>
    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> AskAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        return
        [
            await RemovalAsync(eapi, cancellation),
            await NameAsync(eapi, cancellation),
            await PlaceAsync(eapi, cancellation),
        ];
    }

    private static async Task<string> RemovalAsync(EapiClient eapi, CancellationToken cancellation)
    {
        foreach (var word in (string[])["no", "remove"])
        {
            var shown = await TryAsync(
                eapi, [$"field-set ipv4 prefix {Name}", "192.0.2.1/32 192.0.2.2/32", $"{word} 192.0.2.1/32"],
                cancellation);
            var members = shown?.Under("traffic-policies")
                .SelectMany(block => block.Under($"field-set ipv4 prefix {Name}"))
                .SelectMany(set => set.Below).SelectMany(line => line.Words).ToList();
            if (members is ["192.0.2.2/32"]) return $"a prefix leaves its field-set by `{word} PREFIX`";
        }
        return "a prefix leaves its field-set only with the whole set, which is then entered anew";
    }

    private static async Task<string> NameAsync(EapiClient eapi, CancellationToken cancellation)
    {
        var shown = await TryAsync(
            eapi, [$"traffic-policy {Name}", $"match {s_longName} ipv4", "actions", "drop"], cancellation);
        return RulesIn(shown).Contains(s_longName)
            ? $"names of rules may have {LongestName} characters"
            : $"a name of a rule with {LongestName} characters is not taken: drops with long IPv6 addresses may be "
                + "refused";
    }

    private static async Task<string> PlaceAsync(EapiClient eapi, CancellationToken cancellation)
    {
        var shown = await TryAsync(
            eapi,
            [
                $"traffic-policy {Name}", "match z ipv4", "actions", "drop", "exit", "exit", "match a ipv4", "actions",
                "drop",
            ], cancellation);
        var rules = RulesIn(shown).Where(name => name is "a" or "z").ToList();
        return rules switch
        {
            ["z", "a"] => "a new rule comes behind those that are there",
            ["a", "z"] => "a new rule comes before those that are there, or they are sorted by their names",
            _ => "where a new rule comes the switch does not show",
        };
    }

    private static IEnumerable<string> RulesIn(ConfigLine? shown) => (shown?.Under("traffic-policies") ?? [])
        .SelectMany(block => block.Under($"traffic-policy {Name}"))
        .SelectMany(policy => policy.Under("match")).Select(match => match.Words[1]);

    // Null where a line was refused.
    private static async Task<ConfigLine?> TryAsync(
        EapiClient eapi, string[] lines, CancellationToken cancellation)
    {
        string[] commands =
            ["enable", $"configure session {Session}", "traffic-policies", .. lines, "show session-config"];
        using var shown = await eapi.RunAsync(
            [.. commands.Select(line => new EapiCommand(line))], EapiFormat.Text, cancellation);
        using var aborted = await eapi.RunAsync(
            ["enable", $"configure session {Session} abort"], EapiFormat.Text, cancellation);
        return shown.Error is null ? ConfigLine.Parse(shown.Output(commands.Length - 1)) : null;
    }
}

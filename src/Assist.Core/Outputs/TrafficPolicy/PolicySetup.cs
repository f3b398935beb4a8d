using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Brings the switch to the state that drops need: field-sets that are never empty, a policy that drops by
/// them, and its binding. In the policy of somebody else only the field-sets are made.</summary>
public sealed class PolicySetup(TrafficPolicyOptions options)
{
    private const string Session = "assist-setup";

    /// <summary>Reads the switch and plans what is missing.</summary>
    /// <exception cref="TargetException">The switch cannot be read.</exception>
    public async Task<SetupPlan> PlanAsync(EapiClient eapi, CancellationToken cancellation)
    {
        var (reading, section, summary) = await ReadAsync(eapi, cancellation);
        var missing = FieldSet.All.Where(set => !HasPlaceholder(section, set)).ToList();
        string[] sets =
        [
            .. missing.SelectMany(set => (string[])[Head(set), PolicyCommands.Host(set.Placeholder), "exit"]),
        ];
        if (options.Into is { } into)
            return new SetupPlan(FindingsOf(reading, into), [.. Steps("field-sets", InPolicies(sets))]);
        var rules = FieldSet.All.Where(set => !reading.Named.Contains(set)).SelectMany(Rule).ToList();
        string[] policy = reading.HasPolicy && rules.Count == 0 ? []
            : [$"traffic-policy {options.Name}", .. rules, "exit"];
        var bound = Bound(summary);
        if (Obstacle(bound) is { } obstacle) return new SetupPlan([obstacle], []) { Refusal = obstacle };
        return new SetupPlan(
            [],
            [
                .. Steps($"traffic policy {options.Name} and its field-sets", InPolicies([.. sets, .. policy])),
                .. Steps($"bind traffic policy {options.Name}", Binding(bound.GetValueOrDefault(options.Name) ?? [])),
            ]);
    }

    /// <summary>Reads the switch and plans to take back all that is ours: the binding first.</summary>
    /// <exception cref="TargetException">The switch cannot be read.</exception>
    public async Task<SetupPlan> PlanRemovalAsync(EapiClient eapi, CancellationToken cancellation)
    {
        var (reading, _, summary) = await ReadAsync(eapi, cancellation);
        if (options.Into is not null)
            return new SetupPlan([], [.. Steps("remove our drops", WithoutDrops(reading.State), consent: true)]);
        string[] lines =
        [
            .. reading.HasPolicy ? (string[])[$"no traffic-policy {options.Name}"] : [],
            .. reading.State.Sets.Keys.OrderBy(name => name.In(options.Name), StringComparer.Ordinal)
                .Select(name => $"no field-set {name.Set.Family} prefix {name.In(options.Name)}"),
        ];
        return new SetupPlan(
            [],
            [
                .. Steps("unbind the traffic policy", Unbinding(summary), consent: true),
                .. Steps("remove the traffic policy and its field-sets", InPolicies(lines), consent: true),
            ]);
    }

    /// <summary>Takes our policy off wherever it is bound, in one commit: nothing of it acts then, whatever else is
    /// left. False where it is bound nowhere.</summary>
    /// <exception cref="TargetException">The switch cannot be read, or has refused it.</exception>
    public async Task<bool> UnbindAsync(EapiClient eapi, CancellationToken cancellation)
    {
        var (_, _, summary) = await ReadAsync(eapi, cancellation);
        var lines = Unbinding(summary);
        if (lines.Length == 0) return false;
        var result = await new ConfigSession(eapi).CommitAsync(lines, cancellation);
        return result.IsCommitted ? true
            : throw new TargetException($"the switch did not unbind traffic policy {options.Policy}: {result.Reason}");
    }

    private static async Task<(PolicyReading Reading, ConfigLine Section, ConfigLine Summary)> ReadAsync(
        EapiClient eapi, TrafficPolicyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var answer = await eapi.RunAsync(PolicyReading.Commands, EapiFormat.Text, cancellation);
        if (answer.Error is { } error)
            throw new TargetException(
                $"the switch cannot show its traffic policies: {error.Reason}", nothingApplied: true);
        var (section, summary) = (answer.Output(1), answer.Output(2));
        return (PolicyReading.Of(section, summary, options), ConfigLine.Parse(section), ConfigLine.Parse(summary));
    }

    private Task<(PolicyReading Reading, ConfigLine Section, ConfigLine Summary)> ReadAsync(
        EapiClient eapi, CancellationToken cancellation) => ReadAsync(eapi, options, cancellation);

    private IReadOnlyList<string> FindingsOf(PolicyReading reading, string into) =>
        !reading.HasPolicy ? [$"missing: the switch has no traffic policy {into}"]
        : [.. FieldSet.All.Where(set => !reading.Named.Contains(set))
            .Select(set => $"left alone: no rule of {into} drops by {set.NameIn(options.Name)} alone; its owner may "
                + $"add: {string.Join(" / ", Rule(set).Take(5))}")];

    // Somebody else's policy goes on naming the sets, and what others have put into them stays.
    private string[] WithoutDrops(PolicyState state)
    {
        var after = state.Copy();
        after.Remove(FieldSet.All.SelectMany(set => state.Ends(set).Keys.Select(
            member => PolicyState.KeyOf(set, member))).ToHashSet(StringComparer.Ordinal));
        return [.. PolicyCommands.Difference(state, after, options, PrefixRemoval.Rewrite)];
    }

    private bool HasPlaceholder(ConfigLine section, FieldSet set) => section.Under("traffic-policies")
        .SelectMany(block => block.Under(Head(set)))
        .SelectMany(line => line.Below).SelectMany(line => line.Words).Contains(PolicyCommands.Host(set.Placeholder));

    private string Head(FieldSet set) => $"field-set {set.Family} prefix {set.NameIn(options.Name)}";

    private IEnumerable<string> Rule(FieldSet set) =>
    [
        $"match {set.NameIn(options.Name)} {set.Family}",
        $"{set.Direction} prefix field-set {set.NameIn(options.Name)}",
        "actions", "count", "drop", "exit", "exit",
    ];

    private static string[] InPolicies(string[] lines) =>
        lines.Length == 0 ? [] : ["traffic-policies", .. lines, "exit"];

    // Names of policies with the interfaces and VRFs where each is configured.
    private static Dictionary<string, HashSet<string>> Bound(ConfigLine summary)
    {
        var bound = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var policy in summary.Below.Where(line => line.Words is ["Traffic", "policy", _]))
            bound[policy.Words[2]] = [.. policy.Under("Configured on").SelectMany(PolicyReading.NamesIn)];
        return bound;
    }

    private string? Obstacle(Dictionary<string, HashSet<string>> bound)
    {
        var wanted = options.Interfaces.Concat(options.Vrf is { } vrf ? [vrf] : []);
        var others = bound.Where(each => each.Key != options.Name);
        foreach (var where in wanted)
            if (others.FirstOrDefault(each => each.Value.Contains(where)).Key is { } other)
                return $"{where} has traffic policy {other}, and takes one only; let that policy drop by our "
                    + $"field-sets (traffic_policy.into: {other}), or take it off";
        return null;
    }

    private string[] Binding(HashSet<string> bound) =>
    [
        .. options.Interfaces.Where(port => !bound.Contains(port))
            .SelectMany(port => (string[])[$"interface {port}", $"traffic-policy input {options.Name}", "exit"]),
        .. options.Vrf is { } vrf && !bound.Contains(vrf)
            ? InPolicies([$"vrf {vrf}", $"traffic-policy input {options.Name} physical", "exit"]) : [],
    ];

    private string[] Unbinding(ConfigLine summary)
    {
        var policy = summary.Under($"Traffic policy {options.Policy}").FirstOrDefault();
        if (policy is null) return [];
        return
        [
            .. policy.Under("Configured on input of interfaces:").SelectMany(PolicyReading.NamesIn).SelectMany(
                port => (string[])[$"interface {port}", $"no traffic-policy input {options.Policy}", "exit"]),
            .. policy.Under("Configured on input for VRFs:").SelectMany(PolicyReading.NamesIn).SelectMany(vrf =>
                InPolicies([$"vrf {vrf}", $"no traffic-policy input {options.Policy} physical", "exit"])),
        ];
    }

    private static IEnumerable<SetupStep> Steps(string purpose, string[] lines, bool consent = false)
    {
        if (lines.Length == 0) yield break;
        string[] session = ["enable", $"configure session {Session}", .. lines, "commit"];
        yield return new SetupStep(purpose, [.. session.Select(line => new EapiCommand(line))])
        {
            NeedsConsent = consent,
            Session = Session,
        };
    }
}

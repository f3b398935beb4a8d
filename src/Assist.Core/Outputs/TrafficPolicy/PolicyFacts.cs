using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Whether the switch has what drops by our field-sets and rules.</summary>
public static class PolicyFacts
{
    /// <summary>What keeps it from dropping, with the way out; null where nothing does.</summary>
    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<string?> FaultAsync(
        EapiClient eapi, TrafficPolicyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        ArgumentNullException.ThrowIfNull(options);
        using var answer = await eapi.AskAsync(PolicyReading.Commands, EapiFormat.Text, cancellation);
        return answer.Error is { } error
            ? $"the switch cannot show its traffic policies: {error.Reason}"
            : FaultOf(PolicyReading.Of(answer.Output(1), answer.Output(2), options), options);
    }

    /// <summary>How many drops of ours stand in the startup configuration, from where a reload brings them back; null
    /// where the switch does not show it.</summary>
    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<int?> SavedDropsAsync(
        EapiClient eapi, TrafficPolicyOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        ArgumentNullException.ThrowIfNull(options);
        using var answer = await eapi.AskAsync(["enable", "show startup-config"], EapiFormat.Text, cancellation);
        if (answer.Error is not null) return null;
        var saved = PolicyReading.Of(answer.Output(1), "", options).State;
        return saved.Rules.Count + FieldSet.All.Sum(set => saved.Ends(set).Count);
    }

    private static string? FaultOf(PolicyReading reading, TrafficPolicyOptions options)
    {
        var (policy, wayOut) = (options.Policy, options.Into is null ? "run `assist setup`" : "its owner has to do it");
        if (!reading.HasPolicy) return $"the switch has no traffic policy {policy}; {wayOut}";
        if (reading.Binding.Configured.Count == 0) return $"traffic policy {policy} is bound nowhere; {wayOut}";
        if (reading.Named.Count == 0)
            return $"no rule of traffic policy {policy} drops by {new FieldSet(true, false).NameIn(options.Name)}; "
                + wayOut;
        return reading.Binding.IsApplied(isV6: false) || reading.Binding.IsApplied(isV6: true)
            ? null
            : $"traffic policy {policy} is bound, and the switch has not applied it; the log of the switch says why, "
                + "such as a TCAM profile without the feature";
    }
}

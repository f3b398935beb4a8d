using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>`show traffic-policy ...`. Policies that are bound nowhere are not shown.</summary>
internal static class PolicyReport
{
    public static readonly Rule[] Commands =
    [
        Rule.Show("show traffic-policy interface summary", (session, _) =>
            ShowOutput.TextOnly(() => Pipes.Joined(Summary(session.State)))),
        Rule.Show("show traffic-policy interface", (session, _) => new ShowOutput(
            () => Json(session.State), () => Pipes.Joined(Summary(session.State)))),
        Rule.Show("show traffic-policy WORD counters", (session, a) =>
            ShowOutput.TextOnly(() => Pipes.Joined(Counters(session.State, a[0])))),
    ];

    // Words of the first seven lines: a switch of Arista's MSS. How lists of names are separated is not known.
    private static IEnumerable<string> Summary(SwitchState state)
    {
        var policies = state.Config.Policies;
        foreach (var policy in policies.Policies.Values)
        {
            var ports = policies.Interfaces.Where(port => port.Value == policy.Name).Select(port => port.Key).ToList();
            var vrfs = policies.Vrfs.Where(vrf => vrf.Value == policy.Name).Select(vrf => vrf.Key).ToList();
            if (ports.Count + vrfs.Count == 0) continue;
            yield return $"Traffic policy {policy.Name}";
            if (policy.Description is { } description) yield return $"   {description}";
            yield return $"   Configured on input for VRFs: {string.Join(", ", vrfs)}";
            foreach (var isV6 in (bool[])[false, true])
                yield return $"   Applied on input for {Family(isV6)} traffic in VRFs: {Applied(policy, vrfs, isV6)}";
            yield return $"   Configured on input of interfaces: {string.Join(", ", ports)}";
            foreach (var isV6 in (bool[])[false, true])
                yield return
                    $"   Applied on input of interfaces for {Family(isV6)} traffic: {Applied(policy, ports, isV6)}";
            yield return $"   Total number of rules configured: {policy.Rules.Count}";
            foreach (var line in policy.Rules.SelectMany(rule => Lines(state, policy, rule)))
                yield return "      " + line;
        }

        string Applied(ConfiguredPolicy policy, List<string> where, bool isV6) =>
            PolicyHardware.IsApplied(policies, policy.Name, isV6, state.Options) ? string.Join(", ", where) : "";
    }

    private static string Family(bool isV6) => isV6 ? "IPv6" : "IPv4";

    private static IEnumerable<string> Lines(SwitchState state, ConfiguredPolicy policy, ConfiguredRule rule)
    {
        yield return $"match {rule.Name} {(rule.IsV6 ? "ipv6" : "ipv4")}";
        if (rule.Source is { } source) yield return $"   Source prefix: {End(state, rule, source)}";
        if (rule.Destination is { } destination)
            yield return $"   Destination prefix: {End(state, rule, destination)}";
        foreach (var protocol in rule.Protocols) yield return $"   Protocol: {protocol.Text}";
        if (!rule.Drops && !rule.Counts) yield break;
        var count = $"Count: {state.PolicyPackets.PacketsOf(policy.Name, rule.Name)} packets";
        yield return $"   Actions: {(rule.Drops ? "Drop" : count)}";
        if (rule.Drops && rule.Counts) yield return $"            {count}";
    }

    private static string End(SwitchState state, ConfiguredRule rule, EndMatch end) =>
        end.Sets.Count == 0 ? string.Join(", ", end.Prefixes) : string.Join(", ", end.Sets.Select(name =>
        {
            var set = state.Config.Policies.Set(name, rule.IsV6);
            var (prefixes, except) = (set?.Prefixes.Count ?? 0, set?.Except.Count ?? 0);
            return $"field-set {name} (Prefixes: {prefixes}, Except prefixes: {except})";
        }));

    private static IEnumerable<string> Counters(SwitchState state, string name) =>
        (state.Config.Policies.Policies.GetValueOrDefault(name)?.Rules ?? []).Where(rule => rule.Counts)
            .Select(rule => $"   match rule: {rule.Name}: {state.PolicyPackets.PacketsOf(name, rule.Name)} packets");

    // The keys that tests of others have; those of drops and VRFs are not known.
    private static JsonObject Json(SwitchState state)
    {
        var (policies, shown) = (state.Config.Policies, new JsonObject());
        foreach (var policy in policies.Policies.Values)
        {
            var ports = policies.Interfaces.Where(port => port.Value == policy.Name).Select(port => port.Key).ToList();
            if (ports.Count == 0) continue;
            var isApplied = PolicyHardware.IsApplied(policies, policy.Name, isV6: false, state.Options);
            shown[policy.Name] = new JsonObject
            {
                ["input"] = new JsonObject
                {
                    ["configuredIntfs"] = Names(ports),
                    ["ipv4AppliedIntfs"] = Names(isApplied ? ports : []),
                },
            };
        }

        return new JsonObject { ["trafficPolicies"] = shown };
    }

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);
}

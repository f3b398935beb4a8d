namespace Assist.Eos;

/// <summary>What of the traffic policies acts, and what they say about a packet. A policy is applied as a whole or not
/// at all.</summary>
internal sealed class PolicyHardware
{
    private readonly Dictionary<(string Policy, string Rule), long> _packets = [];

    /// <summary>True where the hardware has the policy for this family.</summary>
    public static bool IsApplied(TrafficPolicies policies, string name, bool isV6, SwitchOptions options)
    {
        if (isV6 && options.PoliciesWithoutIpv6) return false;
        if (!policies.Policies.TryGetValue(name, out var policy)) return false;
        if (options.UnappliedRule is { } bad
            && policy.Rules.Any(rule => rule.Name.Contains(bad, StringComparison.Ordinal))) return false;
        // Labels of prefixes and rules are two tables: how large they are differs between platforms.
        var sets = policy.Rules.SelectMany(rule => Named(rule).Select(set => TrafficPolicies.KeyOf(set, rule.IsV6)))
            .Distinct(StringComparer.Ordinal).ToList();
        return policy.Rules.Count(rule => !rule.IsDefault) <= options.PolicyRules
            && sets.Sum(set => policies.Sets.GetValueOrDefault(set)?.Prefixes.Count ?? 0) <= options.PolicyPrefixes;
    }

    public long PacketsOf(string policy, string rule) => _packets.GetValueOrDefault((policy, rule));

    public void Clear() => _packets.Clear();

    /// <summary>The policy's rule that drops this packet; null where none does. Only routed packets are looked
    /// at.</summary>
    public string? Drops(TrafficPolicies policies, Packet packet, SwitchOptions options)
    {
        var isV6 = packet.EtherType == 0x86dd;
        if (!packet.IsRouted || (!isV6 && packet.EtherType != 0x0800)) return null;
        // Which of the two wins nobody could verify. No interface is in a VRF of its own here.
        var name = policies.Interfaces.GetValueOrDefault(packet.Input) ?? policies.Vrfs.Values.FirstOrDefault();
        if (name is null || !IsApplied(policies, name, isV6, options)) return null;
        var hit = policies.Policies[name].Rules
            .FirstOrDefault(rule => rule.IsV6 == isV6 && Matches(policies, rule, packet));
        if (hit is null) return null;
        if (hit.Counts) _packets[(name, hit.Name)] = PacketsOf(name, hit.Name) + 1;
        return hit.Drops ? hit.Name : null;
    }

    private static IEnumerable<string> Named(ConfiguredRule rule) =>
        (rule.Source?.Sets ?? []).Concat(rule.Destination?.Sets ?? []);

    private static bool Matches(TrafficPolicies policies, ConfiguredRule rule, Packet packet) =>
        Matches(policies, rule.Source, rule.IsV6, packet.Source)
        && Matches(policies, rule.Destination, rule.IsV6, packet.Destination)
        && (rule.Protocols.Count == 0 || rule.Protocols.Any(line => Matches(policies, line, packet)));

    // A set that does not exist may be named, and has no member.
    private static bool Matches(TrafficPolicies policies, EndMatch? end, bool isV6, System.Net.IPAddress? address) =>
        end is null || end.Prefixes.Any(prefix => prefix.Contains(address))
            || end.Sets.Any(set => policies.Set(set, isV6)?.Contains(address) == true);

    private static bool Matches(TrafficPolicies policies, ProtocolLine line, Packet packet) =>
        line.ServiceSet is { } set
            ? (policies.Services.GetValueOrDefault(set) ?? []).Any(service => Matches(
                policies, PolicyGrammar.Protocol(service["protocol ".Length..], isV6: false), packet))
            : line.Numbers.Any(range => range.Contains(packet.Protocol)) && Fits(line.Source, packet.SourcePort)
                && Fits(line.Destination, packet.DestinationPort);

    private static bool Fits(ValueList<NumberRange> ports, int? port) =>
        ports.Count == 0 || ports.Any(range => range.Contains(port));
}

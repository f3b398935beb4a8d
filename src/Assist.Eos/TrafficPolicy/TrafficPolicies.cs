using System.Collections.Immutable;

namespace Assist.Eos;

/// <summary>`field-set ipv4|ipv6 prefix NAME`. An empty one is legal; what it matches nobody could verify, here
/// nothing.</summary>
internal sealed record ConfiguredSet(string Name, bool IsV6)
{
    public ValueList<AddressPrefix> Prefixes { get; init; } = [];
    public ValueList<AddressPrefix> Except { get; init; } = [];

    public bool Contains(System.Net.IPAddress? address) =>
        Prefixes.Any(prefix => prefix.Contains(address)) && !Except.Any(prefix => prefix.Contains(address));
}

/// <summary>One end of a packet: prefixes, or names of field-sets. Null matches everything.</summary>
internal sealed record EndMatch(ValueList<AddressPrefix> Prefixes, ValueList<string> Sets);

/// <summary>One `protocol` line.</summary>
/// <param name="Text">As it is printed.</param>
/// <param name="Numbers">Empty where a field-set of services is named.</param>
/// <param name="Source">Ports; empty matches all.</param>
internal sealed record ProtocolLine(
    string Text, ValueList<NumberRange> Numbers, ValueList<NumberRange> Source, ValueList<NumberRange> Destination,
    string? ServiceSet = null);

internal readonly record struct NumberRange(int From, int To)
{
    public bool Contains(int? number) => number >= From && number <= To;
}

/// <summary>`match NAME ipv4|ipv6` of a policy.</summary>
internal sealed record ConfiguredRule(string Name, bool IsV6)
{
    public EndMatch? Source { get; init; }
    public EndMatch? Destination { get; init; }

    /// <summary>One of them has to fit.</summary>
    public ValueList<ProtocolLine> Protocols { get; init; } = [];
    public ValueList<string> Actions { get; init; } = [];
    public string? Comment { get; init; }

    public bool IsDefault => Name is "ipv4-all-default" or "ipv6-all-default";
    public bool Drops => Actions.Contains("drop");
    public bool Counts => Actions.Any(action => action.Split(' ')[0] == "count");
}

/// <summary>`traffic-policy NAME`: the first rule that fits decides; the defaults are always last.</summary>
internal sealed record ConfiguredPolicy(string Name)
{
    public string? Comment { get; init; }
    public string? Description { get; init; }
    public ValueList<ConfiguredRule> Rules { get; init; } =
        [new ConfiguredRule("ipv4-all-default", false), new ConfiguredRule("ipv6-all-default", true)];

    public ConfiguredRule? Rule(string name) => Rules.FirstOrDefault(rule => rule.Name == name);

    /// <summary>New rules come before the defaults; there is no other place that anybody could verify.</summary>
    public ConfiguredPolicy With(ConfiguredRule rule)
    {
        if (Rule(rule.Name) is not null)
            return this with { Rules = new(Rules.Select(old => old.Name == rule.Name ? rule : old)) };
        return this with
        {
            Rules = new([.. Rules.Where(old => !old.IsDefault), rule, .. Rules.Where(old => old.IsDefault)]),
        };
    }
}

/// <summary>Everything about traffic policies that is configured, as a value: a config session works on a
/// copy.</summary>
internal sealed record TrafficPolicies
{
    private static readonly ImmutableSortedDictionary<string, string> s_none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>By family and name: whether the families may share a name nobody could verify.</summary>
    public ImmutableSortedDictionary<string, ConfiguredSet> Sets { get; init; } =
        ImmutableSortedDictionary.Create<string, ConfiguredSet>(StringComparer.Ordinal);

    /// <summary>`field-set service NAME`, its lines.</summary>
    public ImmutableSortedDictionary<string, ValueList<string>> Services { get; init; } =
        ImmutableSortedDictionary.Create<string, ValueList<string>>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<string, ConfiguredPolicy> Policies { get; init; } =
        ImmutableSortedDictionary.Create<string, ConfiguredPolicy>(StringComparer.Ordinal);

    /// <summary>The policy of each interface, for what comes in.</summary>
    public ImmutableSortedDictionary<string, string> Interfaces { get; init; } =
        s_none.WithComparers(NaturalOrder.Instance);

    /// <summary>The policy of each VRF, for what comes in by its physical interfaces.</summary>
    public ImmutableSortedDictionary<string, string> Vrfs { get; init; } = s_none;

    /// <summary>`transforms ...` and `counter ...`, as written.</summary>
    public ImmutableSortedDictionary<string, string> Lines { get; init; } = s_none;

    public static string KeyOf(string name, bool isV6) => $"{(isV6 ? "ipv6" : "ipv4")} {name}";

    public ConfiguredSet? Set(string name, bool isV6) => Sets.GetValueOrDefault(KeyOf(name, isV6));

    public TrafficPolicies With(ConfiguredSet set) => this with { Sets = Sets.SetItem(KeyOf(set.Name, set.IsV6), set) };

    public TrafficPolicies With(ConfiguredPolicy policy) =>
        this with { Policies = Policies.SetItem(policy.Name, policy) };

    /// <summary>What a session has changed since it was opened is copied over what is there now, whoever has changed it
    /// meanwhile: what EOS's manual says of a commit.</summary>
    public TrafficPolicies Overwritten(TrafficPolicies opened, TrafficPolicies changed) => this with
    {
        Sets = Overwritten(Sets, opened.Sets, changed.Sets),
        Services = Overwritten(Services, opened.Services, changed.Services),
        Policies = Overwritten(Policies, opened.Policies, changed.Policies),
        Interfaces = Overwritten(Interfaces, opened.Interfaces, changed.Interfaces),
        Vrfs = Overwritten(Vrfs, opened.Vrfs, changed.Vrfs),
        Lines = Overwritten(Lines, opened.Lines, changed.Lines),
    };

    private static ImmutableSortedDictionary<string, T> Overwritten<T>(
        ImmutableSortedDictionary<string, T> now, ImmutableSortedDictionary<string, T> opened,
        ImmutableSortedDictionary<string, T> changed)
    {
        foreach (var (key, value) in changed)
            if (!opened.TryGetValue(key, out var before) || !Equals(before, value)) now = now.SetItem(key, value);
        return now.RemoveRange(opened.Keys.Where(key => !changed.ContainsKey(key)));
    }
}

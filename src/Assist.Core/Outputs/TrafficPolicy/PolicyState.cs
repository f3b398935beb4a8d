using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>What the switch's configuration has of ours, as it is or as it is to be. What it has of others stands
/// beside it, so that nothing of it is ever lost.</summary>
internal sealed class PolicyState
{
    private readonly Dictionary<SetName, HashSet<IpAddr>> _sets = [];

    public IReadOnlyDictionary<SetName, HashSet<IpAddr>> Sets => _sets;

    /// <summary>Our rules by their keys.</summary>
    public Dictionary<string, PolicyRule> Rules { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines of sets that rules name which are no host: the placeholder is not among them.</summary>
    public Dictionary<FieldSet, List<string>> Others { get; } = [];

    /// <summary>Rules that somebody else has put into our policy.</summary>
    public List<string> OtherRules { get; } = [];

    public IEnumerable<IpAddr> Members(FieldSet set) => _sets.GetValueOrDefault(new SetName(set, 0)) ?? [];

    public HashSet<IpAddr> SetOf(SetName name)
    {
        if (!_sets.TryGetValue(name, out var members)) _sets[name] = members = [];
        return members;
    }

    /// <summary>When each member ends; those without an end are not ours.</summary>
    public Dictionary<IpAddr, DateTimeOffset> Ends(FieldSet set)
    {
        var ends = new Dictionary<IpAddr, DateTimeOffset>();
        foreach (var (name, members) in _sets)
        {
            if (name.Set != set || name.IsLive) continue;
            foreach (var member in members)
                if (!ends.TryGetValue(member, out var end) || end < name.EndsAt) ends[member] = name.EndsAt;
        }
        return ends;
    }

    public PolicyState Copy()
    {
        var copy = new PolicyState();
        foreach (var (name, members) in _sets) copy._sets[name] = [.. members];
        foreach (var (key, rule) in Rules) copy.Rules[key] = rule;
        foreach (var (set, lines) in Others) copy.Others[set] = [.. lines];
        copy.OtherRules.AddRange(OtherRules);
        return copy;
    }

    public void Install(PolicyEntry entry, DateTimeOffset now)
    {
        var endsAt = now + TimeSpan.FromSeconds(Math.Max(1, entry.Timeouts.Hard));
        if (FieldSet.Of(entry.Match) is not { } set)
        {
            Rules[entry.Name] = PolicyRule.Of(entry, endsAt);
            return;
        }
        var address = AddressOf(entry.Match);
        ForgetEnd(set, address);
        SetOf(new SetName(set, 0)).Add(address);
        SetOf(SetName.Ending(set, endsAt, now)).Add(address);
    }

    /// <summary>Removes what is ours of those keys.</summary>
    public void Remove(IReadOnlySet<string> keys)
    {
        if (keys.Count == 0) return;
        foreach (var key in keys) Rules.Remove(key);
        foreach (var set in FieldSet.All)
            foreach (var member in Ends(set).Keys)
                if (keys.Contains(KeyOf(set, member)))
                {
                    ForgetEnd(set, member);
                    SetOf(new SetName(set, 0)).Remove(member);
                }
    }

    /// <summary>Ends of members that somebody has taken out say nothing any more.</summary>
    public void ForgetOrphans()
    {
        foreach (var (name, members) in _sets)
            if (!name.IsLive) members.IntersectWith(Members(name.Set));
    }

    public static string KeyOf(FieldSet set, IpAddr member) => PolicyRule.KeyOf(set.MatchOf(member));

    private void ForgetEnd(FieldSet set, IpAddr member)
    {
        foreach (var (name, members) in _sets)
            if (name.Set == set && !name.IsLive) members.Remove(member);
    }

    private static IpAddr AddressOf(in FlowMatch match) => match.Source.IsKnown ? match.Source : match.Destination;
}

using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Where a policy is configured and where the hardware has it: the switch's only word on whether anything of
/// it acts.</summary>
/// <param name="Configured">Names of interfaces and VRFs.</param>
/// <param name="AppliedV4">Those of them where it is applied for IPv4.</param>
internal sealed record PolicyBinding(
    IReadOnlySet<string> Configured, IReadOnlySet<string> AppliedV4, IReadOnlySet<string> AppliedV6)
{
    public static PolicyBinding None { get; } =
        new(new HashSet<string>(), new HashSet<string>(), new HashSet<string>());

    public bool IsApplied(bool isV6) =>
        Configured.Count > 0 && Configured.IsSubsetOf(isV6 ? AppliedV6 : AppliedV4);
}

/// <summary>The configuration of traffic policies as the switch shows it, and what it says of ours.</summary>
internal sealed class PolicyReading
{
    /// <summary>The text of these two is all that is public of what the switch says in full; JSON is known in parts
    /// only.</summary>
    public static readonly EapiCommand[] Commands =
    [
        "enable", "show running-config section traffic-policies", "show traffic-policy interface summary",
    ];

    private const string NotBound = "the traffic policy is bound nowhere; run `assist setup`";
    private const string NotApplied = "the switch has not applied the traffic policy";

    private readonly HashSet<FieldSet> _named = [];

    public PolicyState State { get; } = new();

    public PolicyBinding Binding { get; private init; } = PolicyBinding.None;

    /// <summary>False where the switch has no policy of that name.</summary>
    public bool HasPolicy { get; private set; }

    /// <summary>Sets of ours by which a rule of the policy drops.</summary>
    public IReadOnlySet<FieldSet> Named => _named;

    /// <param name="section">The answer to `show running-config section traffic-policies`.</param>
    /// <param name="summary">The answer to `show traffic-policy interface summary`.</param>
    public static PolicyReading Of(string section, string summary, TrafficPolicyOptions options)
    {
        var reading = new PolicyReading { Binding = BindingIn(summary, options.Policy) };
        foreach (var block in ConfigLine.Parse(section).Under("traffic-policies"))
        {
            foreach (var line in block.Below) reading.ReadSet(line, options.Name);
            foreach (var policy in block.Below.Where(line => line.Words is ["traffic-policy", var name]
                && name == options.Policy)) reading.ReadPolicy(policy, options.Name);
        }
        return reading;
    }

    /// <summary>What is in our sets and rules, ours and not.</summary>
    public InstalledFlows Installed(TrafficPolicyOptions options, DateTimeOffset now) => new()
    {
        Entries =
        [
            .. FieldSet.All.SelectMany(set => MembersOf(set, options, now)),
            .. State.Rules.Values.Select(rule => Shown(rule, now)),
            // In a policy of somebody else all rules are theirs, and none of them is news.
            .. options.Into is null ? State.OtherRules.Select(name => Foreign($"match {name}")) : [],
        ],
    };

    private IEnumerable<InstalledEntry> MembersOf(FieldSet set, TrafficPolicyOptions options, DateTimeOffset now)
    {
        var ends = State.Ends(set);
        foreach (var member in State.Members(set))
        {
            DateTimeOffset? end = ends.TryGetValue(member, out var at) ? at : null;
            var entry = Entry(PolicyState.KeyOf(set, member), set.MatchOf(member), end, now);
            yield return Judged(entry, set.IsV6, _named.Contains(set)
                ? null : $"no rule of {options.Policy} drops by {set.NameIn(options.Name)}", now);
        }
        foreach (var line in State.Others.GetValueOrDefault(set) ?? [])
            yield return Foreign($"{set.NameIn(options.Name)} {line}");
    }

    private InstalledEntry Shown(PolicyRule rule, DateTimeOffset now)
    {
        var shown = Judged(Entry(rule.Key, rule.Match ?? default, rule.EndsAt, now), rule.IsV6, null, now);
        return rule.Match is not null ? shown : shown with
        {
            Status = shown.Status == EntryStatus.Programmed ? EntryStatus.Unknown : shown.Status,
            StatusText = "lines that are not understood",
            IsComplete = false,
        };
    }

    private static PolicyEntry Entry(string key, FlowMatch match, DateTimeOffset? endsAt, DateTimeOffset now) => new()
    {
        Name = key,
        Match = match,
        EndsAt = endsAt,
        Timeouts = endsAt is { } end
            ? new FlowTimeouts((int)Math.Clamp((end - now).TotalSeconds, 1, int.MaxValue), 0) : default,
    };

    // What is over acts still, and must not be taken over: the table removes first what does nothing.
    private InstalledEntry Judged(PolicyEntry entry, bool isV6, string? fault, DateTimeOffset now)
    {
        var isOver = entry.EndsAt <= now;
        fault ??= Binding.Configured.Count == 0 ? NotBound : Binding.IsApplied(isV6) ? null : NotApplied;
        return new InstalledEntry
        {
            Entry = entry,
            Status = isOver || fault is not null ? EntryStatus.NotProgrammed : EntryStatus.Programmed,
            StatusText = isOver ? "its end has passed" : fault ?? "",
        };
    }

    private static InstalledEntry Foreign(string place) =>
        new() { Entry = new ForeignPolicyLine(place), Status = EntryStatus.Present };

    private void ReadSet(ConfigLine line, string prefix)
    {
        if (line.Words is not ["field-set", "ipv4" or "ipv6", "prefix", var name]) return;
        if (SetName.Of(name, line.Words[1] == "ipv6", prefix) is not { } set) return;
        var members = State.SetOf(set);
        foreach (var words in line.Below.Where(below => !below.IsComment).Select(below => below.Words))
        {
            if (words[0] is "except")
            {
                if (set.IsLive) OthersOf(set.Set).Add(string.Join(' ', words));
                continue;
            }
            foreach (var word in words) ReadMember(set, members, word);
        }
    }

    private void ReadMember(SetName set, HashSet<IpAddr> members, string word)
    {
        if (IpPrefix.TryParse(word, out var prefix) && prefix.IsSingle && prefix.Address.IsV6 == set.Set.IsV6)
        {
            if (prefix.Address != set.Set.Placeholder) members.Add(prefix.Address);
        }
        else if (set.IsLive)
        {
            OthersOf(set.Set).Add(word);
        }
    }

    private List<string> OthersOf(FieldSet set)
    {
        if (!State.Others.TryGetValue(set, out var lines)) State.Others[set] = lines = [];
        return lines;
    }

    private void ReadPolicy(ConfigLine policy, string prefix)
    {
        HasPolicy = true;
        foreach (var match in policy.Under("match"))
        {
            if (match.Words is not ["match", var name, "ipv4" or "ipv6"]) continue;
            var isV6 = match.Words[2] == "ipv6";
            var drops = match.Under("actions").Any(actions => actions.Under("drop").Any());
            var sets = FieldSet.All.Where(set => set.IsV6 == isV6 && drops && Names(match, set, prefix)).ToList();
            _named.UnionWith(sets);
            if (PolicyRule.Read(name, isV6, match.Below) is { } rule) State.Rules[rule.Key] = rule;
            else if (sets.Count == 0 && !name.EndsWith("-all-default", StringComparison.Ordinal))
                State.OtherRules.Add(name);
        }
    }

    // The rule must ask for nothing else, or it drops less than the members.
    private static bool Names(ConfigLine match, FieldSet set, string prefix) =>
        match.Under($"{set.Direction} prefix field-set").Any(line => line.Words.Contains(set.NameIn(prefix)))
        && match.Below.All(line => line.IsComment || line.Text == "actions"
            || line.Text.StartsWith($"{set.Direction} prefix field-set ", StringComparison.Ordinal));

    private static PolicyBinding BindingIn(string summary, string policy)
    {
        var shown = ConfigLine.Parse(summary).Under($"Traffic policy {policy}").FirstOrDefault();
        if (shown is null) return PolicyBinding.None;
        return new PolicyBinding(
            Listed(shown, line => line.StartsWith("Configured on", StringComparison.Ordinal)),
            Listed(shown, line => IsAppliedLine(line, "IPv4")), Listed(shown, line => IsAppliedLine(line, "IPv6")));
    }

    private static bool IsAppliedLine(string line, string family) =>
        line.StartsWith("Applied on", StringComparison.Ordinal) && line.Contains(family, StringComparison.Ordinal);

    private static HashSet<string> Listed(ConfigLine shown, Predicate<string> isMeant) =>
        [.. shown.Below.Where(line => isMeant(line.Text)).SelectMany(NamesIn)];

    /// <summary>"Applied on input of interfaces for IPv4 traffic: Ethernet1, Ethernet2"</summary>
    public static IEnumerable<string> NamesIn(ConfigLine line)
    {
        var colon = line.Text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? [] : line.Text[(colon + 1)..].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
    }
}

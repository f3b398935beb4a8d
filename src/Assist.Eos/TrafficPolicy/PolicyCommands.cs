using System.Collections.Immutable;

namespace Assist.Eos;

/// <summary>`traffic-policies` and the modes below it. Outside a session every line is live at once.</summary>
internal static class TrafficPolicyCommands
{
    /// <summary>Of `configure`.</summary>
    public static readonly Rule[] Configure =
    [
        Do("traffic-policies", (session, _) => session.Enter(Mode.TrafficPolicies)),
        Do("no traffic-policies", (session, _) => session.Policies = session.Policies with
        {
            Sets = session.Policies.Sets.Clear(),
            Services = session.Policies.Services.Clear(),
            Policies = session.Policies.Policies.Clear(),
            Vrfs = session.Policies.Vrfs.Clear(),
            Lines = session.Policies.Lines.Clear(),
        }),
    ];

    /// <summary>Of `interface X`.</summary>
    public static readonly Rule[] Interface =
    [
        Do("traffic-policy input WORD", (session, a) => Bind(session, ports =>
            session.Subject.Split(',').Aggregate(ports, (all, port) => all.SetItem(port, a[0])))),
        Do("no traffic-policy input", (session, _) => Bind(session, ports =>
            ports.RemoveRange(session.Subject.Split(',')))),
        Do("no traffic-policy input WORD", (session, a) => Bind(session, ports => ports.RemoveRange(
            session.Subject.Split(',').Where(port => ports.GetValueOrDefault(port) == a[0])))),
    ];

    public static readonly Rule[] Policies =
    [
        Do("vrf WORD", (session, a) => session.Enter(Mode.PolicyVrf, a[0])),
        Do("field-set ipv4|ipv6 prefix WORD", EnterSet),
        Do("no field-set ipv4|ipv6 prefix WORD", (session, a) => session.Policies = session.Policies with
        {
            Sets = session.Policies.Sets.Remove($"{a[0]} {a[1]}"),
        }),
        Do("field-set service WORD", EnterServices),
        Do("no field-set service WORD", (session, a) => session.Policies = session.Policies with
        {
            Services = session.Policies.Services.Remove(a[0]),
        }),
        Do("traffic-policy WORD", EnterPolicy),
        Do("no traffic-policy WORD", (session, a) => session.Policies = session.Policies with
        {
            Policies = session.Policies.Policies.Remove(a[0]),
        }),
        Do("transforms LINE", (session, a) => Keep(session, $"transforms {a[0]}")),
        Do("counter LINE", (session, a) => Keep(session, $"counter {a[0]}")),
    ];

    public static readonly Rule[] Vrf =
    [
        Do("traffic-policy input WORD physical", (session, a) => session.Policies = session.Policies with
        {
            Vrfs = session.Policies.Vrfs.SetItem(session.Subject, a[0]),
        }),
        Do("no traffic-policy input", (session, _) => session.Policies = session.Policies with
        {
            Vrfs = session.Policies.Vrfs.Remove(session.Subject),
        }),
        Do("no traffic-policy input WORD physical", (session, _) => session.Policies = session.Policies with
        {
            Vrfs = session.Policies.Vrfs.Remove(session.Subject),
        }),
    ];

    /// <summary>Lines of a set of prefixes add to it. How one is taken out no public text says: an option.</summary>
    public static readonly Rule[] Set =
    [
        Do("except PREFIXES", (session, a) => ChangeSet(session, (set, words) => set with
        {
            Except = Sorted(set.Except.Union(PolicyGrammar.Prefixes(words, set.IsV6, 1))),
        }, a[0])),
        Do("no PREFIXES", (session, a) => TakeOut(session, PrefixRemovalForm.No, a[0])),
        Do("remove PREFIXES", (session, a) => TakeOut(session, PrefixRemovalForm.Remove, a[0])),
        Do("PREFIXES", (session, a) => ChangeSet(session, (set, words) => set with
        {
            Prefixes = Sorted(set.Prefixes.Union(PolicyGrammar.Prefixes(words, set.IsV6, 0))),
        }, a[0])),
    ];

    public static readonly Rule[] Services =
    [
        Do("protocol LINE", (session, a) =>
        {
            PolicyGrammar.Protocol(a[0], isV6: false);
            var (services, line) = (session.Policies.Services, PolicyGrammar.WithPortNames($"protocol {a[0]}"));
            session.Policies = session.Policies with
            {
                Services = services.SetItem(session.Subject, services[session.Subject].Union([line])),
            };
        }),
    ];

    private static void EnterSet(CliSession session, string[] a)
    {
        var isV6 = a[0] == "ipv6";
        if (session.Policies.Set(a[1], isV6) is null)
            session.Policies = session.Policies.With(new ConfiguredSet(a[1], isV6));
        session.Enter(Mode.PrefixSet, $"{a[0]} {a[1]}");
    }

    private static void EnterServices(CliSession session, string[] a)
    {
        if (!session.Policies.Services.ContainsKey(a[0]))
            session.Policies = session.Policies with { Services = session.Policies.Services.Add(a[0], []) };
        session.Enter(Mode.ServiceSet, a[0]);
    }

    private static void EnterPolicy(CliSession session, string[] a)
    {
        if (!session.Policies.Policies.ContainsKey(a[0]))
            session.Policies = session.Policies.With(new ConfiguredPolicy(a[0]));
        session.Enter(Mode.TrafficPolicy, a[0]);
    }

    private static void Keep(CliSession session, string line) => session.Policies = session.Policies with
    {
        Lines = session.Policies.Lines.SetItem(line, line),
    };

    private static void TakeOut(CliSession session, PrefixRemovalForm form, string line)
    {
        if (session.State.Options.PrefixRemoval != form)
            throw CliError.Invalid(0, form == PrefixRemovalForm.No ? "no" : "remove");
        ChangeSet(session, (set, words) => set with
        {
            Prefixes = new(set.Prefixes.Except(PolicyGrammar.Prefixes(words, set.IsV6, 1))),
        }, line);
    }

    private static void ChangeSet(CliSession session, Func<ConfiguredSet, string[], ConfiguredSet> edit, string line) =>
        session.Policies = session.Policies.With(edit(session.Policies.Sets[session.Subject], line.Split(' ')));

    private static ValueList<AddressPrefix> Sorted(IEnumerable<AddressPrefix> prefixes) =>
        new(AddressPrefix.Sorted(prefixes));

    private static void Bind(
        CliSession session,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> edit) =>
        session.Policies = session.Policies with { Interfaces = edit(session.Policies.Interfaces) };

    private static Rule Do(string pattern, Action<CliSession, string[]> action) =>
        Rule.Do(pattern, action).AlsoInSession();
}

/// <summary>The modes of one policy: `traffic-policy P`, `match R ipv4`, `actions`. A subject is the policy, or policy,
/// rule and family.</summary>
internal static class PolicyRuleCommands
{
    public static readonly Rule[] Policy =
    [
        Do("description LINE", (session, a) => Change(session, policy => policy with { Description = a[0] })),
        Do("no description", (session, _) => Change(session, policy => policy with { Description = null })),
        Do("comment", (session, _) => Change(session, policy => policy with { Comment = session.Input })),
        Do("match WORD ipv4|ipv6", EnterRule),
        Do("no match WORD ipv4|ipv6", (session, a) => Change(session, policy => policy with
        {
            Rules = new(policy.Rules.Where(rule => rule.IsDefault || rule.Name != a[0])),
        })),
    ];

    public static readonly Rule[] Match =
    [
        Do("comment", (session, _) => ChangeRule(session, rule => rule with { Comment = session.Input })),
        Do("source prefix LINE", (session, a) => ChangeRule(session, rule => rule with
        {
            Source = PolicyGrammar.End(a[0], rule.IsV6, 2),
        })),
        Do("destination prefix LINE", (session, a) => ChangeRule(session, rule => rule with
        {
            Destination = PolicyGrammar.End(a[0], rule.IsV6, 2),
        })),
        Do("protocol LINE", (session, a) => ChangeRule(session, rule => rule with
        {
            Protocols = rule.Protocols.Union([PolicyGrammar.Protocol(a[0], rule.IsV6)]),
        })),
        Do("actions", (session, _) => session.Enter(Mode.PolicyActions, session.Subject)),
    ];

    public static readonly Rule[] Actions =
    [
        Do("count", (session, _) => Act(session, "count")),
        Do("count WORD", (session, a) => Act(session, $"count {a[0]}")),
        Do("drop", (session, _) => Act(session, "drop")),
        Do("log", (session, _) => Act(session, "log")),
        Do("set LINE", (session, a) => Act(session, $"set {a[0]}")),
        Do("redirect LINE", (session, a) => Act(session, $"redirect {a[0]}")),
        Do("no drop", (session, _) => ChangeRule(session, rule => rule with
        {
            Actions = new(rule.Actions.Where(action => action != "drop")),
        })),
    ];

    private static void EnterRule(CliSession session, string[] a)
    {
        var policy = session.Subject;
        var isV6 = a[1] == "ipv6";
        if (session.Policies.Policies[policy].Rule(a[0]) is not { } known || known.IsV6 != isV6)
            Change(session, old => old.With(new ConfiguredRule(a[0], isV6)));
        session.Enter(Mode.PolicyMatch, $"{policy} {a[0]}");
    }

    private static void Act(CliSession session, string action) => ChangeRule(session, rule =>
    {
        // EOS has it with drop only.
        if (action == "log" && !rule.Drops) throw CliError.Invalid(0, "log");
        return rule with { Actions = new(rule.Actions.Union([action]).Order(StringComparer.Ordinal)) };
    });

    private static void Change(CliSession session, Func<ConfiguredPolicy, ConfiguredPolicy> edit) =>
        session.Policies = session.Policies.With(edit(session.Policies.Policies[session.Subject.Split(' ')[0]]));

    private static void ChangeRule(CliSession session, Func<ConfiguredRule, ConfiguredRule> edit) =>
        Change(session, policy => policy.With(edit(policy.Rule(session.Subject.Split(' ')[1])!)));

    private static Rule Do(string pattern, Action<CliSession, string[]> action) =>
        Rule.Do(pattern, action).AlsoInSession();
}

using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Outputs.DirectFlow;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>rules: which logs become which flows.</summary>
internal sealed class RuleReader(
    IMessageFormat? format, OperatingMode mode, FlowLifetimes lifetimes, FlowsReader flows, Diagnostics faults)
{
    private const MatchSet Addresses = MatchSet.SourceIp | MatchSet.DestinationIp;
    private const MatchSet Ports = MatchSet.SourcePort | MatchSet.DestinationPort;

    private static readonly (string Word, MatchSet Part)[] s_parts =
    [
        ("src_ip", MatchSet.SourceIp), ("src_port", MatchSet.SourcePort), ("dst_ip", MatchSet.DestinationIp),
        ("dst_port", MatchSet.DestinationPort), ("protocol", MatchSet.Protocol),
    ];

    private readonly RuleOrder _order = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly string[] _fields =
        format is null ? [] : [.. format.Layouts.SelectMany(l => l.Names).Where(n => n.Length > 0).Distinct()];

    /// <summary>There is a section flow_spec.</summary>
    public bool CanAnnounce { get; init; }

    public IReadOnlyList<RuleOptions> Read(IReadOnlyList<Section> rules)
    {
        var read = new List<RuleOptions>();
        foreach (var section in rules)
        {
            var rule = Rule(section);
            if (_order.Before(rule, read.Where(IsActive)) is { } earlier)
                faults.Warn(
                    section.At, $"rule {rule.Name} never fires: rule {earlier.Name} before it takes every log "
                    + "that it is meant for; put it before that one or remove it");
            read.Add(rule);
        }
        return read;
    }

    // One on trial keeps no log from those behind it.
    private bool IsActive(RuleOptions rule) => !rule.Shadow
        && (rule.Action != RuleAction.Bypass || mode == OperatingMode.Shunt);

    private RuleOptions Rule(Section section)
    {
        var known = Action(section);
        var action = known ?? RuleAction.Ignore;
        var rule = new RuleOptions
        {
            Name = Name(section),
            When = When(section, action),
            Action = action,
            Match = Match(section, out var isMatchKnown),
            Lifetime = section.Duration("lifetime", TimeSpan.FromSeconds(1), FlowsReader.MaxLifetime),
            Idle = section.Duration("idle", TimeSpan.Zero, FlowsReader.MaxLifetime),
            Widen = section.Flag("widen", false),
            Class = Class(section, action),
            Shadow = section.Flag("shadow", false),
            Announce = section.Flag("announce", false),
        };
        section.Done();
        if (known is null) return rule;
        if (action == RuleAction.Ignore)
        {
            CheckIgnore(section);
            return rule;
        }
        if (isMatchKnown) CheckFlow(section, rule);
        return rule with { Idle = Idle(section, rule) };
    }

    private string Name(Section section)
    {
        if (section.Scalar("name") is not { } value)
        {
            if (section.Find("name") is null)
                faults.Missing(
                    section.PathOf("name"), section.At, "this rule has no name; give it one, such as denied-traffic");
            return "";
        }
        if (value.Text.Length is 0 or > 64
            || !value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            faults.Error(value.At, $"rule name \"{value.Text}\": use 1 to 64 letters, digits, _ . and -");
        else if (!_names.Add(value.Text))
            faults.Error(value.At, $"rule name \"{value.Text}\" is already taken by an earlier rule");
        return value.Text;
    }

    // Null where it is missing or no action: what else the rule says cannot be judged then.
    private RuleAction? Action(Section section)
    {
        if (section.Find("action") is null)
            faults.Missing(
                section.PathOf("action"), section.At,
                "this rule has no action; write drop, bypass, redirect or ignore");
        return section.Choice<RuleAction?>("action", null, ("drop", RuleAction.Drop), ("bypass", RuleAction.Bypass),
            ("redirect", RuleAction.Redirect), ("ignore", RuleAction.Ignore));
    }

    private FlowClass? Class(Section section, RuleAction action)
    {
        if (section.Find("class") is not { } entry) return null;
        if (action is RuleAction.Bypass or RuleAction.Redirect)
            faults.Error(entry.At, "class has no meaning in a rule that does not drop; remove it");
        return section.Choice("class", FlowClass.Denial, ("threat", FlowClass.Threat), ("denial", FlowClass.Denial));
    }

    private IReadOnlyList<FieldCondition> When(Section section, RuleAction action)
    {
        var entry = section.Find("when");
        var when = section.Sub("when");
        var has = Has(section);
        var isEmpty = entry is null || entry.Value.IsEmpty
            || entry.Value is { Kind: NodeKind.Map, Entries.Count: 0 };
        if (has.Count == 0 && isEmpty)
            faults.Missing(
                section.PathOf("when"), entry?.At ?? section.At,
                "a rule without when would fire for every log; name at least one field");
        return [.. when.Entries.Select(field => Condition(when, field, action)), .. has];
    }

    // Fields that a message must have, whatever stands in them.
    private List<FieldCondition> Has(Section section)
    {
        var read = new List<FieldCondition>();
        foreach (var field in section.Scalars("has"))
        {
            CheckField(field.Text, field.At);
            read.Add(new FieldCondition(field.Text, []));
        }
        return read;
    }

    private void CheckField(string name, Position at)
    {
        if (format is not null && !_fields.Contains(name, StringComparer.Ordinal))
            faults.Error(at, $"format {format.Name} has no field \"{name}\"{Nearest.Hint(name, _fields)}");
    }

    private FieldCondition Condition(Section when, ConfigEntry field, RuleAction action)
    {
        CheckField(field.Key, field.At);
        var patterns = when.Scalars(field.Key);
        if (field.Value.IsEmpty || field.Value is { Kind: NodeKind.List, Items.Count: 0 })
            faults.Error(
                field.At, $"field \"{field.Key}\" has no pattern; write a text or a list of texts to look for");
        foreach (var pattern in patterns)
            if (Patterns.Fault(pattern.Text) is { } fault)
                faults.Error(pattern.At, $"pattern \"{pattern.Text}\" {fault}");
            else if (action != RuleAction.Ignore && new FieldPattern(pattern.Text).MatchesEmpty)
                faults.Error(
                    pattern.At, $"pattern \"{pattern.Text}\" is found in every text, also in none, "
                    + "so the rule would act on every log; write the text to look for, "
                    + "or put the field under has, which asks only that it is there");
        var condition = new FieldCondition(field.Key, [.. patterns.Select(p => p.Text)]);
        if (format is not null && KnownValues.Missed(format.Name, condition) is { } values)
            faults.Warn(
                field.At,
                $"this rule never fires: {field.Key} is {string.Join(" or ", values)} in every log that rules see");
        return condition;
    }

    /// <param name="isKnown">False where a part is no part, so that the rest of the match says nothing.</param>
    private MatchSet Match(Section section, out bool isKnown)
    {
        var match = MatchSet.None;
        isKnown = true;
        foreach (var value in section.Scalars("match"))
        {
            var part = value.Text == "five_tuple" ? MatchSet.FiveTuple
                : Array.Find(s_parts, p => p.Word == value.Text).Part;
            if (part == MatchSet.None)
                faults.Error(
                    value.At, $"match: \"{value.Text}\" is not one of five_tuple, src_ip, src_port, dst_ip, dst_port, "
                    + $"protocol{Nearest.Hint(value.Text, s_parts.Select(p => p.Word).Append("five_tuple"))}");
            else if ((match & part) != MatchSet.None)
                faults.Error(value.At, $"match: {value.Text} is named twice");
            match |= part;
            isKnown &= part != MatchSet.None;
        }
        if (section.Find("match") is { } entry && entry.Value is { Kind: NodeKind.List, Items.Count: 0 })
            faults.Error(entry.Value.At, "match is empty; write five_tuple or a list that has src_ip or dst_ip");
        return match == MatchSet.None ? MatchSet.FiveTuple : match;
    }

    private void CheckIgnore(Section section)
    {
        foreach (var key in (string[])["match", "lifetime", "idle", "widen", "class", "announce"])
            if (section.Find(key) is { } entry)
                faults.Error(entry.At, $"{key} has no meaning in a rule that ignores; remove it");
    }

    private void CheckFlow(Section section, RuleOptions rule)
    {
        var at = section.Find("match")?.Value.At ?? section.At;
        var addresses = rule.Match & Addresses;
        if (addresses == MatchSet.None)
            faults.Error(at, "match needs src_ip or dst_ip: without an address the flow would hit everybody's traffic");
        if ((rule.Match & Ports) != MatchSet.None && (rule.Match & MatchSet.Protocol) == MatchSet.None)
            faults.Error(at, "match has a port but no protocol, and a port is one of a protocol; add protocol");
        if (rule.Action == RuleAction.Bypass && addresses is not Addresses and not MatchSet.None)
            faults.Error(
                at, "a bypass needs src_ip and dst_ip: it takes one session past the firewall, not all of a host's");
        if (rule.Action == RuleAction.Drop && addresses is not Addresses and not MatchSet.None)
            faults.Warn(at,
                $"rule {rule.Name} drops all traffic {(addresses == MatchSet.SourceIp ? "from" : "to")} an address, "
                + "on every port of the switch; add the other address unless that is meant");
        CheckMode(section, rule);
        if (rule.Announce) CheckAnnounced(section, rule);
    }

    // Routers refuse a rule without a destination (RFC 8955 6), and one that leaves the port open could match BGP's.
    private void CheckAnnounced(Section section, RuleOptions rule)
    {
        const MatchSet Needed = MatchSet.DestinationIp | MatchSet.Protocol | MatchSet.DestinationPort;
        var at = section.Find("announce")!.At;
        if (!CanAnnounce)
            faults.Error(at, "there is no section flow_spec, so nothing can be announced; add it, or remove announce");
        else if (rule.Action != RuleAction.Drop)
            faults.Error(at, "only a drop can be announced by BGP FlowSpec; remove announce");
        else if (rule.Widen)
            faults.Error(at, "a rule that widens cannot be announced: what the log leaves unknown would be dropped in "
                + "the whole network; remove widen or announce");
        else if ((rule.Match & Needed) != Needed)
            faults.Error(at, "a rule that is announced has to match dst_ip, protocol and dst_port: routers refuse a "
                + "rule without destination, and one without port could match BGP's own sessions");
    }

    /// <summary>The action's idle timeout is cut to a shorter lifetime of the rule; one that the rule itself sets is
    /// not.</summary>
    private TimeSpan? Idle(Section section, RuleOptions rule)
    {
        var (hard, idle) = lifetimes.Of((FlowAction)rule.Action);
        if (rule.Idle is { } own) flows.CheckIdle(section, new Lifetime(rule.Lifetime ?? hard, own));
        return rule.Idle ?? (rule.Lifetime < idle ? rule.Lifetime : null);
    }

    private void CheckMode(Section section, RuleOptions rule)
    {
        var at = section.Find("action")?.Value.At ?? section.At;
        if (rule.Action == RuleAction.Redirect && mode != OperatingMode.MirrorAndShunt)
            faults.Error(
                at, "redirect works in mode mirror_and_shunt only; in the others traffic passes the firewall already "
                + "or cannot be sent there");
        if (rule.Action == RuleAction.Bypass && mode != OperatingMode.Shunt)
            faults.Warn(at, $"rule {rule.Name} is inactive: a bypass exists in mode shunt only");
    }
}

using Assist.Addresses;
using Assist.Flows;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;

namespace Assist.Control;

/// <summary>Which flows an operator means by a filter.</summary>
internal static class FlowSelection
{
    private static readonly HashSet<string> s_actions =
        new(StringComparer.OrdinalIgnoreCase) { "drop", "bypass", "redirect" };

    /// <summary>What is wrong with the filter, or null.</summary>
    public static string? Fault(FlowFilter filter)
    {
        if (filter.Address is not null && !IpPrefix.TryParse(filter.Address, out _))
            return $"--address {Printable.Of(filter.Address)} is neither an address nor a prefix";
        if (filter.Action is not null && !s_actions.Contains(filter.Action))
            return $"--action {Printable.Of(filter.Action)} is none of drop, bypass, redirect";
        return null;
    }

    public static bool Includes(FlowFilter filter, FlowRecord record) =>
        (filter.Name is null || record.Entries.Any(entry => IsNamed(filter.Name, entry.Key)))
        && (filter.Rule is null || record.Verdict.Rule == filter.Rule)
        && IncludesAction(filter, record.Entries[0].Key)
        && IncludesAddress(filter, record.Identity.Match.Source, record.Identity.Match.Destination);

    /// <summary>For entries that are known from the switch alone.</summary>
    public static bool Includes(FlowFilter filter, TargetEntry entry) =>
        (filter.Name is null || IsNamed(filter.Name, entry.Key))
        && filter.Rule is null
        && IncludesAction(filter, entry.Key)
        && IncludesAddress(filter, entry.Packets?.Source ?? default, entry.Packets?.Destination ?? default);

    /// <summary>For drops that are announced, whose entries do not have the names of flows.</summary>
    public static bool Includes(FlowFilter filter, in Verdict drop) =>
        (filter.Rule is null || drop.Rule == filter.Rule)
        && (filter.Name == RuleText.OfEos(drop.Flow.Match)
            || Includes(filter with { Rule = null }, drop.Flow.Match));

    /// <summary>For drops that may have ended, of which the match is known and not the rule.</summary>
    public static bool Includes(FlowFilter filter, FlowMatch drop)
    {
        if (filter.Rule is not null) return false;
        var name = FlowName.Of(new FlowIdentity(FlowAction.Drop, drop, Placement.Anywhere), Placement.Anywhere);
        return (filter.Name is null || IsNamed(filter.Name, name))
            && IncludesAction(filter, name)
            && IncludesAddress(filter, drop.Source, drop.Destination);
    }

    private static bool IsNamed(string wanted, string name) =>
        name == wanted || name == wanted + FlowName.InitiatorSuffix || name == wanted + FlowName.ResponderSuffix;

    private static bool IncludesAction(FlowFilter filter, string name) =>
        filter.Action is null
        || string.Equals(FlowName.ActionOf(name)?.ToString(), filter.Action, StringComparison.OrdinalIgnoreCase);

    private static bool IncludesAddress(FlowFilter filter, IpAddr source, IpAddr destination) =>
        filter.Address is not { } text
        || (IpPrefix.TryParse(text, out var prefix) && (prefix.Contains(source) || prefix.Contains(destination)));
}

using Assist.Targets;

namespace Assist.Flows;

/// <summary>Recognises flows of an earlier run in what the switch holds. A flow is ours when planning it anew gives
/// exactly the entries found: names, matches and actions.</summary>
public static class FlowAdoption
{
    private const string AdoptedRule = "(adopted)";

    public static IEnumerable<Verdict> Identify(IReadOnlyCollection<InstalledEntry> entries, FlowPlanner planner)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(planner);
        var byName = new Dictionary<string, FlowEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (entry.IsComplete) byName[entry.Entry.Name] = entry.Entry;
        foreach (var entry in byName.Values)
            if (Guess(entry, byName) is { } verdict && planner.Plan(verdict).All(planned => IsSame(planned, byName)))
                yield return verdict;
    }

    private static Verdict? Guess(FlowEntry entry, Dictionary<string, FlowEntry> byName)
    {
        if (entry.Name.StartsWith(FlowName.DropPrefix, StringComparison.Ordinal))
            return Of(entry, FlowAction.Drop, Placement.Anywhere, 0);
        if (!entry.Name.EndsWith(FlowName.InitiatorSuffix, StringComparison.Ordinal)) return null;
        var responder = entry.Name[..^FlowName.InitiatorSuffix.Length] + FlowName.ResponderSuffix;
        if (!byName.TryGetValue(responder, out var back)) return null;
        if (entry.Name.StartsWith(FlowName.RedirectPrefix, StringComparison.Ordinal))
            return entry.Name.StartsWith(FlowName.RedirectPrefix + "AB_", StringComparison.Ordinal)
                ? Of(entry, FlowAction.Redirect, Placement.Either, back.Match.Vlan)
                : null;
        return Bypass(entry, back.Match.Vlan, byName);
    }

    private static Verdict? Bypass(FlowEntry entry, ushort outVlan, Dictionary<string, FlowEntry> byName)
    {
        const string Ab = FlowName.BypassPrefix + "AB_", Ba = FlowName.BypassPrefix + "BA_";
        if (entry.Name.StartsWith(Ab, StringComparison.Ordinal))
        {
            var both = byName.ContainsKey(string.Concat(Ba, entry.Name.AsSpan(Ab.Length)));
            return Of(entry, FlowAction.Bypass, both ? Placement.Either : Placement.AToB, outVlan);
        }
        if (!entry.Name.StartsWith(Ba, StringComparison.Ordinal)) return null;
        return byName.ContainsKey(string.Concat(Ab, entry.Name.AsSpan(Ba.Length)))
            ? null
            : Of(entry, FlowAction.Bypass, Placement.BToA, outVlan);
    }

    private static Verdict Of(FlowEntry entry, FlowAction action, Placement placement, ushort outVlan) => new(
        new FlowIdentity(action, new FlowMatch
        {
            Source = entry.Match.Source,
            Destination = entry.Match.Destination,
            SourcePort = entry.Match.SourcePort,
            DestinationPort = entry.Match.DestinationPort,
            Protocol = entry.Match.Protocol,
            InVlan = entry.Match.Vlan,
            OutVlan = outVlan,
        }, placement),
        entry.Timeouts, new Marking(entry.Action.SetCos, entry.Action.SetTos), AdoptedRule);

    private static bool IsSame(FlowEntry planned, Dictionary<string, FlowEntry> byName) =>
        byName.TryGetValue(planned.Name, out var found)
        && planned.Priority == found.Priority
        && SameMatch(planned.Match, found.Match)
        && planned.Action.Drop == found.Action.Drop
        && InterfaceName.SameSet(planned.Action.OutputInterfaces, found.Action.OutputInterfaces);

    private static bool SameMatch(EntryMatch a, EntryMatch b) =>
        a with { InputInterfaces = [] } == (b with { InputInterfaces = [] })
        && InterfaceName.SameSet(a.InputInterfaces, b.InputInterfaces);
}

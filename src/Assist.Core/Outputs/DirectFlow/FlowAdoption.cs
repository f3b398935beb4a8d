using Assist.Flows;

namespace Assist.Outputs.DirectFlow;

/// <summary>Recognises flows of an earlier run in what the switch holds. A flow is ours when planning it anew gives
/// exactly the entries found: names, matches and actions. Where all but the ports is so, an earlier run has made it for
/// another wiring.</summary>
internal static class FlowAdoption
{
    /// <summary>Entries that stand alone without their flow's others come with what is there: <c>Present</c> then has
    /// fewer names than <c>Planned</c>.</summary>
    public static IEnumerable<RecognisedFlow> Identify(
        IReadOnlyCollection<InstalledEntry> entries, FlowPlanner planner)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(planner);
        var byName = new Dictionary<string, FlowEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (entry is { IsComplete: true, Entry: FlowEntry flow }
                && entry.Status is EntryStatus.Programmed or EntryStatus.Unknown)
                byName[flow.Name] = flow;
        var seen = new HashSet<FlowIdentity>();
        foreach (var entry in byName.Values)
        {
            if (Guess(entry, byName) is not { } verdict || !seen.Add(verdict.Flow)) continue;
            var planned = planner.Plan(verdict);
            var present = planned.Where(wanted => byName.ContainsKey(wanted.Name)).ToList();
            if (!present.Exists(wanted => wanted.Name == entry.Name)) continue;
            var isSame = present.TrueForAll(wanted => IsSame(wanted, byName[wanted.Name]));
            if (isSame || present.TrueForAll(wanted => IsOfSomeWiring(wanted, byName[wanted.Name])))
                yield return new RecognisedFlow(verdict, planned, [.. present.Select(wanted => wanted.Name)])
                {
                    IsStale = !isSame,
                };
        }
    }

    /// <summary>True where the switch shows the entry as planned.</summary>
    public static bool IsWhole(TargetEntry planned, InstalledEntry found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return found is { IsComplete: true, Entry: FlowEntry shown } && planned is FlowEntry wanted
            && IsSame(wanted, shown);
    }

    /// <summary>True where the switch shows less than was sent: a part of the match missing, or the action, as a
    /// request leaves it that broke off half way. Only what nobody spells otherwise is compared.</summary>
    public static bool IsFragment(TargetEntry planned, InstalledEntry found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (planned is not FlowEntry entry || found is not { IsComplete: true, Entry: FlowEntry listed }) return false;
        var (wanted, shown) = (entry.Match, listed.Match);
        return (wanted.Source.IsKnown && !shown.Source.IsKnown)
            || (wanted.Destination.IsKnown && !shown.Destination.IsKnown)
            || (wanted.SourcePort != 0 && shown.SourcePort == 0)
            || (wanted.DestinationPort != 0 && shown.DestinationPort == 0)
            || (wanted.Protocol.IsKnown && !shown.Protocol.IsKnown)
            || (!listed.Action.Drop && listed.Action.OutputInterfaces.Count == 0);
    }

    private static Verdict? Guess(FlowEntry entry, Dictionary<string, FlowEntry> byName)
    {
        if (Starts(entry.Name, FlowName.DropPrefix)) return Of(entry, null, FlowAction.Drop, Placement.Anywhere);
        var isBack = Ends(entry.Name, FlowName.ResponderSuffix);
        if (!isBack && !Ends(entry.Name, FlowName.InitiatorSuffix)) return null;
        if (Starts(entry.Name, FlowName.RedirectPrefix)) return Pair(entry, isBack, FlowName.RedirectPrefix, byName);
        return Starts(entry.Name, FlowName.BypassPrefix) ? Pair(entry, isBack, FlowName.BypassPrefix, byName) : null;
    }

    private static Verdict? Pair(FlowEntry entry, bool isBack, string prefix, Dictionary<string, FlowEntry> byName)
    {
        var isAb = Starts(entry.Name, prefix + "AB_");
        if (!isAb && !Starts(entry.Name, prefix + "BA_")) return null;
        var stem = entry.Name[(prefix.Length + 3)..^FlowName.InitiatorSuffix.Length];
        var (hasAb, hasBa) = (HasAny(prefix + "AB_" + stem, byName), HasAny(prefix + "BA_" + stem, byName));
        var partner = byName.GetValueOrDefault(
            entry.Name[..^FlowName.InitiatorSuffix.Length]
                + (isBack ? FlowName.InitiatorSuffix : FlowName.ResponderSuffix));
        if (prefix == FlowName.RedirectPrefix) return Of(entry, partner, FlowAction.Redirect, Placement.Either, isBack);
        var placement = hasAb && hasBa ? Placement.Either : isAb ? Placement.AToB : Placement.BToA;
        return Of(entry, partner, FlowAction.Bypass, placement, isBack);
    }

    private static Verdict Of(
        FlowEntry entry, FlowEntry? partner, FlowAction action, Placement placement, bool isBack = false)
    {
        var match = entry.Match;
        var towards = new FlowMatch
        {
            Source = match.Source,
            Destination = match.Destination,
            SourcePort = match.SourcePort,
            DestinationPort = match.DestinationPort,
            Protocol = match.Protocol,
            InVlan = match.Vlan,
            OutVlan = partner?.Match.Vlan ?? 0,
        };
        var flow = new FlowIdentity(action, isBack ? towards.Reversed() : towards, placement);
        return new Verdict(
            flow, entry.Timeouts, new Marking(entry.Action.SetCos, entry.Action.SetTos), Verdict.UnknownRule);
    }

    private static bool HasAny(string stem, Dictionary<string, FlowEntry> byName) =>
        byName.ContainsKey(stem + FlowName.InitiatorSuffix) || byName.ContainsKey(stem + FlowName.ResponderSuffix);

    private static bool Starts(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    private static bool Ends(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal);

    private static bool IsSame(FlowEntry planned, FlowEntry found) =>
        planned.Priority == found.Priority
        && SameMatch(planned.Match, found.Match)
        && planned.Action.Drop == found.Action.Drop
        && planned.Action.SetVlan == found.Action.SetVlan
        && InterfaceName.SameSet(planned.Action.OutputInterfaces, found.Action.OutputInterfaces);

    // The name is made of the match, so both are ours. Only ports that are read as some count as others.
    private static bool IsOfSomeWiring(FlowEntry planned, FlowEntry found) =>
        planned.Priority == found.Priority
        && planned.Match with { InputInterfaces = [] } == (found.Match with { InputInterfaces = [] })
        && !planned.Action.Drop && !found.Action.Drop
        && found.Match.InputInterfaces.Count > 0 && found.Action.OutputInterfaces.Count > 0;

    private static bool SameMatch(EntryMatch a, EntryMatch b) =>
        a with { InputInterfaces = [] } == (b with { InputInterfaces = [] })
        && InterfaceName.SameSet(a.InputInterfaces, b.InputInterfaces);
}

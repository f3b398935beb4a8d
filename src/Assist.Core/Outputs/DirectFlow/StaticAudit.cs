using Assist.Flows;

namespace Assist.Outputs.DirectFlow;

/// <summary>Compares the static flows on the switch with those that the configured wiring needs. Pure.</summary>
public static class StaticAudit
{
    public static StaticFaults Judge(IReadOnlyList<FlowEntry> wanted, InstalledFlows installed)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(installed);
        var names = wanted.Select(flow => flow.Name).ToHashSet(StringComparer.Ordinal);
        var acting = installed.Entries.Where(found => !found.Status.IsIdle())
            .Select(found => found.Key).ToHashSet(StringComparer.Ordinal);
        return new StaticFaults(
            [.. wanted.Select(flow => flow.Name).Where(name => !acting.Contains(name))],
            [.. installed.Entries.Where(found => !names.Contains(found.Key) && IsOurs(found)).Select(found => found.Key)
                .Order(StringComparer.Ordinal)],
            Contradictions(installed, names),
            [.. wanted.Where(flow => installed.Entries.Any(found => found.Key == flow.Name && IsAltered(flow, found)))
                .Select(flow => flow.Name)]);
    }

    /// <summary>True where the entry of that name acts and does not do what is wanted. One that holds a part of it was
    /// typed by hand and not finished, or a newer release shows more than we know.</summary>
    internal static bool IsAltered(FlowEntry wanted, InstalledEntry found) =>
        found is { HasLines: true, Entry: FlowEntry shown } && !found.Status.IsIdle() && !IsPartOf(wanted, shown);

    internal static bool IsPartOf(FlowEntry wanted, FlowEntry shown) =>
        shown.Match.NamesPortsOnly && shown.Action.ForwardsOnly
        && InterfaceName.AreAmong(shown.Match.InputInterfaces, wanted.Match.InputInterfaces)
        && InterfaceName.AreAmong(shown.Action.OutputInterfaces, wanted.Action.OutputInterfaces)
        && InterfaceName.AreAmong(shown.Action.MirrorInterfaces, wanted.Action.MirrorInterfaces);

    /// <summary>True where `setup` has made the entry, for this wiring or another: its name is one that we give, and it
    /// holds nothing that its name does not tell. Of one without lines the name is all there is.</summary>
    internal static bool IsOurs(InstalledEntry found) =>
        StaticFlowName.Parse(found.Key) is { } name
        && (!found.HasLines
            || (found is { IsComplete: true, Entry: FlowEntry entry } && IsPath(entry) && name.Tells(entry)));

    // 0 is EOS's default: ours until its line has come.
    private static bool IsPath(FlowEntry entry) => entry.Priority is FlowPriority.Static or 0
        && entry.Match.NamesPortsOnly && entry.Action.ForwardsOnly;

    // Only where one of ours is concerned: what others do among themselves is theirs.
    private static IReadOnlyList<StaticContradiction> Contradictions(InstalledFlows installed, HashSet<string> wanted)
    {
        var claims = installed.Entries
            .Where(found => found is { HasLines: true, IsComplete: true } && !found.Status.IsIdle())
            .Where(found => found.Entry is FlowEntry { Priority: FlowPriority.Static, Match.NamesPortsOnly: true })
            .SelectMany(found => ((FlowEntry)found.Entry).Match.InputInterfaces
                .Select(port => (Port: InterfaceName.Canonical(port), Found: found)));
        return
        [
            .. claims.GroupBy(claim => claim.Port, claim => claim.Found, StringComparer.Ordinal)
                .Where(port => port.Any(found => wanted.Contains(found.Key) || IsOurs(found)) && Differ(port))
                .Select(port => new StaticContradiction(
                    port.Key, [.. port.Select(found => found.Key).Order(StringComparer.Ordinal)]))
                .OrderBy(port => port.Port, StringComparer.Ordinal),
        ];
    }

    private static bool Differ(IEnumerable<InstalledEntry> claims)
    {
        var actions = claims.Select(found => ((FlowEntry)found.Entry).Action).ToList();
        return actions.Exists(action => action.Drop != actions[0].Drop || !action.IsSamePath(actions[0]));
    }
}

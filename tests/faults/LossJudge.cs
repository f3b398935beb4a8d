namespace Assist.Faults;

/// <summary>How long-lived flows ended that a status had called programmed.</summary>
internal sealed record Losses(
    int Acknowledged, int Kept, IReadOnlyDictionary<string, List<string>> Lost, IReadOnlyList<string> Findings);

/// <summary>A flow that the daemon has called programmed, and whose time is not over, is on the switch, or something on
/// a closed list has ended it.</summary>
internal sealed class LossJudge(
    IReadOnlyDictionary<string, DateTimeOffset> acknowledged, FaultInjector faults,
    IReadOnlyList<DateTimeOffset> kills, WiringHistory wirings)
{
    private const string Unexplained = "for no reason on the list";
    private const string Unrepaired = "by a reload without a kill";

    private static readonly TimeSpan s_withKill = TimeSpan.FromSeconds(15);

    public Losses Judge(IReadOnlyList<Asked> all, IReadOnlyList<SwitchFlow> flows, IReadOnlyList<JournalLine> journal)
    {
        var held = flows.Where(flow => flow.IsProgrammed).Select(flow => flow.Name).ToHashSet();
        var events = journal.ToLookup(line => line.Name);
        var cleared = events[""].Select(line => line.At).ToList();
        var kept = 0;
        var lost = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var longLived = all.Where(asked => asked is { IsLong: true, IsRetracted: false }
            && acknowledged.ContainsKey(asked.Name)).ToList();
        foreach (var asked in longLived)
        {
            var names = asked.Session.Names(asked.IsDrop);
            if (names.All(held.Contains)) kept++;
            else if (IsRewired(asked)) Add(lost, "by the rewiring", asked.Name);
            else Add(lost, Cause(names, events, cleared), asked.Name);
        }
        var findings = lost.GetValueOrDefault(Unexplained, []).Concat(lost.GetValueOrDefault(Unrepaired, []))
            .Select(name => $"{name} was acknowledged and is gone");
        return new Losses(longLived.Count, kept, lost, [.. findings]);
    }

    // A drop names no port; a bypass that was asked for again afterwards was acknowledged again.
    private bool IsRewired(Asked asked) => !asked.IsDrop && acknowledged[asked.Name] < wirings.RewiredAt;

    private string Cause(IReadOnlyList<string> names, ILookup<string, JournalLine> events, List<DateTimeOffset> cleared)
    {
        if (names.Any(faults.Deleted.Contains)) return "by another writer";
        var history = names.SelectMany(name => events[name]).OrderBy(line => line.At).ToList();
        if (history.LastOrDefault(line => line.What == "programmed") is not { } programmed) return Unexplained;
        if (history.Exists(line => line.What == "refused" && line.At >= programmed.At)) return "refused when put back";
        if (cleared.Exists(at => at >= programmed.At))
        {
            var sent = history.LastOrDefault(line => line.What == "programmed" && !line.IsBySwitch(cleared))
                ?? programmed;
            return Reloaded(sent.At, cleared.First(at => at >= programmed.At));
        }
        var removed = history.LastOrDefault(line => line.What == "removed");
        if (removed is null) return Unexplained;
        if (kills.Any(kill => removed.At <= kill && kill - removed.At < s_withKill))
            return "by a kill while it was put back";
        if (faults.Done.Any(fault => fault.From <= removed.At && removed.At <= fault.To)) return "during a fault of eAPI";
        return kills.Any(kill => programmed.At <= kill && kill <= removed.At && WasWithoutTimers(kill))
            ? "adopted without a timer, so with the default lifetime"
            : Unexplained;
    }

    // What the life after a kill adopted then lives as long as flows whose end nobody knows.
    private bool WasWithoutTimers(DateTimeOffset kill) =>
        faults.Done.Any(fault => fault.What.EndsWith("-key=hardTimeout", StringComparison.Ordinal)
            && fault.From <= kill + s_withKill && kill <= fault.To);

    // Of what an earlier life has left nobody knows when its timer began; what this life has sent is put back.
    private string Reloaded(DateTimeOffset programmed, DateTimeOffset cleared)
    {
        if (kills.Any(kill => programmed <= kill && kill <= cleared)) return "by a reload after a kill";
        return kills.Any(kill => cleared <= kill && kill - cleared < s_withKill)
            ? "by a reload and a kill"
            : Unrepaired;
    }

    private static void Add(SortedDictionary<string, List<string>> lost, string cause, string name)
    {
        if (!lost.TryGetValue(cause, out var names)) lost[cause] = names = [];
        names.Add(name);
    }
}

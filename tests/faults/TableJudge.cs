namespace Assist.Faults;

/// <summary>The switch's table at the end against the model.</summary>
internal sealed class TableJudge(
    IReadOnlyList<Asked> all, IReadOnlyDictionary<string, string[]> others, IReadOnlyCollection<string> foreign,
    Wiring wiring)
{
    public IEnumerable<string> Judge(IReadOnlyList<SwitchFlow> flows)
    {
        var ours = flows.Where(flow => SwitchFlow.IsOurs(flow.Name)).ToList();
        return Others(flows).Concat(Expected(ours))
            .Concat(Pairs(ours)).Concat(Duplicates(ours)).Concat(Retracted(ours));
    }

    private IEnumerable<string> Others(IReadOnlyList<SwitchFlow> flows)
    {
        var found = flows.Where(flow => !SwitchFlow.IsOurs(flow.Name)).ToDictionary(flow => flow.Name);
        foreach (var (name, lines) in others)
            if (!found.TryGetValue(name, out var flow) || !flow.IsProgrammed || !flow.Lines.SequenceEqual(lines))
                yield return $"{name}, which is not ours, has changed: {string.Join("; ", flow?.Lines ?? ["gone"])}";
        foreach (var name in foreign.Except(found.Keys)) yield return $"{name} of another writer is gone";
        foreach (var name in found.Keys.Except(others.Keys).Except(foreign)) yield return $"{name} was made by nobody";
    }

    private IEnumerable<string> Expected(List<SwitchFlow> ours)
    {
        var entries = EntryModel.Of(all, wiring);
        foreach (var flow in ours)
            if (!entries.TryGetValue(flow.Name, out var lines)) yield return $"{flow.Name} was asked for by no log";
            else if (EntryModel.Fault(flow.Lines, lines) is { } fault) yield return $"{flow.Name}: {fault}";
    }

    private static IEnumerable<string> Pairs(List<SwitchFlow> ours) => ours
        .Where(flow => flow.Name.StartsWith("BYPASS", StringComparison.Ordinal))
        .GroupBy(flow => SwitchFlow.FlowOf(flow.Name))
        .Where(pair => pair.Count() != 2).Select(pair => $"{pair.Key} has {pair.Count()} of 2 halves");

    private static IEnumerable<string> Duplicates(List<SwitchFlow> ours) => ours
        .GroupBy(flow => string.Join(';', flow.Lines.Where(line => line.StartsWith("match", StringComparison.Ordinal))))
        .Where(same => same.Count() > 1)
        .Select(same => $"{string.Join(" and ", same.Select(flow => flow.Name))} match the same");

    // The drop may be lost with a kill, but not act beside the bypass.
    private IEnumerable<string> Retracted(List<SwitchFlow> ours)
    {
        var names = ours.Select(flow => SwitchFlow.FlowOf(flow.Name)).ToHashSet();
        return all.Where(asked => asked is { IsDrop: false, IsRetracted: true })
            .Where(asked => names.Contains(asked.Session.DropName) && names.Contains(asked.Name))
            .Select(asked => $"{asked.Name} is there although its session is dropped");
    }
}

/// <summary>Every entry that the logs may have asked for, spelled by the model.</summary>
internal static class EntryModel
{
    public static Dictionary<string, string[]> Of(IEnumerable<Asked> all, Wiring wiring)
    {
        var entries = new Dictionary<string, string[]>();
        foreach (var asked in all)
            foreach (var (name, lines) in asked.Session.Entries(asked.IsDrop, wiring)) entries[name] = lines;
        return entries;
    }

    /// <summary>What is wrong with an entry's lines; null where nothing is.</summary>
    public static string? Fault(string[] actual, string[] expected)
    {
        var timeouts = actual.Where(line => line.StartsWith("timeout", StringComparison.Ordinal)).ToList();
        if (!actual.Except(timeouts).ToHashSet().SetEquals(expected))
            return $"its lines are {string.Join("; ", actual)}";
        var hard = timeouts.Where(line => line.StartsWith("timeout hard ", StringComparison.Ordinal))
            .Select(line => int.Parse(line[13..])).ToList();
        return hard is [> 0 and <= Traffic.LongLifetime] ? null : $"its timeouts are {string.Join("; ", timeouts)}";
    }
}

using System.Globalization;
using Assist.Daemon;

namespace Assist.Faults;

/// <summary>What was seen during the run, and what may be said of it at the end.</summary>
internal sealed class Audit(Bench bench)
{
    // An entry that a fault kept the switch from removing is tried again after 30 s, the next time after 60 s.
    private const double LongestSettling = 150;
    private const string Reading = "show directflow detail";

    private readonly Dictionary<string, long> _outcomes = [];
    private readonly List<DateTimeOffset> _kills = [];
    private readonly List<string> _figures = [];
    private Dictionary<string, string[]> _others = [];

    /// <summary>Flows that a status called programmed, with the time of the last one that did.</summary>
    private readonly Dictionary<string, DateTimeOffset> _acknowledged = [];

    public int Kills => _kills.Count;

    public WiringHistory Wirings { get; } = new();

    /// <summary>Static and foreign flows, but for those that the run adds itself; while no daemon runs.</summary>
    public async Task RememberOthersAsync(IReadOnlyCollection<string> added)
    {
        var flows = await bench.SwitchFlowsAsync();
        _others = flows.Where(flow => !SwitchFlow.IsOurs(flow.Name) && !added.Contains(flow.Name))
            .ToDictionary(flow => flow.Name, flow => flow.Lines);
        if (Wirings.Last.Statics.Except(_others.Keys).FirstOrDefault() is { } missing)
            throw new FaultRunException($"{missing} is not on the switch after `assist setup`");
    }

    public void Killed(DateTimeOffset at) => _kills.Add(at);

    /// <summary>The outcomes of one life of the daemon.</summary>
    public void Counted(Status status)
    {
        foreach (var outcome in status.Json.GetProperty("outcomes").EnumerateObject())
            _outcomes[outcome.Name] = _outcomes.GetValueOrDefault(outcome.Name) + outcome.Value.GetInt64();
    }

    public async Task AcknowledgeAsync(DateTimeOffset at)
    {
        if (await bench.DaemonFlowsAsync() is not { } flows) return;
        foreach (var name in flows["programmed"]) _acknowledged[name] = at;
    }

    /// <summary>Waits until every entry of these flows is in the hardware, and none of those.</summary>
    public async Task UntilPresentAsync(IReadOnlyList<Asked> these, IReadOnlyList<Asked> notThose)
    {
        var (wanted, unwanted) = (Names(these), Names(notThose));
        string[] wrong = [];
        await bench.UntilAsync(
            async () => await ProgrammedAsync() is var held
                && (wrong = [.. wanted.Except(held), .. unwanted.Intersect(held)]).Length == 0,
            () => $"the last batch is on the switch; {wrong.Length} entries are missing or too many, such as "
                + $"{wrong.FirstOrDefault()}", 60);
    }

    /// <summary>Waits until the daemon knows the switch as it is after the last fault. What was refused for lack of
    /// room is still configured until the daemon has read it, and only then is its limit the true one.</summary>
    public async Task UntilTrueAsync()
    {
        await UntilSettledAsync([]);
        // An answer from before may still have been on its way.
        await UntilReadAnewAsync();
        await UntilSettledAsync([]);
    }

    /// <summary>Waits until both sides hold the same, nothing is half done, and what had a short lifetime is
    /// over.</summary>
    public async Task UntilSettledAsync(IReadOnlyList<Asked> all)
    {
        var shortLived = all.Where(asked => !asked.IsLong).Select(asked => asked.Name)
            .Except(all.Where(asked => asked.IsLong).Select(asked => asked.Name)).ToHashSet();
        var difference = "";
        await bench.UntilAsync(async () => (difference = await DifferenceAsync(shortLived)).Length == 0,
            () => $"the daemon and the switch hold the same; {difference}", LongestSettling);
    }

    /// <summary>Everything that is not as the model has it.</summary>
    public List<string> Judge(IReadOnlyList<Asked> all, FaultInjector faults)
    {
        var flows = bench.SwitchFlowsAsync().GetAwaiter().GetResult();
        var journal = bench.Lines("journal").Select(JournalLine.Read).ToList();
        List<string> findings =
        [
            .. new TableJudge(all, _others, faults.Foreign, Wirings.Last).Judge(flows),
            .. new JournalJudge(all, faults, Wirings).Judge(journal),
            .. RecordJudge.Judge(bench.Lines("record")),
        ];
        var losses = new LossJudge(_acknowledged, faults, _kills, Wirings).Judge(all, flows, journal);
        _figures.Add($"long-lived flows acknowledged: {losses.Acknowledged}; on the switch at the end: {losses.Kept}; "
            + $"lost: {string.Join(", ", losses.Lost.Select(lost => $"{lost.Value.Count} {lost.Key}"))}");
        findings.AddRange(losses.Findings);
        return findings;
    }

    public string Figures() => string.Join('\n',
    [
        "outcomes of what was surely received: "
            + $"{string.Join(", ", _outcomes.Where(o => o.Value > 0).Select(o => $"{o.Key} {o.Value}"))}",
        .. _figures,
        string.Create(
            CultureInfo.InvariantCulture, $"resident memory of the last daemon: {bench.Daemon!.ResidentMib:0} MiB"),
    ]);

    // A whole reading asks for text and for JSON. One may be half way, one follows, and the daemon has taken that one
    // in when it asks again.
    private async Task UntilReadAnewAsync()
    {
        var from = new FileInfo(bench.File("record")).Length;
        await bench.UntilAsync(
            () => bench.Lines("record", from).Count(line => line.Contains(Reading, StringComparison.Ordinal)) >= 4,
            "the daemon has read the switch anew");
    }

    private static HashSet<string> Names(IEnumerable<Asked> flows) =>
        [.. flows.SelectMany(asked => asked.Session.Names(asked.IsDrop))];

    private async Task<HashSet<string>> ProgrammedAsync() =>
        [.. (await bench.SwitchFlowsAsync()).Where(flow => flow.IsProgrammed).Select(flow => flow.Name)];

    private async Task<string> DifferenceAsync(HashSet<string> shortLived)
    {
        var onSwitch = (await bench.SwitchFlowsAsync()).Where(flow => SwitchFlow.IsOurs(flow.Name)).ToList();
        if (await bench.DaemonFlowsAsync() is not { } daemon) return "the daemon does not answer";
        if (onSwitch.Find(flow => !flow.IsProgrammed) is { } idle)
            return $"{idle.Name} is configured and not programmed";
        if (daemon["requested"].Concat(daemon["pending"]).FirstOrDefault() is { } waiting)
            return $"{waiting} is not programmed yet";
        var held = onSwitch.Select(flow => SwitchFlow.FlowOf(flow.Name)).ToHashSet();
        var known = daemon["programmed"].ToHashSet();
        if (held.Except(known).FirstOrDefault() is { } orphan) return $"{orphan} is on the switch and nobody's";
        if (known.Except(held).FirstOrDefault() is { } ghost)
            return $"{ghost} is not on the switch, and the daemon believes so";
        return held.FirstOrDefault(shortLived.Contains) is { } old ? $"{old} has outlived its time" : "";
    }
}

using Assist.Flows;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>Brings the switch to the state the mode needs: port hardening, tap ports, static flows. What is there
/// already is left out, so that a second run sends nothing; what an earlier wiring has left goes, if an operator
/// agrees.</summary>
public sealed class DirectFlowSetup(Topology topology, HardeningOptions hardening)
{
    private readonly IReadOnlyList<FlowEntry> _wanted = StaticFlows.For(topology);
    private readonly PortSetup _ports = new(topology, hardening);

    /// <summary>Reads the switch and plans what is missing, refused, stale or contradicting.</summary>
    /// <exception cref="TargetException">The switch cannot be read.</exception>
    public async Task<SetupPlan> PlanAsync(EapiClient eapi, IFlowTarget target, CancellationToken cancellation)
    {
        var (config, isOn, installed) = await ReadAsync(eapi, target, cancellation);
        var faults = StaticAudit.Judge(_wanted, installed);
        var byHand = ByHand(faults, installed);
        // New ones first: if the switch refuses a line, what carries the traffic now is still there.
        return new SetupPlan(
            Findings(faults, byHand, installed),
            [
                .. _ports.Missing(config), .. Entering(installed, isOn), .. Replacing(installed),
                .. Removing("remove static flows of another wiring", faults.Stale), .. _ports.Stale(config),
            ])
        {
            ByHand = byHand,
        };
    }

    /// <summary>Reads the switch and plans to take back everything that `setup` has made.</summary>
    /// <exception cref="TargetException">The switch cannot be read.</exception>
    public async Task<SetupPlan> PlanRemovalAsync(EapiClient eapi, IFlowTarget target, CancellationToken cancellation)
    {
        var (config, isOn, installed) = await ReadAsync(eapi, target, cancellation);
        var ours = installed.Entries.Where(found => IsWanted(found) || StaticAudit.IsOurs(found))
            .Select(found => found.Key).ToList();
        var others = installed.Entries.Count - ours.Count;
        // DirectFlow goes off where `setup` has turned it on and nobody else uses it, as far as all flows are known.
        var mayTurnOff = isOn && ours.Count > 0 && others == 0 && installed.IsComplete;
        string[] off = mayTurnOff ? ["shutdown"] : [];
        // The flows last: without them the firewall's ports are bridged, and spanning tree must look after them by
        // then. Where a line is refused before, the traffic goes on as it did.
        return new SetupPlan(
            isOn && others > 0 ? [$"DirectFlow stays on for {others} other flows"] : [],
            [.. _ports.All(config), .. Removing("remove the static flows", ours, off)]);
    }

    private static async Task<(RunningConfig Config, bool IsOn, InstalledFlows Installed)> ReadAsync(
        EapiClient eapi, IFlowTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        ArgumentNullException.ThrowIfNull(target);
        using var response = await eapi.RunAsync(["enable", "show running-config"], EapiFormat.Text, cancellation);
        // Where it is not to be had everything is sent again.
        var config = new RunningConfig(response.Error is null ? response.Output(1) : "");
        var facts = await DirectFlowFacts.ReadAsync(eapi, cancellation);
        var shown = facts.IsOn ? await target.ReadAsync(cancellation) : new InstalledFlows { Entries = [] };
        // What is configured acts as soon as DirectFlow is on.
        var names = shown.Entries.Select(found => found.Key).ToHashSet(StringComparer.Ordinal);
        var hidden = config.Flows.Where(name => !names.Contains(name)).Distinct(StringComparer.Ordinal)
            .Select(DirectFlowReader.NamedOnly);
        return (config, facts.IsOn, shown with { Entries = [.. shown.Entries, .. hidden] });
    }

    private IEnumerable<SetupStep> Entering(InstalledFlows installed, bool isOn)
    {
        var due = _wanted.Where(flow => IsDue(flow, Find(flow, installed))).ToList();
        if (due.Count == 0 && isOn) yield break;
        var renewed = due.Where(flow => IsRefused(flow, Find(flow, installed))).ToList();
        yield return new SetupStep(
            "static flows",
            [
                .. DirectFlowCommands.Enter, "no shutdown",
                // Entered again it stays refused.
                .. renewed.Select(flow => DirectFlowCommands.Remove(flow.Name)),
                .. due.SelectMany(DirectFlowCommands.Install), "end",
            ])
        {
            NewFlows = [.. due.Where(flow => Find(flow, installed) is null || renewed.Contains(flow))
                .Select(flow => flow.Name)],
        };
    }

    // EOS adds lines to those of an entry, and takes none away.
    private IEnumerable<SetupStep> Replacing(InstalledFlows installed) => _wanted
        .Where(flow => Find(flow, installed) is { } found && StaticAudit.IsAltered(flow, found))
        .Select(flow => new SetupStep(
            $"replace {flow.Name}, which does not do what its name says",
            [
                .. DirectFlowCommands.Enter, DirectFlowCommands.Remove(flow.Name), .. DirectFlowCommands.Install(flow),
                "end",
            ])
        {
            NewFlows = [flow.Name],
            NeedsConsent = true,
        });

    private static IEnumerable<SetupStep> Removing(string purpose, IReadOnlyList<string> names, params string[] more)
    {
        if (names.Count + more.Length > 0)
            yield return new SetupStep(
                purpose,
                [
                    .. DirectFlowCommands.Enter, .. names.Select(DirectFlowCommands.Remove),
                    .. more.Select(line => new EapiCommand(line)), "end",
                ])
            { NeedsConsent = true };
    }

    private static InstalledEntry? Find(FlowEntry flow, InstalledFlows installed) =>
        installed.Entries.FirstOrDefault(found => found.Key == flow.Name);

    private bool IsWanted(InstalledEntry found) => _wanted.Any(flow => flow.Name == found.Key);

    // A working path is not written again.
    private static bool IsDue(FlowEntry flow, InstalledEntry? found) =>
        found is null || (!StaticAudit.IsAltered(flow, found) && !(IsSame(flow, found) && !found.Status.IsIdle()));

    private static bool IsRefused(FlowEntry flow, InstalledEntry? found) =>
        found is { HasLines: true } && found.Status.IsIdle()
        && (found.Status == EntryStatus.Rejected || IsSame(flow, found)
            || !StaticAudit.IsPartOf(flow, (FlowEntry)found.Entry));

    // What a newer release shows besides does not make it another one.
    private static bool IsSame(FlowEntry flow, InstalledEntry found) =>
        found is { HasLines: true, Entry: FlowEntry shown } && shown.Priority == flow.Priority
        && InterfaceName.SameSet(shown.Match.InputInterfaces, flow.Match.InputInterfaces)
        && shown.Action.IsSamePath(flow.Action);

    private static IReadOnlyList<string> Findings(
        StaticFaults faults, IReadOnlyList<string> byHand, InstalledFlows installed) =>
    [
        .. faults.Missing.Select(name => $"missing: {name}{Refusal(name, installed)}"),
        .. faults.Stale.Select(name => $"stale: {name}"),
        .. faults.Altered.Select(name => $"altered: {name} does not do what its name says"),
        .. faults.Contradictions.Select(port =>
            $"contradicting: {string.Join(" and ", port.Entries)} both claim what comes in on {port.Port}"),
        .. byHand.Select(name => $"left alone: {name} is not ours; if it is not wanted, enter "
            + $"`no flow {name}` under `directflow`"),
    ];

    private IReadOnlyList<string> ByHand(StaticFaults faults, InstalledFlows installed) =>
    [
        .. faults.Contradictions.SelectMany(port => port.Entries).Distinct(StringComparer.Ordinal)
            .Where(name => installed.Entries.Any(found => found.Key == name && !IsWanted(found)
                && !StaticAudit.IsOurs(found))),
    ];

    private static string Refusal(string name, InstalledFlows installed) =>
        installed.Entries.FirstOrDefault(found => found.Key == name) is { StatusText: { Length: > 0 } words }
            ? $" ({words})" : "";
}

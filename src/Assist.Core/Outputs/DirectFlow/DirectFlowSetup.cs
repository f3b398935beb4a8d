using Assist.Flows;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>What `setup` wants beside the static flows.</summary>
public sealed record HardeningOptions
{
    /// <summary>Storm-control levels on the ports towards the firewall: decimals from 0 to 100, in percent of the
    /// port's speed, checked when the configuration is read.</summary>
    public string StormControlBroadcast { get; init; } = "0.1";
    public string StormControlMulticast { get; init; } = "0.1";
}

/// <summary>One request of `setup`: what it is for, and its commands.</summary>
public sealed record SetupStep(string Purpose, IReadOnlyList<EapiCommand> Commands)
{
    /// <summary>Names of flows that the step makes and that were not there before: the only ones it may
    /// withdraw.</summary>
    public IReadOnlyList<string> NewFlows { get; init; } = [];
}

/// <summary>Brings the switch to the state the mode needs: port hardening, tap ports, static flows. What is there
/// already is left out, so that a second run sends nothing.</summary>
public sealed class DirectFlowSetup(Topology topology, HardeningOptions hardening)
{
    private const string TapAccessList = "drop_all";
    private const string TapAccess = $"mac access-group {TapAccessList} in";

    /// <summary>Everything, as on a switch that has none of it.</summary>
    public IReadOnlyList<SetupStep> Plan() => Plan(new Dictionary<string, string>(StringComparer.Ordinal), "", null);

    /// <summary>Reads the switch and plans what is missing.</summary>
    /// <exception cref="TargetException">The switch cannot be read.</exception>
    public async Task<IReadOnlyList<SetupStep>> PlanAsync(
        EapiClient eapi, IFlowTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        ArgumentNullException.ThrowIfNull(target);
        var config = await SectionAsync(eapi, "show running-config", cancellation);
        var ports = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var port in HardenedPorts().Concat(TapPorts()))
            ports[port] = await SectionAsync(eapi, $"show running-config interfaces {port}", cancellation);
        var facts = await DirectFlowFacts.ReadAsync(eapi, cancellation);
        return Plan(ports, config, facts.IsOn ? await target.ReadAsync(cancellation) : null);
    }

    private List<SetupStep> Plan(Dictionary<string, string> ports, string config, InstalledFlows? installed)
    {
        var steps = new List<SetupStep>();
        foreach (var port in HardenedPorts())
            Add(steps, $"harden {port}, which faces the firewall", [$"interface {port}"],
                Missing(HardeningLines(), ports.GetValueOrDefault(port, "")));
        AddTaps(steps, ports, config);
        var flows = StaticFlows.For(topology).Where(flow => !IsInstalled(flow, installed)).ToList();
        if (flows.Count > 0 || installed is null)
            steps.Add(new SetupStep(
                "static flows",
                [.. DirectFlowCommands.Enter, "no shutdown", .. flows.SelectMany(DirectFlowCommands.Install), "end"])
            {
                NewFlows = [.. Missing(flows.Select(flow => $"flow {flow.Name}"), config)
                    .Select(line => line["flow ".Length..])],
            });
        return steps;
    }

    private List<string> HardenedPorts() => topology.Mode is OperatingMode.Shunt or OperatingMode.MirrorAndShunt
        ? [.. topology.A.FirewallPorts, .. topology.B.FirewallPorts]
        : [];

    private IReadOnlyList<string> TapPorts() =>
        topology.Mode is OperatingMode.Mirror or OperatingMode.MirrorAndShunt ? topology.TapToFirewall : [];

    private string[] HardeningLines() =>
    [
        "no switchport mac address learning",
        "spanning-tree bpdufilter enable",
        $"storm-control broadcast level {hardening.StormControlBroadcast}",
        $"storm-control multicast level {hardening.StormControlMulticast}",
    ];

    private void AddTaps(List<SetupStep> steps, Dictionary<string, string> ports, string config)
    {
        foreach (var port in TapPorts())
        {
            Add(steps, $"let nothing come back from {port}, which feeds the firewall's tap",
                [$"mac access-list {TapAccessList}", "deny any any", $"interface {port}"],
                HasTapAccessList(config) ? Missing([TapAccess], ports.GetValueOrDefault(port, "")) : [TapAccess]);
            var session = $"monitor session DFLOW_MIRROR_TO_FW_TAP_{FlowName.OfInterfaces([port])} destination {port}";
            Add(steps, $"mirror session for {port}", [],
                HasMonitorSession(config, port) ? [] : [session]);
        }
    }

    // A port may name a list that is not there, and then lets everything in.
    private static bool HasTapAccessList(string config) =>
        config.Split('\n').Select(line => line.Trim())
            .SkipWhile(line => line != $"mac access-list {TapAccessList}").Skip(1)
            .TakeWhile(line => line.Length > 0 && line[0] != '!')
            .Any(line => line.EndsWith("deny any any", StringComparison.Ordinal));

    private static bool HasMonitorSession(string config, string port) => config.Split('\n').Any(line =>
        line.Trim() == $"monitor session DFLOW_MIRROR_TO_FW_TAP_{FlowName.OfInterfaces([port])} "
            + $"destination {InterfaceName.Canonical(port)}");

    private static void Add(List<SetupStep> steps, string purpose, string[] lead, List<string> lines)
    {
        if (lines.Count == 0) return;
        string[] commands = ["enable", "configure", .. lead, .. lines, "end"];
        steps.Add(new SetupStep(purpose, [.. commands.Select(line => new EapiCommand(line))]));
    }

    private static List<string> Missing(IEnumerable<string> lines, string section)
    {
        var present = section.Split('\n').Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        return [.. lines.Where(line => !present.Contains(line))];
    }

    private static bool IsInstalled(FlowEntry flow, InstalledFlows? installed) => installed?.Entries.Any(found =>
        // What a newer release shows besides does not make a working path one to be written again.
        found is { Entry: FlowEntry shown }
        && found.Status is EntryStatus.Programmed or EntryStatus.Pending or EntryStatus.Unknown
        && shown.Name == flow.Name && shown.Priority == flow.Priority
        && InterfaceName.SameSet(shown.Match.InputInterfaces, flow.Match.InputInterfaces)
        && InterfaceName.SameSet(shown.Action.OutputInterfaces, flow.Action.OutputInterfaces)
        && InterfaceName.SameSet(shown.Action.MirrorInterfaces, flow.Action.MirrorInterfaces)) ?? false;

    private static async Task<string> SectionAsync(EapiClient eapi, string command, CancellationToken cancellation)
    {
        using var response = await eapi.RunAsync(["enable", command], EapiFormat.Text, cancellation);
        // A port without configuration, or a release that words the command otherwise: then everything is sent again.
        return response.Error is null ? response.Output(1) : "";
    }
}

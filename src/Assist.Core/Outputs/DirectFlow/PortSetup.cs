using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>What `setup` does to ports: hardens those that face the firewall, and lets nothing in from those that feed
/// its taps.</summary>
internal sealed class PortSetup(Topology topology, HardeningOptions hardening)
{
    private const string TapAccessList = "drop_all";
    private const string TapAccess = $"mac access-group {TapAccessList} in";
    private const string SessionPrefix = "monitor session DFLOW_MIRROR_TO_FW_TAP_";
    private const string Destination = " destination ";

    // Each line by the words that it begins with whatever its level, and how it is taken back.
    private static readonly (string Begins, string TakenBack)[] s_hardening =
    [
        ("no switchport mac address learning", "switchport mac address learning"),
        ("spanning-tree bpdufilter enable", "no spanning-tree bpdufilter"),
        ("storm-control broadcast level ", "no storm-control broadcast"),
        ("storm-control multicast level ", "no storm-control multicast"),
    ];

    private string[] HardeningLines =>
    [
        s_hardening[0].Begins, s_hardening[1].Begins,
        s_hardening[2].Begins + hardening.StormControlBroadcast,
        s_hardening[3].Begins + hardening.StormControlMulticast,
    ];

    private IReadOnlyList<string> HardenedPorts =>
        topology.Mode is OperatingMode.Shunt or OperatingMode.MirrorAndShunt
            ? [.. topology.A.FirewallPorts, .. topology.B.FirewallPorts] : [];

    private IReadOnlyList<string> TapPorts =>
        topology.Mode is OperatingMode.Mirror or OperatingMode.MirrorAndShunt ? topology.TapToFirewall : [];

    /// <summary>What this wiring needs and the switch does not have.</summary>
    public IEnumerable<SetupStep> Missing(RunningConfig config)
    {
        foreach (var port in HardenedPorts)
        {
            var lines = HardeningLines.Except(config.Port(port)).ToList();
            if (lines.Count > 0)
                yield return SetupStep.Of(
                    $"harden {port}, which faces the firewall", [$"interface {port}", .. lines]);
        }
        foreach (var port in TapPorts)
        {
            var hasAccess = HasTapAccessList(config) && config.Port(port).Contains(TapAccess);
            if (!hasAccess)
                yield return SetupStep.Of(
                    $"let nothing come back from {port}, which feeds the firewall's tap",
                    [$"mac access-list {TapAccessList}", "deny any any", $"interface {port}", TapAccess]);
            var session = $"{SessionPrefix}{FlowName.OfInterfaces([port])}{Destination}";
            if (!config.Heads.Contains(session + InterfaceName.Canonical(port)))
                yield return SetupStep.Of($"mirror session for {port}", [session + port]);
        }
    }

    /// <summary>What an earlier wiring has left.</summary>
    public IEnumerable<SetupStep> Stale(RunningConfig config) =>
        TakenBack(config, HardenedElsewhere(config), TapsElsewhere(config), keepsList: TapPorts.Count > 0);

    /// <summary>All that this wiring and earlier ones have made.</summary>
    public IEnumerable<SetupStep> All(RunningConfig config) => TakenBack(
        config, HardenedPorts.Select(InterfaceName.Canonical).Concat(HardenedElsewhere(config)),
        TapPorts.Select(InterfaceName.Canonical).Concat(TapsElsewhere(config)), keepsList: false);

    private static IEnumerable<SetupStep> TakenBack(
        RunningConfig config, IEnumerable<string> hardened, IEnumerable<string> taps, bool keepsList)
    {
        var gone = taps.Distinct(StringComparer.Ordinal).ToList();
        foreach (var port in gone)
            if (TapRemoval(config, port) is { Length: > 0 } lines)
                yield return Removal($"take the tap's settings off {port}", lines);
        if (!keepsList && IsTapAccessListUnused(config, gone))
            yield return Removal(
                $"remove the access list {TapAccessList}, which no port uses then",
                [$"no mac access-list {TapAccessList}"]);
        foreach (var port in hardened.Distinct(StringComparer.Ordinal))
            if (HardeningRemoval(config, port) is { Length: > 0 } lines)
                yield return Removal($"take the hardening off {port}", [$"interface {port}", .. lines]);
    }

    private static SetupStep Removal(string purpose, IEnumerable<string> lines) =>
        SetupStep.Of(purpose, lines) with { NeedsConsent = true };

    private static string[] HardeningRemoval(RunningConfig config, string port) =>
    [
        .. s_hardening.Where(line => config.Port(port).Any(l => l.StartsWith(line.Begins, StringComparison.Ordinal)))
            .Select(line => line.TakenBack),
    ];

    private static string[] TapRemoval(RunningConfig config, string port) =>
    [
        .. Sessions(config).Where(session => session.Port == port).Select(session => $"no {session.Name}"),
        .. config.Port(port).Contains(TapAccess) ? (string[])[$"interface {port}", $"no {TapAccess}"] : [],
    ];

    // Ports with all four lines and no part in this wiring: one or two of them somebody may have written for himself.
    private IEnumerable<string> HardenedElsewhere(RunningConfig config)
    {
        var hardened = HardenedPorts.Select(InterfaceName.Canonical).ToHashSet(StringComparer.Ordinal);
        return config.Ports.Where(port => !hardened.Contains(port) && InterfaceName.CarriesTraffic(port)
            && HardeningRemoval(config, port).Length == s_hardening.Length);
    }

    private IEnumerable<string> TapsElsewhere(RunningConfig config)
    {
        var taps = TapPorts.Select(InterfaceName.Canonical).ToHashSet(StringComparer.Ordinal);
        return Sessions(config).Select(session => session.Port).Where(port => !taps.Contains(port));
    }

    // Those whose name is the one that we give for their destination.
    private static IEnumerable<(string Name, string Port)> Sessions(RunningConfig config)
    {
        foreach (var line in config.Heads.Where(head => head.StartsWith(SessionPrefix, StringComparison.Ordinal)))
        {
            var at = line.IndexOf(Destination, StringComparison.Ordinal);
            if (at < 0) continue;
            var (name, port) = (line[..at], line[(at + Destination.Length)..]);
            if (InterfaceName.CarriesTraffic(port)
                && InterfaceName.Canonical(name[SessionPrefix.Length..]) == FlowName.OfInterfaces([port]))
                yield return (name, port);
        }
    }

    // A port may name a list that is not there, and then lets everything in.
    private static bool HasTapAccessList(RunningConfig config) =>
        config.Block($"mac access-list {TapAccessList}").Any(IsDenyAll);

    private static bool IsTapAccessListUnused(RunningConfig config, List<string> gone) =>
        config.Block($"mac access-list {TapAccessList}") is [var only] && IsDenyAll(only) && gone.Count > 0
        && config.Ports.All(port => gone.Contains(port) || !config.Port(port).Contains(TapAccess));

    private static bool IsDenyAll(string line) => line.EndsWith("deny any any", StringComparison.Ordinal);
}

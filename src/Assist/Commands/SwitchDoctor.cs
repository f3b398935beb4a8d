using System.Diagnostics;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>What `doctor` asks the switch itself.</summary>
internal sealed class SwitchDoctor(AssistConfig config, EapiClient eapi)
{
    private static readonly TimeSpan s_clocksApart = TimeSpan.FromSeconds(5);

    /// <summary>Asks everything; false where no flow could be programmed.</summary>
    /// <param name="status">Of a daemon that runs; what it has told is not told again.</param>
    public async Task<bool> LookAsync(DiagnosisSheet sheet, StatusReport? status, CancellationToken cancellation)
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            var eos = await EosFacts.ReadAsync(eapi, cancellation);
            var took = Stopwatch.GetElapsedTime(start);
            sheet.Add(Diagnosis.Ok("switch", $"{eos.Hostname}, {eos.Model}, EOS {eos.Version}, answers on "
                + $"{eapi.Endpoint} within {took.TotalMilliseconds:0} ms"));
            sheet.Add(ClockOf(eos.Booted));
            sheet.Add(await PortsAsync(cancellation));
            if (SwitchTargets.IsTrafficPolicy(config)) return await PolicyAsync(sheet, cancellation);
            var facts = await DirectFlowFacts.ReadAsync(eapi, cancellation);
            var fault = facts.FaultOn(eos);
            sheet.Add(fault is null ? Diagnosis.Ok("directflow", "DirectFlow is on")
                : Diagnosis.Fail("directflow", fault));
            if (fault is not null) return false;
            var installed = await ReadAsync(cancellation);
            if (status is null || !IsToldOf(status)) sheet.Add(Statics(installed));
            if (status is null) sheet.Add(Room(facts, installed));
            return true;
        }
        catch (TargetException e)
        {
            sheet.Add(Diagnosis.Fail("switch", e.Message));
            return false;
        }
    }

    private async Task<bool> PolicyAsync(DiagnosisSheet sheet, CancellationToken cancellation)
    {
        const string Check = "traffic policy";
        var policy = config.Enforcement.Policy;
        var fault = await PolicyFacts.FaultAsync(eapi, policy, cancellation);
        sheet.Add(fault is null
            ? Diagnosis.Ok(Check, $"{policy.Policy} is bound and applied")
            : Diagnosis.Fail(Check, fault));
        foreach (var answer in await PolicyProbe.AskAsync(eapi, cancellation))
            sheet.Add(Diagnosis.Ok("grammar", answer));
        if (await PolicyFacts.SavedDropsAsync(eapi, policy, cancellation) is > 0 and var saved)
            sheet.Add(Diagnosis.Warn(Check, $"{saved} drops stand in the startup configuration, and a reload brings "
                + "them back; stop assist, then save the configuration again"));
        return fault is null;
    }

    private static bool IsToldOf(StatusReport status) => status.ProblemKinds.Keys.Any(kind => kind
        is HealthKind.StaticFlowsMissing or HealthKind.StaticFlowsStale or HealthKind.StaticFlowsAltered
        or HealthKind.StaticFlowsContradict);

    private Task<InstalledFlows> ReadAsync(CancellationToken cancellation) => new DirectFlowTarget(
        eapi, new FlowPlanner(config.Topology), NullLogger<DirectFlowTarget>.Instance).ReadAsync(cancellation);

    private static IEnumerable<Diagnosis> ClockOf(BootMark booted)
    {
        if (booted is not { Uptime: { } uptime, Since: { } since }) yield break;
        var apart = (DateTimeOffset.UnixEpoch + since + uptime - TimeProvider.System.GetUtcNow()).Duration();
        if (apart > s_clocksApart)
            yield return Diagnosis.Warn("clock", $"the switch's clock is {apart.TotalSeconds:0} s from this machine's; "
                + "set up NTP on both");
    }

    private IEnumerable<Diagnosis> Statics(InstalledFlows installed)
    {
        const string Check = "static flows";
        var wanted = StaticFlows.For(config.Topology);
        var faults = StaticAudit.Judge(wanted, installed);
        if (faults.Missing.Count > 0)
            yield return Diagnosis.Fail(
                Check, $"missing: {string.Join(", ", faults.Missing)}; run `assist setup`");
        if (faults.Stale.Count > 0)
            yield return Diagnosis.Fail(
                Check, $"of another wiring: {string.Join(", ", faults.Stale)}; run `assist setup`");
        foreach (var (port, entries) in faults.Contradictions)
            yield return Diagnosis.Fail(Check, $"{string.Join(" and ", entries)} both claim what comes in on {port}; "
                + "`assist setup --plan` shows which is wrong");
        if (faults.Altered.Count > 0)
            yield return Diagnosis.Fail(
                Check, $"changed by hand: {string.Join(", ", faults.Altered)}; `assist setup` writes them again");
        if (faults.Missing.Count + faults.Stale.Count + faults.Contradictions.Count + faults.Altered.Count == 0)
            yield return Diagnosis.Ok(Check, $"all {wanted.Count} are there, and no others");
    }

    private async Task<IEnumerable<Diagnosis>> PortsAsync(CancellationToken cancellation)
    {
        try
        {
            return Ports(await SwitchPort.ReadAsync(eapi, cancellation));
        }
        catch (TargetException e)
        {
            // No flow depends on it.
            return [Diagnosis.Warn("switch port", e.Message)];
        }
    }

    private IEnumerable<Diagnosis> Ports(IReadOnlyList<SwitchPort> ports)
    {
        const string Check = "switch port";
        var faults = 0;
        foreach (var (key, name) in Named())
        {
            var port = ports.FirstOrDefault(each => each.Name == InterfaceName.Canonical(name));
            if (port is { IsConnected: true }) continue;
            faults++;
            yield return port is null
                ? Diagnosis.Fail(Check, $"the switch has no port {name} ({key}); `assist init` lists its ports")
                : Diagnosis.Warn(Check, $"{name} ({key}) is {port.Link}; look at the cable and at the other end");
        }
        if (faults == 0) yield return Diagnosis.Ok(Check, "every port of the configuration is connected");
    }

    private IEnumerable<(string Key, string Port)> Named()
    {
        var wiring = config.Topology;
        (string Key, string? Port)[] zones =
        [
            ("zones.a.network", wiring.A.Network), ("zones.a.firewall", wiring.A.Firewall),
            ("zones.a.firewall_ha", wiring.A.FirewallHa), ("zones.b.network", wiring.B.Network),
            ("zones.b.firewall", wiring.B.Firewall), ("zones.b.firewall_ha", wiring.B.FirewallHa),
        ];
        var taps = wiring.TapToFirewall.Select(port => (Key: "tap.to_firewall", Port: (string?)port))
            .Concat(wiring.TapMirrored.Select(port => (Key: "tap.mirrored", Port: (string?)port)));
        return zones.Concat(taps).Where(each => !string.IsNullOrEmpty(each.Port))
            .Select(each => (each.Key, each.Port!));
    }

    private Diagnosis Room(DirectFlowFacts facts, InstalledFlows installed)
    {
        var size = Math.Min(
            facts.FlowCapacity ?? int.MaxValue,
            config.Table.Capacity ?? facts.FlowCapacity ?? TableOptions.DefaultCapacity);
        var free = size - installed.Entries.Count;
        var text = $"{Math.Max(free, 0)} of {size} entries are free";
        return free <= 0 ? Diagnosis.Fail("table", $"{text}; `assist monitor --once` shows what holds them")
            : free < size / 10 ? Diagnosis.Warn("table", $"{text}; `assist monitor --once` shows what holds them")
            : Diagnosis.Ok("table", text);
    }
}

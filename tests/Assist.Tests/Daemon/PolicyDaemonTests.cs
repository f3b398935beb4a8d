using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Eos;
using Assist.Flows;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;
using Assist.Tests.Configuration;
using Assist.Tests.Eos;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>From the firewall's log to the packet, with a traffic policy: a whole daemon and a switch without
/// DirectFlow on one clock, which is moved by hand.</summary>
public sealed class PolicyDaemonTests : ServedSwitch
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly LogLines _log = new();
    private AssistDaemon? _daemon;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Change(o => o with { NoDirectFlow = true });
        using var eapi = new EapiClient(new EapiOptions { Socket = Path });
        var setup = await new PolicySetup(Config().Enforcement.Policy).PlanAsync(eapi, CancellationToken.None);
        foreach (var step in setup.Steps)
            Assert.Null((await eapi.RunAsync(step.Commands, EapiFormat.Json, CancellationToken.None)).Error);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_daemon is not null) await StopAsync();
        Directory.Delete(_directory, recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_denied_source_is_dropped_until_its_lease_ends_and_another_is_not()
    {
        await StartAsync();
        await SendAsync("10.0.0.9");
        await PassUntil(() => IsDropped("10.0.0.9"));
        Assert.False(IsDropped("10.0.0.8"));
        await PassUntil(() => _daemon!.Parts.Controller.View.Flows.Any(flow => flow.State == FlowState.Programmed));

        Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.True(IsDropped("10.0.0.9"));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await PassUntil(() => !IsDropped("10.0.0.9"));
    }

    [Fact]
    public async Task A_daemon_that_stops_takes_back_what_nobody_else_would_end()
    {
        await StartAsync();
        await SendAsync("10.0.0.9");
        await PassUntil(() => IsDropped("10.0.0.9"));
        await StopAsync();
        Assert.False(IsDropped("10.0.0.9"));
        Assert.DoesNotContain("UNTIL", Running(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_was_killed_leaves_its_drops_to_the_next_one()
    {
        await LeaveDropsOfAKilledDaemonAsync();
        await StartAsync();
        await PassUntil(() => _daemon!.Parts.Controller.View.Flows.Count == 1);
        Assert.True(IsDropped("10.0.0.9"));
        Clock.Advance(TimeSpan.FromMinutes(11));
        await PassUntil(() => !IsDropped("10.0.0.9"));
    }

    [Fact]
    public async Task What_ended_while_no_daemon_was_there_goes_at_the_start()
    {
        await LeaveDropsOfAKilledDaemonAsync();
        Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.True(IsDropped("10.0.0.9"));
        await StartAsync();
        await PassUntil(() => !IsDropped("10.0.0.9"));
        Assert.Empty(_daemon!.Parts.Controller.View.Flows);
    }

    [Fact]
    public async Task A_panic_takes_the_policy_off_the_interfaces()
    {
        await LeaveDropsOfAKilledDaemonAsync();
        using var eapi = new EapiClient(new EapiOptions { Socket = Path });
        Assert.True(await SwitchTargets.UnbindAsync(Config(), eapi, CancellationToken.None));
        Assert.False(IsDropped("10.0.0.9"));
        Assert.False(await SwitchTargets.UnbindAsync(Config(), eapi, CancellationToken.None));
        Assert.Contains(
            "bound nowhere; run `assist setup`",
            (await PolicyFacts.FaultAsync(eapi, Config().Enforcement.Policy, CancellationToken.None))!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switch_that_is_not_set_up_is_told_at_the_start()
    {
        Device.Run("enable", "configure", "no traffic-policies");
        var fault = await Assert.ThrowsAsync<DaemonException>(StartAsync);
        Assert.Contains(
            "the switch has no traffic policy ASSIST; run `assist setup`", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_takes_what_the_switch_has_and_says_which()
    {
        var config = Config("auto");
        var settled = await OutputChoice.SettleAsync(config, Clock, NullLogger.Instance, CancellationToken.None);
        Assert.Equal(SwitchOutput.TrafficPolicy, settled.Enforcement.Output);
        Change(o => o with { NoDirectFlow = false });
        settled = await OutputChoice.SettleAsync(config, Clock, NullLogger.Instance, CancellationToken.None);
        Assert.Equal(SwitchOutput.DirectFlow, settled.Enforcement.Output);
        Change(o => o with { NoDirectFlow = true, NoTrafficPolicies = true });
        await Assert.ThrowsAsync<DaemonException>(
            () => OutputChoice.SettleAsync(config, Clock, NullLogger.Instance, CancellationToken.None));
    }

    private async Task LeaveDropsOfAKilledDaemonAsync()
    {
        var options = Config().Enforcement.Policy;
        using var eapi = new EapiClient(new EapiOptions { Socket = Path });
        var planner = new PolicyPlanner(options);
        var target = new TrafficPolicyTarget(
            eapi, planner, options, Clock, NullLogger<TrafficPolicyTarget>.Instance);
        var match = new FlowMatch { Source = Assist.Addresses.IpAddr.From(IPAddress.Parse("10.0.0.9")) };
        var verdict = new Verdict(
            new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(600, 0), default, "denied");
        await target.ApplyAsync([new FlowChange { Install = planner.Plan(verdict) }], CancellationToken.None);
        Assert.True(IsDropped("10.0.0.9"));
    }

    private AssistConfig Config(string output = "traffic-policy")
    {
        var result = Loading.Parse($$"""
            mode: inline
            firewall: {senders: [127.0.0.1], clock: utc, trust: {udp: full} }
            listeners: [{transport: udp, port: 9514}]
            switch: {eapi: "unix:{{Path}}", output: {{output}}}
            traffic_policy: {interfaces: [Ethernet1]}
            zones: {a: {network: Ethernet1, firewall: Ethernet2} }
            control: {state_directory: {{_directory}}}
            flows: {drop: {lifetime: 10m} }
            rules:
              - {name: denied, when: {Action: deny}, action: drop, match: [src_ip]}
            """);
        Assert.Empty(result.Errors);
        var config = result.Config!;
        return config with { Listeners = [.. config.Listeners.Select(each => each with { Port = 0 })] };
    }

    private async Task StartAsync()
    {
        var daemon = new DaemonBuilder(Config(), _log, Clock).Build();
        try
        {
            await daemon.StartAsync(CancellationToken.None);
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
        _daemon = daemon;
    }

    private async Task StopAsync()
    {
        await _daemon!.StopAsync();
        _daemon.Dispose();
        _daemon = null;
    }

    private Task PassUntil(Func<bool> condition) => Await.Until(
        () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "it is so on the switch");

    private bool IsDropped(string source) =>
        Device.Forward(Packet.Tcp("Ethernet1", source, 1, "203.0.113.20", 443)).IsDropped;

    private string Running() => Device.Run(new RunCmds(["enable", "show running-config"]) { Text = true })[1]["output"]!
        .ToString();

    private async Task SendAsync(string source)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var to = new IPEndPoint(IPAddress.Loopback, _daemon!.Listeners.Single().EndPoint.Port);
        var log = LogLine.Deny(source, "203.0.113.20", 443, Clock.GetUtcNow().UtcDateTime);
        await socket.SendToAsync(Encoding.UTF8.GetBytes(log.ToString()), to);
    }
}

using System.Globalization;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What a daemon takes over from the one before.</summary>
[Collection(WaitingCollection.Name)]
public sealed class TakeOverTests
{
    private const string Rewired = """
        zones:
          a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
          b: {network: Ethernet6, firewall: Ethernet5, firewall_port: ethernet1/2}
        """;

    private const string OtherRules = """
        rules:
          - {name: another, when: {Type: TRAFFIC, Action: deny}, action: drop}
        """;

    [Fact]
    public async Task A_bypass_of_an_old_wiring_goes_at_the_start()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(
            Way.TcpLines, LogLine.Allow("10.0.0.1", "203.0.113.20", 443), LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.StopAsync();

        var configuration = await File.ReadAllTextAsync(rig.Configuration);
        var zones = configuration.IndexOf("zones:", StringComparison.Ordinal);
        var rest = configuration.IndexOf("switch:", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            rig.Configuration, $"{configuration[..zones]}{Rewired}\n{configuration[rest..]}");
        await rig.StartDaemonAsync();

        await rig.UntilSwitchHoldsAsync("BYPASS_", 0);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Contains(
            "removing entries of an old wiring, 2 in all: BYPASS_", (await rig.StopAsync()).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_and_audit_say_why_drops_of_the_run_before_go_at_the_start()
    {
        const string Audit = "audit: {file: audit.jsonl}";
        await using var rig = new Rig();
        rig.WriteConfiguration(Audit);
        await rig.StartAsync();
        await DropOneAsync(rig);
        await rig.StopAsync();

        rig.WriteConfiguration($"{Audit}\nprotect: {{never_drop: [10.0.0.9]}}");
        await rig.StartDaemonAsync();
        await rig.UntilSwitchHoldsAsync("DROP_", 0);

        const string Why = "drops of addresses that are protected now";
        Assert.Contains(
            $"removing {Why}, 1 in all: DROP_TCP_10-0-0-9", (await rig.StopAsync()).Errors, StringComparison.Ordinal);
        var records = (await rig.AssistAsync("audit", "--json")).Output.Split('\n');
        Assert.Single(records, record => record.Contains("\"event\":\"purged\"", StringComparison.Ordinal)
            && record.Contains($"\"reason\":\"{Why}\"", StringComparison.Ordinal)
            && record.Contains("\"rule\":\"denied-traffic\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flows_keep_their_rule_over_a_restart_and_go_with_it()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await DropOneAsync(rig);
        await rig.StopAsync();
        await TakeOverAsync(rig);
        Assert.Equal("denied-traffic", await RuleAsync(rig));
        await rig.StopAsync();

        rig.WriteConfiguration(OtherRules);
        await rig.StartDaemonAsync();
        await rig.UntilSwitchHoldsAsync("DROP_", 0);
        Assert.Contains(
            "removing entries whose rule is gone, 1 in all: DROP_", (await rig.StopAsync()).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_of_the_run_before_is_put_back_after_a_reload_of_the_switch()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.OrderAsync("save");
        await DropOneAsync(rig);
        await rig.StopAsync();
        await TakeOverAsync(rig);

        await rig.ReloadSwitchAsync();
        Assert.Empty(await rig.SwitchFlowsAsync("DROP_"));
        await rig.UntilSwitchHoldsAsync("DROP_", 1);
    }

    [Fact]
    public async Task After_a_kill_a_flow_is_put_back_for_the_rest_of_its_time_when_the_switch_reloads()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.OrderAsync("save");
        await DropOneAsync(rig);
        // As the file of a daemon that is killed, this one's was written before.
        await rig.StopAsync();
        await TakeOverAsync(rig);
        await KillAsync(rig);
        await TakeOverAsync(rig);

        await rig.ReloadSwitchAsync();

        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        Assert.InRange(await HardTimeoutAsync(rig, "DROP_"), 1, 1799);
    }

    // Nobody knows whether it went with a reload or with an operator.
    [Fact]
    public async Task A_flow_that_the_switch_lost_while_no_daemon_ran_is_not_put_back()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.OrderAsync("save");
        await DropOneAsync(rig);
        await rig.StopAsync();
        await rig.ReloadSwitchAsync();

        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.10", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        Assert.Contains("10-0-0-10", Assert.Single(await rig.SwitchFlowsAsync("DROP_")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_daemon_for_one_switch_is_refused_and_told_who_works_on_it()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var other = await rig.AssistAsync(
            "--set", "control.socket=other", "--set", $"listeners=[{{transport: udp, port: {Rig.FreePort()}}}]", "run");
        Assert.NotEqual(0, other.Code);
        Assert.Contains($"process {rig.Daemon!.Id}", other.Errors, StringComparison.Ordinal);
        Assert.Contains("works on this switch already", other.Errors, StringComparison.Ordinal);

        // As in a VRF of EOS, where the abstract socket of the first cannot be seen.
        if (System.Environment.IsPrivilegedProcess)
        {
            var inNamespace = await Spawned.RunAsync("unshare", ["-n", Rig.Program, "--config", rig.Configuration,
                "--set", "control.socket=other", "run"]);
            Assert.NotEqual(0, inNamespace.Code);
            Assert.Contains("a process in another network namespace) works on this switch already",
                inNamespace.Errors, StringComparison.Ordinal);
        }

        // The kernel takes the claim back from a daemon that was killed.
        await KillAsync(rig);
        await rig.StartDaemonAsync();
    }

    // The state file is written once a minute, so that a daemon killed within it leaves flows of an unknown rule.
    [Fact]
    public async Task A_flow_whose_rule_a_kill_has_lost_stays_over_the_restarts_that_follow()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await DropOneAsync(rig);
        await KillAsync(rig);
        for (var restart = 0; restart < 2; restart++)
        {
            await TakeOverAsync(rig);
            await rig.StopAsync();
        }
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
    }

    private static async Task DropOneAsync(Rig rig)
    {
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("drop", 1);
    }

    private static async Task TakeOverAsync(Rig rig)
    {
        await rig.StartDaemonAsync();
        await rig.UntilProgrammedAsync("drop", 1);
    }

    private static async Task KillAsync(Rig rig)
    {
        rig.Daemon!.Signal("KILL");
        await rig.Daemon.EndAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task<int> HardTimeoutAsync(Rig rig, string prefix)
    {
        const string Line = "timeout hard ";
        var flows = JsonDocument.Parse(await rig.OrderAsync("flows")).RootElement.EnumerateArray();
        var ours = flows.Single(
            flow => flow.GetProperty("name").GetString()!.StartsWith(prefix, StringComparison.Ordinal));
        var timeout = ours.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!)
            .Single(line => line.StartsWith(Line, StringComparison.Ordinal));
        return int.Parse(timeout[Line.Length..], CultureInfo.InvariantCulture);
    }

    private static async Task<string?> RuleAsync(Rig rig)
    {
        var flows = (await rig.AskAsync("flows"))!.Value.GetProperty("flows");
        return Assert.Single(flows.EnumerateArray()).GetProperty("rule").GetString();
    }
}

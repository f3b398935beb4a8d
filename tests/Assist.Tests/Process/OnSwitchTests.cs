using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>`setup eos` against the emulated switch: plan, apply, repeat, take back.</summary>
[Collection(ProcessCollection.Name)]
public sealed class OnSwitchTests
{
    private const string ControlPlane = "assist-control-plane";
    private const string Exec = "exec /usr/bin/assist --config /persist/sys/extensions/assist/assist.yaml run";

    [Fact]
    public async Task It_prints_what_is_missing_and_sends_nothing()
    {
        await using var rig = await SwitchAsync();
        var before = await RunningAsync(rig);

        var plan = await EosAsync(rig);

        Assert.Equal((4, ""), (plan.Code, plan.Errors));
        foreach (var line in (string[])["management api http-commands", "protocol unix-socket", Exec,
            "permit udp host 192.0.2.10 any eq 9514", "permit tcp host 192.0.2.10 any eq 6514", "!   no daemon assist"])
            Assert.Contains($"\n{line}\n", plan.Output, StringComparison.Ordinal);
        Assert.Equal(before, await RunningAsync(rig));
    }

    [Fact]
    public async Task Applied_it_is_there_and_a_second_time_there_is_nothing_to_do()
    {
        await using var rig = await SwitchAsync();

        var done = await EosAsync(rig, "--apply", "--yes");

        Assert.Equal((0, ""), (done.Code, done.Errors));
        var running = await RunningAsync(rig);
        Assert.Contains($"daemon assist\n   {Exec}\n   no shutdown\n", running, StringComparison.Ordinal);
        Assert.Contains($"system control-plane\n   ip access-group {ControlPlane} in\n", running,
            StringComparison.Ordinal);
        // All that EOS lets in, in its order, and then the logs.
        string[] wanted =
        [
            .. await RulesAsync(rig, "default-control-plane-acl"), "permit udp host 192.0.2.10 any eq 9514",
            "permit tcp host 192.0.2.10 any eq 6514",
        ];
        Assert.Equal(wanted, await RulesAsync(rig, ControlPlane));

        var again = await EosAsync(rig, "--apply", "--yes");
        Assert.Equal(0, again.Code);
        Assert.Contains("nothing to do", again.Output, StringComparison.Ordinal);
        Assert.Equal(running, await RunningAsync(rig));
    }

    [Fact]
    public async Task The_lines_that_it_prints_take_all_of_it_back()
    {
        await using var rig = await SwitchAsync();
        var before = await RunningAsync(rig);
        var done = await EosAsync(rig, "--apply", "--yes");

        var back = done.Output.Split('\n').SkipWhile(line => line != "! to take it back later:").Skip(1)
            .TakeWhile(line => line.StartsWith("!   ", StringComparison.Ordinal)).Select(line => line[4..]);
        await Eapi.RunAsync(rig.SwitchSocket, ["enable", "configure", .. back, "end"]);

        Assert.Equal(before, await RunningAsync(rig));
    }

    [Fact]
    public async Task Without_consent_nothing_is_sent()
    {
        await using var rig = await SwitchAsync();
        var before = await RunningAsync(rig);

        var refused = await EosAsync(rig, "--apply");

        Assert.Equal(4, refused.Code);
        Assert.Contains("--apply --yes", refused.Output, StringComparison.Ordinal);
        Assert.Equal(before, await RunningAsync(rig));
    }

    // Without `permit tcp any any eq ssh` nobody could log in any more.
    [Theory]
    [InlineData("fail=permit tcp", "the switch refused 'permit tcp any any eq ssh")]
    [InlineData("lose=permit tcp", "does not show them")]
    public async Task A_copy_that_is_not_whole_is_not_applied(string fault, string words)
    {
        await using var rig = await SwitchAsync("--fault", fault);

        var refused = await EosAsync(rig, "--apply", "--yes");

        Assert.Equal(1, refused.Code);
        Assert.Contains(words, refused.Errors, StringComparison.Ordinal);
        var running = await RunningAsync(rig);
        Assert.Contains($"ip access-list {ControlPlane}\n", running, StringComparison.Ordinal);
        Assert.DoesNotContain("ip access-group", running, StringComparison.Ordinal);
        Assert.DoesNotContain("daemon assist", running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_was_begun_is_written_anew()
    {
        await using var rig = await SwitchAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", $"ip access-list {ControlPlane}",
            "10 permit tcp any any eq telnet", "end");

        Assert.Equal(0, (await EosAsync(rig, "--apply", "--yes")).Code);

        Assert.Equal((await RulesAsync(rig, "default-control-plane-acl"))[0], (await RulesAsync(rig, ControlPlane))[0]);
        Assert.DoesNotContain("permit tcp any any eq telnet", await RulesAsync(rig, ControlPlane));
    }

    [Fact]
    public async Task Lines_of_somebody_else_stay()
    {
        await using var rig = await SwitchAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "daemon other", "exec /mnt/flash/other",
            "no shutdown", "exit", "ip access-list MINE", "10 permit tcp any any eq ssh", "exit",
            "system control-plane", "ip access-group MINE in", "end");

        var done = await EosAsync(rig, "--apply", "--yes");

        Assert.Equal(4, done.Code);
        Assert.Contains("by hand: the control plane uses MINE", done.Output, StringComparison.Ordinal);
        var running = await RunningAsync(rig);
        Assert.Contains("daemon other\n   exec /mnt/flash/other\n   no shutdown\n", running, StringComparison.Ordinal);
        Assert.Contains("   ip access-group MINE in\n", running, StringComparison.Ordinal);
        Assert.DoesNotContain(ControlPlane, running, StringComparison.Ordinal);
        Assert.Contains($"daemon assist\n   {Exec}\n", running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_VRF_by_an_event_handler()
    {
        await using var rig = await SwitchAsync();
        Assert.Contains("no VRF MGMT", (await EosAsync(rig, "--vrf", "MGMT")).Output, StringComparison.Ordinal);
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "vrf instance MGMT", "end");

        Assert.Equal(0, (await EosAsync(rig, "--vrf", "MGMT", "--event-handler", "--apply", "--yes")).Code);

        var running = await RunningAsync(rig);
        Assert.Contains("   action bash /usr/sbin/ip netns exec ns-MGMT /usr/bin/assist --config "
            + "/persist/sys/extensions/assist/assist.yaml --set log.file=/var/log/assist.log setup-start\n", running,
            StringComparison.Ordinal);
        Assert.Contains($"   ip access-group {ControlPlane} vrf MGMT in\n", running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_a_VRF_is_no_way_to_a_shell()
    {
        await using var rig = await SwitchAsync();

        Assert.Equal(2, (await EosAsync(rig, "--vrf", "MGMT;reboot")).Code);
    }

    [Fact]
    public async Task A_configuration_that_does_not_suit_a_switch_is_told()
    {
        await using var rig = await SwitchAsync();

        var plan = await EosAsync(rig, "--event-handler");

        Assert.Contains("! note: the event-handler starts the daemon at the next boot only", plan.Output,
            StringComparison.Ordinal);
        Assert.Contains("! note: log.file is not set", plan.Output, StringComparison.Ordinal);
        Assert.Contains("! note: switch.wait is 0", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_only_IPv6_is_sent_from_there_is_something_to_do_by_hand()
    {
        await using var rig = await SwitchAsync();
        Assert.Equal(0, (await EosAsync(rig, "--apply", "--yes")).Code);

        var plan = await rig.AssistAsync("--set", "firewall.senders=[2001:db8::10]", "setup", "eos");

        Assert.Equal(4, plan.Code);
        Assert.Contains("! by hand: no list for IPv6", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing to do", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_JSON_it_prints_the_steps_alone()
    {
        await using var rig = await SwitchAsync();

        var plan = await EosAsync(rig, "--json");

        var steps = JsonDocument.Parse(plan.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(4, steps.Count);
        Assert.All(steps, step => Assert.True(step.GetProperty("needs_consent").GetBoolean()));
        Assert.Contains("note: ", plan.Errors, StringComparison.Ordinal);
    }

    private static async Task<Rig> SwitchAsync(params string[] options)
    {
        var rig = new Rig();
        await File.WriteAllTextAsync(rig.Configuration, $$"""
            firewall: {senders: [192.0.2.10]}
            listeners:
              - {transport: udp, port: 9514}
              - {transport: tcp, port: 6514}
              - {transport: tcp, port: 6515, address: 127.0.0.1}
            zones:
              a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
              b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
            switch: {eapi: "unix:{{rig.SwitchSocket}}"}
            """);
        await rig.StartSwitchAsync(options);
        return rig;
    }

    private static Task<Finished> EosAsync(Rig rig, params string[] options) =>
        rig.AssistAsync(["setup", "eos", .. options]);

    private static async Task<string> RunningAsync(Rig rig) =>
        (await Eapi.RunTextAsync(rig.SwitchSocket, "enable", "show running-config"))[1];

    // Without heading, numbers and what has matched.
    private static async Task<string[]> RulesAsync(Rig rig, string list) =>
    [
        .. (await Eapi.RunTextAsync(rig.SwitchSocket, "enable", $"show ip access-lists {list}"))[1].Split('\n')
            .Where(line => line.Contains(" permit ", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("permit ", StringComparison.Ordinal)..].Split(" [")[0]),
    ];
}

namespace Assist.Tests.Processes;

/// <summary>What an operator takes back, and what stays.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DeleteTests
{
    [Fact]
    public async Task Flows_are_deleted_by_name_address_action_and_rule()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines,
            LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Deny("10.0.0.2", "203.0.113.20", 443),
            LogLine.Deny("10.0.1.3", "203.0.113.20", 443), LogLine.Threat("10.0.2.4", "203.0.113.20", 443),
            LogLine.Allow("10.0.0.5", "203.0.113.20", 443), LogLine.Allow("10.0.0.6", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 4);
        await rig.UntilProgrammedAsync("bypass", 2);

        await DeleteAsync(rig, 3, "--address", "10.0.0.0/23", "--dry-run", "--action", "drop");
        await DeleteAsync(rig, 1, "--name", "DROP_TCP_10-0-0-1_203-0-113-20:443");
        await DeleteAsync(rig, 1, "--rule", "blocked-threats");
        await DeleteAsync(rig, 1, "--address", "10.0.1.3");
        await DeleteAsync(rig, 2, "--action", "bypass");
        await DeleteAsync(rig, 0, "--action", "redirect");

        Assert.Equal(["DROP_TCP_10-0-0-2_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        Assert.Empty(await rig.ConfiguredFlowsAsync("BYPASS_"));
        await DeleteAsync(rig, 1, "--all");
        Assert.Equal(4, (await rig.SwitchFlowsAsync()).Length);
    }

    [Fact]
    public async Task A_deleted_flow_comes_back_with_the_next_log()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var log = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);
        await rig.SendAsync(Way.Udp, log);
        await rig.UntilProgrammedAsync("drop", 1);
        await DeleteAsync(rig, 1, "--all");

        await rig.SendAsync(Way.Udp, log);

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilOutcomeAsync("drop", 2);
    }

    [Fact]
    public async Task Without_a_daemon_the_switch_is_asked_and_static_and_foreign_flows_stay()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Allow("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.StopAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow", "flow FOREIGN", "match vlan 9",
            "action drop", "exit");
        await rig.UntilSwitchHoldsAsync("FOREIGN", 1);

        LifecycleTests.AssertRefused(
            await rig.AssistAsync("delete", "--rule", "denied-traffic"), 3, "--rule needs a running daemon");
        await DeleteEntriesAsync(rig, 3, "--dry-run");
        await DeleteEntriesAsync(rig, 1, "--address", "10.0.0.1");
        await DeleteEntriesAsync(rig, 2, "--all");

        Assert.Equal(5, (await rig.SwitchFlowsAsync()).Length);
        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));
    }

    [Fact]
    public async Task Nothing_is_deleted_unless_it_is_said_what()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        LifecycleTests.AssertRefused(await rig.AssistAsync("delete"), 2, "--all removes every flow");
        LifecycleTests.AssertRefused(
            await rig.AssistAsync("delete", "--all", "--action", "drop"), 2, "--all stands alone");
        LifecycleTests.AssertRefused(await rig.AssistAsync("delete", "10.0.0.1"), 2, "--address 10.0.0.1?");
        File.WriteAllText(rig.File("password"), "secret");
        File.SetUnixFileMode(rig.File("password"), UnixFileMode.UserRead);
        LifecycleTests.AssertRefused(
            await rig.AssistAsync("delete", "192.0.2.1", "admin", "--password-file", rig.File("password")), 2,
            "--all removes every flow");
        foreach (var more in (string[][])[[], ["--dry-run"], ["--json"]])
            LifecycleTests.AssertRefused(
                await rig.AssistAsync(["delete", "--rule", "nosuch", .. more]), 2,
                "the configuration has no rule nosuch; it has ");

        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
    }

    private static Task DeleteAsync(Rig rig, int count, params string[] options) =>
        DeleteAsync(rig, count, count == 1 ? "flow" : "flows", options);

    // The switch alone knows entries, not which of them belong together.
    private static Task DeleteEntriesAsync(Rig rig, int count, params string[] options) =>
        DeleteAsync(rig, count, count == 1 ? "entry" : "entries", options);

    private static async Task DeleteAsync(Rig rig, int count, string what, string[] options)
    {
        var finished = await rig.AssistAsync(["delete", .. options]);
        Assert.Equal((0, ""), (finished.Code, finished.Errors));
        var done = options.Contains("--dry-run") ? "would be removed" : "removed";
        Assert.EndsWith($"{count} {what} {done}\n", finished.Output, StringComparison.Ordinal);
        Assert.Equal(count + 1, finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}

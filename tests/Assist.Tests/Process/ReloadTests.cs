using System.Net;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A configuration that is read again while the daemon runs.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ReloadTests
{
    private const string Protected = "protect: {never_drop: [10.0.0.1]}";

    [Fact]
    public async Task On_SIGHUP_a_protected_address_loses_its_drop_and_gets_no_other()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Deny("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 2);
        rig.WriteConfiguration(Protected);

        rig.Daemon!.Signal("HUP");

        await rig.UntilStatusAsync(status => Ended(status, "revoked") == 1, "its drop is revoked");
        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 80));
        await rig.UntilOutcomeAsync("protected", 1);
        Assert.False(rig.Daemon.HasEnded);
    }

    [Fact]
    public async Task A_file_with_a_mistake_changes_nothing_and_says_why_until_it_is_right()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Protected + "\nlog: {file: assist.log}");
        await rig.StartAsync();
        rig.WriteConfiguration("nonsense: 1\nlog: {file: assist.log}");

        LifecycleTests.AssertRefused(await rig.AssistAsync("reload"), 2, "nonsense");
        rig.Daemon!.Signal("HUP");

        await rig.UntilStatusAsync(
            status => Texts(status, "problems").Any(
                text => text.Contains("the one before stays in force", StringComparison.Ordinal)
                    && text.Contains("nonsense", StringComparison.Ordinal)), "the mistake is a problem");
        Assert.Contains("was not taken over", File.ReadAllText(rig.File("assist.log")), StringComparison.Ordinal);
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilOutcomeAsync("protected", 1);
        rig.WriteConfiguration("log: {file: assist.log}");
        await ReloadAsync(rig);
        Assert.Empty(Texts(await StatusAsync(rig), "problems"));
    }

    [Fact]
    public async Task What_has_changed_is_reported_and_what_waits_for_a_restart_too()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        Assert.Equal("nothing has changed\n", (await rig.AssistAsync("reload")).Output);
        rig.WriteConfiguration(
            Protected + "\nhardening: {storm_control_broadcast: 1}", firewall: ", max_message_age: 1h",
            limits: ", connections: 9");
        Assert.Contains(Texts(await StatusAsync(rig), "notices"), IsChange);

        var report = await ReloadAsync(rig);

        Assert.Equal(["firewall.max_message_age", "protect.never_drop"], Texts(report, "applied"));
        Assert.Equal(["limits.connections"], Texts(report, "need_restart"));
        Assert.Equal(["hardening.storm_control_broadcast"], Texts(report, "need_setup"));
        var status = await StatusAsync(rig);
        Assert.DoesNotContain(Texts(status, "notices"), IsChange);
        Assert.Equal(["limits.connections"], Texts(status.GetProperty("configuration_state"), "need_restart"));
        Assert.Empty(Texts(await ReloadAsync(rig), "applied"));
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_change_and_end_and_changes_nothing()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}");
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Deny("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 2);
        rig.WriteConfiguration(
            Protected + "\nlog: {file: assist.log, level: debug}", firewall: ", max_message_age: 1h");

        var plan = await rig.AssistAsync("reload", "--dry-run");

        Assert.Equal((0, ""), (plan.Code, plan.Errors));
        foreach (var line in (string[])[
            "  firewall.max_message_age: (not set) -> 1h", "  protect.never_drop: (not set) -> 10.0.0.1",
            "  log.level: (not set) -> debug", "would be in force: firewall.max_message_age, protect.never_drop",
            "waits for a restart: log.level", "flows that would be revoked: 1", "  DROP_TCP_10-0-0-1_203-0-113-20:443",
            "nothing was changed: this was a dry run"])
            Assert.Contains(line, plan.Output.Split('\n'));
        Assert.Contains(Texts(await StatusAsync(rig), "notices"), IsChange);
        Assert.Equal(2, (await rig.ConfiguredFlowsAsync("DROP_")).Length);
        var report = JsonDocument.Parse((await rig.AssistAsync("reload", "--dry-run", "--json")).Output).RootElement;
        Assert.True(report.GetProperty("dry_run").GetBoolean());
        rig.WriteConfiguration("nonsense: 1\nlog: {file: assist.log}");
        LifecycleTests.AssertRefused(await rig.AssistAsync("reload", "--dry-run"), 2, "would stay in force");
        Assert.Empty(Texts(await StatusAsync(rig), "problems"));
        Assert.DoesNotContain("was read again", await File.ReadAllTextAsync(rig.File("assist.log")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_shows_the_values_of_before_and_the_flows_that_it_ended()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("protect: {never_drop: [10.0.0.9]}");
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        rig.WriteConfiguration("protect: {never_drop: [10.0.0.9, 10.0.0.1]}");

        var finished = await rig.AssistAsync("reload");

        Assert.Equal(
            "  protect.never_drop: 10.0.0.9 -> 10.0.0.9, 10.0.0.1\nin force: protect.never_drop\nflows revoked: 1\n"
            + "  DROP_TCP_10-0-0-1_203-0-113-20:443\n", finished.Output);
        Assert.Equal("nothing has changed\n", (await rig.AssistAsync("reload")).Output);
    }

    [Fact]
    public async Task Senders_are_replaced()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        File.WriteAllText(
            rig.Configuration,
            File.ReadAllText(rig.Configuration).Replace("127.0.0.1, ", "127.0.0.2, ", StringComparison.Ordinal));

        Assert.Equal(["firewall.senders"], Texts(await ReloadAsync(rig), "applied"));

        var log = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);
        await rig.SendUdpAsync(IPAddress.Loopback, [log]);
        await rig.UntilOutcomeAsync("refused_sender", 1);
        await rig.SendUdpAsync(IPAddress.Parse("127.0.0.2"), [log]);
        await rig.UntilOutcomeAsync("drop", 1);
    }

    [Fact]
    public async Task Flows_of_a_rule_that_is_gone_are_revoked_and_others_stay()
    {
        const string Denied =
            "{name: denied, when: {Type: TRAFFIC, Action: deny}, action: drop, "
            + "match: [src_ip, dst_ip, dst_port, protocol]}";
        const string Threats =
            "{name: threats, when: {Type: THREAT}, action: drop, match: [src_ip, dst_ip, dst_port, protocol]}";
        await using var rig = new Rig();
        rig.WriteConfiguration($"rules: [{Denied}, {Threats}]");
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Threat("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 2);
        rig.WriteConfiguration($"rules: [{Threats}]");

        Assert.Equal(1, (await ReloadAsync(rig)).GetProperty("revoked").GetInt32());

        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        Assert.Equal(["DROP_TCP_10-0-0-2_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.3", "203.0.113.20", 443));
        await rig.UntilOutcomeAsync("no_rule", 1);
    }

    [Fact]
    public async Task What_set_says_stays_in_force_and_is_shown()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.RunAs("--set", "protect.never_drop=10.0.0.1", "run");
        await rig.UntilReadyAsync();
        rig.WriteConfiguration("protect: {never_drop: [10.0.0.9]}");

        Assert.Empty(Texts(await ReloadAsync(rig), "applied"));

        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilOutcomeAsync("protected", 1);
        Assert.Contains(
            "--set         protect.never_drop=10.0.0.1", (await rig.AssistAsync("status")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_there_is_nobody_to_reload()
    {
        await using var rig = new Rig();
        LifecycleTests.AssertRefused(await rig.AssistAsync("reload"), 3, "not running");
    }

    private static bool IsChange(string notice) => notice.Contains("has changed since", StringComparison.Ordinal);

    private static async Task<JsonElement> ReloadAsync(Rig rig)
    {
        var finished = await rig.AssistAsync("reload", "--json");
        Assert.Equal((0, ""), (finished.Code, finished.Errors));
        return JsonDocument.Parse(finished.Output).RootElement;
    }

    private static async Task<JsonElement> StatusAsync(Rig rig) =>
        (await rig.AskAsync("status"))!.Value.GetProperty("status");

    private static string[] Texts(JsonElement from, string name) =>
        [.. from.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static long Ended(JsonElement status, string reason) =>
        status.GetProperty("table").GetProperty("ended").GetProperty("drop").GetProperty(reason).GetInt64();
}

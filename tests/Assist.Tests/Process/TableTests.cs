using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>The daemon's flows and the switch's table over repeats, restarts and refusals.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TableTests
{
    [Fact]
    public async Task A_repeated_verdict_is_one_entry_and_the_rest_duplicates()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var log = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

        await rig.SendAsync(Way.TcpOctets, Enumerable.Repeat<object>(log, 50));
        await rig.SendAsync(Way.Tls, Enumerable.Repeat<object>(log, 50));

        await rig.UntilOutcomeAsync("duplicate", 99);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Single(rig.Recorded(), command => command.StartsWith("flow DROP_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_adopts_the_entries_without_a_configuration_command()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines,
            LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Allow("10.0.0.2", "203.0.113.20", 443),
            LogLine.Deny("2001:db8::1", "2001:db8:1::2", 443), LogLine.Allow("2001:db8::1", "2001:db8:1::2", 80));
        await rig.UntilProgrammedAsync("drop", 2);
        await rig.UntilProgrammedAsync("bypass", 2);
        await rig.StopAsync();
        var before = rig.Recorded().Length;

        await rig.StartDaemonAsync();
        await rig.UntilProgrammedAsync("drop", 2);
        await rig.UntilProgrammedAsync("bypass", 2);
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilOutcomeAsync("duplicate", 1);

        Assert.DoesNotContain("configure", rig.Recorded().Skip(before));
    }

    [Theory]
    [InlineData("--capacity", "9", "--fault", "no-trident")]
    [InlineData("--fault", "deny=match destination ipv6")]
    [InlineData("--fault", "fail=match source port")]
    public async Task A_flow_that_the_switch_refuses_leaves_nothing_behind_and_is_told(params string[] options)
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        var statics = await Eapi.RunTextAsync(rig.SwitchSocket, "enable", "show running-config section directflow");
        rig.Switch!.Signal("TERM");
        await rig.Switch.EndAsync(TimeSpan.FromSeconds(5));
        await rig.StartSwitchAsync(options);
        await Eapi.RunAsync(rig.SwitchSocket, ["enable", "configure", .. Lines(statics[1])]);
        await rig.StartDaemonAsync();

        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.SendAsync(Way.Udp, LogLine.Allow("2001:db8::1", "2001:db8:1::2", 443));

        await rig.UntilStatusAsync(status => Rig.Flows(status, "bypass", "rejected") == 1, "one rejected");
        await Rig.UntilAsync(
            async () => (await rig.ConfiguredFlowsAsync("BYPASS_")).Length == 0, () => "no fragment is left");
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
        var status = await rig.AssistAsync("status");
        Assert.Equal(1, status.Code);
        Assert.Contains("the switch refused 1 flows", status.Output, StringComparison.Ordinal);
        var shown = await rig.AssistAsync("monitor", "--once", "--json");
        var rejected = JsonDocument.Parse(shown.Output).RootElement.GetProperty("flows").EnumerateArray()
            .Single(flow => flow.GetProperty("state").GetString() == "rejected");
        Assert.NotEqual("", rejected.GetProperty("rejection").GetString());
        await rig.UntilReceivedAsync(2);
    }

    [Fact]
    public async Task The_size_of_the_table_is_the_switchs_word_and_what_does_not_fit_stays_on_the_firewall()
    {
        await using var rig = new Rig();
        // EOS keeps 4 of them for itself.
        await rig.StartSwitchAsync("--capacity", "16");
        await rig.SetUpAsync();
        await rig.StartDaemonAsync();
        await rig.UntilStatusAsync(
            status => status.GetProperty("table").GetProperty("capacity").GetInt32() == 12, "the switch said it");

        // 4 static entries and 1 reserved for drops leave room for 3 bypasses.
        await rig.SendAsync(Way.TcpLines, Enumerable.Range(1, 4)
            .Select(host => (object)LogLine.Allow($"10.0.0.{host}", "203.0.113.20", 443)));
        await rig.UntilOutcomeAsync("over_limit", 1);
        await rig.UntilProgrammedAsync("bypass", 3);

        Assert.Equal(6, (await rig.SwitchFlowsAsync("BYPASS_")).Length);
        var status = await rig.AssistAsync("status");
        Assert.Contains("no room for bypasses", status.Output, StringComparison.Ordinal);
        Assert.Contains("2 drops or 0 bypasses left", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_a_session_takes_its_bypass_back()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);
        await rig.SendAsync(Way.TcpLines, session, LogLine.Allow("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("bypass", 2);

        session["Threat/Content Type"] = "end";
        await rig.SendAsync(Way.TcpLines, session, session);

        await rig.UntilOutcomeAsync("retracted", 1);
        await rig.UntilOutcomeAsync("no_rule", 1);
        await Rig.UntilAsync(
            async () => (await rig.ConfiguredFlowsAsync("BYPASS_")).Length == 2, () => "one bypass is left");
        Assert.All(
            await rig.SwitchFlowsAsync("BYPASS_"), name => Assert.Contains("10-0-0-2", name, StringComparison.Ordinal));
        Assert.Contains("retracted", (await rig.AssistAsync("monitor", "--once")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_switch_refuses_timeouts_the_daemon_ends_flows_itself_and_leaves_none_when_it_stops()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("flows: {switch_ends_entries: false, drop: {lifetime: 2s, idle: 0}}");
        await rig.StartSwitchAsync("--fault", "deny=timeout hard");
        await rig.SetUpAsync();
        await rig.StartDaemonAsync();

        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443), LogLine.Allow(
            "10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("bypass", 1);
        await Rig.UntilAsync(
            async () => (await rig.ConfiguredFlowsAsync("DROP_")).Length == 0, () => "the drop is over");
        await rig.UntilStatusAsync(
            status => status.GetProperty("table")
                .GetProperty("ended").GetProperty("drop").GetProperty("expired").GetInt32() == 1, "it has expired");
        await rig.StopAsync();

        Assert.Empty(await rig.ConfiguredFlowsAsync("BYPASS_"));
        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));
    }

    private static IEnumerable<string> Lines(string section) =>
        section.Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '!' && !line.StartsWith("comment", StringComparison.Ordinal));
}

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
    [InlineData("--capacity", "9")]
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
        await Rig.UntilAsync(async () => (await rig.ConfiguredFlowsAsync("BYPASS_")).Length == 0, () => "no fragment is left");
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

    private static IEnumerable<string> Lines(string section) =>
        section.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '!' && !line.StartsWith("comment", StringComparison.Ordinal));
}

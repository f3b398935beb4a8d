namespace Assist.Tests.Processes;

/// <summary>A daemon that does everything but write to the switch.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DryRunTests
{
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task Logs_become_flows_of_the_status_and_the_switch_sees_only_questions()
    {
        await using var rig = new Rig();
        var port = Rig.FreePort();
        rig.WriteConfiguration($"audit: {{file: audit.jsonl}}\nmetrics: {{listen: '127.0.0.1:{port}'}}");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        var (flows, asked) = (await rig.SwitchFlowsAsync(), rig.Recorded().Length);
        rig.RunAs("run", "--dry-run");
        await rig.UntilReadyAsync();

        await rig.SendAsync(Way.TcpLines, s_denied, LogLine.Allow("10.0.0.2", "203.0.113.20", 443));

        await rig.UntilProgrammedAsync("drop", 1);
        var status = await rig.UntilProgrammedAsync("bypass", 1);
        Assert.True(status.GetProperty("table").GetProperty("dry_run").GetBoolean());
        Assert.Equal("healthy", status.GetProperty("health").GetString());
        Assert.Contains("DRY RUN", (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);
        Assert.Contains("DRY RUN", (await rig.AssistAsync("monitor", "--once")).Output, StringComparison.Ordinal);
        Assert.Contains("dry run", (await rig.AssistAsync("why", "10.0.0.1")).Output, StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Contains("\nassist_dry_run 1\n",
            await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")),
            StringComparison.Ordinal);
        Assert.EndsWith("1 flow removed\n",
            (await rig.AssistAsync("delete", "--address", "10.0.0.1")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.StopAsync()).Code);

        Assert.Equal(flows, await rig.SwitchFlowsAsync());
        Assert.DoesNotContain(rig.Recorded().Skip(asked), Changes);
        Assert.All(await File.ReadAllLinesAsync(rig.File("audit.jsonl")),
            record => Assert.Contains("\"dry_run\":true", record, StringComparison.Ordinal));
        Assert.All((await rig.Daemon!.EndAsync(TimeSpan.FromSeconds(5))).Errors.TrimEnd().Split('\n'),
            line => Assert.Contains(" dry run: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_stands_beside_a_daemon_that_acts_and_leaves_it_nothing_to_remember()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        var held = await rig.SwitchFlowsAsync();
        string[] places = ["--set", $"control.socket={rig.File("c/2")}", "--set",
            $"listeners.0.port={Rig.FreePort()}", "--set", $"listeners.1.port={Rig.FreePort()}", "--set",
            $"listeners.2.port={Rig.FreePort()}"];
        rig.Start(Rig.Program, ["--config", rig.Configuration, .. places, "run", "--dry-run"]);
        await Rig.UntilAsync(
            async () => (await rig.AssistAsync("status", "--socket", rig.File("c/2"), "--json")).Output
                .Contains("\"dry_run\":true", StringComparison.Ordinal), () => "the dry run answers");

        await rig.AssistAsync("panic", "--socket", rig.File("c/2"));
        Assert.Equal(0, (await rig.AssistAsync("stop", "--socket", rig.File("c/2"))).Code);

        Assert.Equal(held, await rig.SwitchFlowsAsync());
        await rig.StopAsync();
        await rig.StartDaemonAsync();
        var status = await rig.UntilProgrammedAsync("drop", 1);
        Assert.False(status.TryGetProperty("paused", out _));
    }

    [Fact]
    public async Task Start_leaves_one_in_the_background_and_says_so()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        var started = await rig.AssistAsync("start", "--dry-run");

        Assert.Contains("as a dry run: nothing is written to the switch", started.Output, StringComparison.Ordinal);
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Empty(await rig.SwitchFlowsAsync("DROP_"));
    }

    private static bool Changes(string command) => command.Contains("configure", StringComparison.Ordinal)
        || command.Contains("flow ", StringComparison.Ordinal) && !command.Contains("show", StringComparison.Ordinal);
}

namespace Assist.Tests.Processes;

/// <summary>A switch that says other things than the captures show.</summary>
[Collection(WaitingCollection.Name)]
public sealed class SwitchWordsTests
{
    [Fact]
    public async Task A_drop_that_the_switch_describes_in_unknown_words_stays_and_the_words_are_told_once()
    {
        await using var rig = new Rig();
        await rig.StartAsync("--fault", "programmed-status=Flow is on duty");
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        var status = await rig.UntilProgrammedAsync("drop", 1);
        Assert.Contains(status.GetProperty("problems").EnumerateArray(),
            problem => problem.GetString()!.Contains("\"Flow is on duty\"", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Recorded(), command => command.StartsWith("no flow", StringComparison.Ordinal));
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
        var ended = await rig.StopAsync();
        Assert.Single(ended.Errors.Split("in unknown words").Skip(1));
    }

    [Fact]
    public async Task A_panic_is_not_confirmed_by_an_answer_without_a_list_of_flows()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Equal("ok", await rig.OrderAsync("faults renamed-key=flows"));
        var panic = await rig.AssistAsync("panic");
        Assert.NotEqual(0, panic.Code);
        await rig.UntilStatusAsync(
            status => status.GetProperty("problems").EnumerateArray().Any(problem =>
                problem.GetString()!.Contains("no list of flows", StringComparison.Ordinal)),
            "the reading is told as unreadable");
        Assert.Equal("ok", await rig.OrderAsync("faults"));
        await rig.UntilSwitchHoldsAsync("DROP_", 0);
    }

    [Fact]
    public async Task A_persistent_entry_with_a_name_like_ours_outlives_start_delete_and_panic()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow", "flow DROP_RFC1918", "persistent",
            "match source ip 192.168.0.0/16", "action drop", "exit", "flow DROP_HALF", "persistent", "end");
        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        await rig.AssistAsync("delete", "--all");
        await rig.AssistAsync("panic");
        await rig.StopAsync();
        await rig.AssistAsync("delete", "--all");

        Assert.Equal(["flow DROP_HALF", "flow DROP_RFC1918"],
            (await rig.ConfiguredFlowsAsync("DROP_")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_an_uptime_a_reload_is_noticed_and_an_idle_switch_is_asked_for_little()
    {
        await using var rig = new Rig();
        await rig.StartAsync("--fault", "no-uptime");
        await rig.OrderAsync("save");
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.5", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        var (polls, readings, facts) = (Count("show version"), Count("show directflow detail"), Count("show hostname"));
        await Rig.UntilAsync(() => Count("show version") >= polls + 3, "three polls");
        // A whole reading is two: the one that follows a change, and not one for each poll.
        Assert.True(Count("show directflow detail") - readings <= 4, "read again and again");
        Assert.Equal(facts, Count("show hostname"));

        Assert.Equal("ok", await rig.OrderAsync("reload"));
        await rig.UntilSwitchHoldsAsync("DROP_", 1);

        int Count(string asked) => rig.Recorded().Count(command => command == asked);
    }

    [Fact]
    public async Task A_denied_enable_is_told_in_the_switchs_words_at_start()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        await rig.OrderAsync("faults deny=enable");
        var refused = await rig.AssistAsync("run");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("refused 'enable'", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("DirectFlow is off", refused.Errors, StringComparison.Ordinal);
    }
}

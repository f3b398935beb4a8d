using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>An operator stops the daemon from acting, at once and over a restart.</summary>
[Collection(ProcessCollection.Name)]
public sealed class PauseTests
{
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);
    private static readonly LogLine s_other = LogLine.Deny("10.0.0.2", "203.0.113.20", 443);

    [Fact]
    public async Task A_pause_counts_verdicts_and_says_so_and_outlives_the_daemon()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);

        var paused = await rig.AssistAsync("pause", "--reason", "change 4711");
        Assert.Equal((0, ""), (paused.Code, paused.Errors));
        Assert.Matches(@"^paused since 20\d\d-.* by `assist pause` \(change 4711\): ", paused.Output);
        await rig.SendAsync(Way.Udp, s_other);
        await rig.UntilOutcomeAsync("paused", 1);

        await rig.StopAsync();
        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.Udp, s_other);
        await rig.UntilOutcomeAsync("paused", 1);
        await AssertDegradedAsync(rig, "by `assist pause` (change 4711)");
        Assert.Contains("by `assist pause` (change 4711)", (await rig.AssistAsync("monitor", "--once")).Output,
            StringComparison.Ordinal);
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
    }

    [Fact]
    public async Task Resuming_acts_on_the_next_log_at_once_and_outlives_the_daemon()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        Assert.Equal("pause", Json(await rig.AssistAsync("pause", "--json"))
            .GetProperty("paused").GetProperty("by").GetString());
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("paused", 1);

        var resumed = await rig.AssistAsync("resume");
        Assert.Equal((0, "", "assist acts on verdicts again\n"), (resumed.Code, resumed.Errors, resumed.Output));
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
        var again = await rig.AssistAsync("resume", "--json");
        Assert.Equal((0, "{\"resumed\":true}\n"), (again.Code, again.Output));

        await rig.StopAsync();
        await rig.StartDaemonAsync();
        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
    }

    [Fact]
    public async Task A_pause_for_a_time_ends_by_itself_also_over_a_restart()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var paused = await rig.AssistAsync("pause", "--for", "5s");
        Assert.Matches(@"^paused since 20\d\d-.* until 20\d\d-.* by `assist pause`: ", paused.Output);
        await rig.StopAsync();
        await rig.StartDaemonAsync();

        await rig.UntilStatusAsync(status => !status.TryGetProperty("paused", out _), "the pause is over");

        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.False(File.Exists(rig.File("state/paused.json")));
    }

    [Fact]
    public async Task A_pause_without_an_end_is_not_ended_by_one_for_a_time()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.AssistAsync("pause", "--for", "2h");
        Assert.True(Paused(await rig.AssistAsync("pause", "--for", "1h", "--json")).TryGetProperty("until", out _));

        Assert.False(Paused(await rig.AssistAsync("pause", "--json")).TryGetProperty("until", out _));
        Assert.False(Paused(await rig.AssistAsync("pause", "--for", "1s", "--json")).TryGetProperty("until", out _));
        Assert.False(Paused(await rig.AssistAsync("panic", "--json")).TryGetProperty("until", out _));
    }

    [Fact]
    public async Task Without_a_daemon_either_a_pause_for_a_time_leaves_one_without_an_end()
    {
        await using var rig = new Rig();
        await rig.AssistAsync("pause", "--json");

        Assert.False(Paused(await rig.AssistAsync("pause", "--for", "1h", "--json")).TryGetProperty("until", out _));
    }

    [Fact]
    public async Task A_second_panic_keeps_the_time_and_the_words_of_the_first_with_a_daemon_and_without()
    {
        await using var rig = new Rig();
        await rig.AssistAsync("pause", "--reason", "a change");
        var first = Paused(await rig.AssistAsync("panic", "--reason", "a worm", "--json"));
        Assert.Equal("a worm", first.GetProperty("reason").GetString());

        var without = Paused(await rig.AssistAsync("panic", "--json"));
        await rig.StartAsync();
        var with = Paused(await rig.AssistAsync("panic", "--reason", "still", "--json"));

        foreach (var later in new[] { without, with })
            Assert.Equal(
                (first.GetProperty("since").GetString(), "a worm"),
                (later.GetProperty("since").GetString(), later.GetProperty("reason").GetString()));
    }

    private static JsonElement Paused(Finished finished) => Json(finished).GetProperty("paused");

    [Fact]
    public async Task A_panic_removes_every_flow_but_static_and_foreign_ones_and_pauses()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, s_denied, LogLine.Allow("10.0.0.5", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow", "flow FOREIGN", "match vlan 9",
            "action drop", "exit");
        await rig.UntilSwitchHoldsAsync("FOREIGN", 1);

        var panic = await rig.AssistAsync("panic");

        Assert.Equal((0, ""), (panic.Code, panic.Errors));
        Assert.Contains("2 flows removed; paused since", panic.Output, StringComparison.Ordinal);
        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));
        Assert.Empty(await rig.ConfiguredFlowsAsync("BYPASS_"));
        Assert.Equal(5, (await rig.SwitchFlowsAsync()).Length);
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("paused", 1);
        await AssertDegradedAsync(rig, "by `assist panic`");
    }

    [Fact]
    public async Task Without_a_daemon_a_panic_works_on_the_switch_and_holds_when_one_starts()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.StopAsync();

        var panic = await rig.AssistAsync("panic", "--json");
        Assert.Equal(0, panic.Code);
        Assert.Contains("the daemon is not running", panic.Errors, StringComparison.Ordinal);
        Assert.Equal(1, Json(panic).GetProperty("deleted").GetArrayLength());
        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));

        await rig.StartDaemonAsync();
        await AssertDegradedAsync(rig, "by `assist panic`");
        await rig.StopAsync();
        Assert.Equal(0, (await rig.AssistAsync("resume")).Code);
        await rig.StartDaemonAsync();
        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
    }

    [Fact]
    public async Task After_a_panic_without_switch_and_daemon_the_next_daemon_removes_the_flows()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.StopAsync();
        var aside = rig.SwitchSocket + ".aside";
        File.Move(rig.SwitchSocket, aside);
        LifecycleTests.AssertRefused(await WithoutHintAsync(rig), 1, "the daemon removes them when it starts");
        File.Move(aside, rig.SwitchSocket);

        await rig.StartDaemonAsync();

        await rig.UntilSwitchHoldsAsync("DROP_", 0);
        await rig.UntilSwitchHoldsAsync("STATIC_", 4);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_told_and_the_pause_holds_all_the_same()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        Directory.Delete(rig.File("state"), recursive: true);
        await File.WriteAllTextAsync(rig.File("state"), "a file where the directory should be");

        LifecycleTests.AssertRefused(await rig.AssistAsync("pause", "--json"), 1, "a restart will not know of this");

        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("paused", 1);
        await AssertDegradedAsync(rig, "a restart will not know whether to act");
    }

    [Fact]
    public async Task A_damaged_file_is_a_pause()
    {
        await using var rig = new Rig();
        Directory.CreateDirectory(rig.File("state"));
        await File.WriteAllTextAsync(rig.File("state/paused.json"), "{");
        await rig.StartAsync();

        await AssertDegradedAsync(rig, "paused.json cannot be read");
        Assert.Equal(0, (await rig.AssistAsync("resume")).Code);
        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
    }

    // The hint that no daemon runs is a line of its own before the error.
    private static async Task<Finished> WithoutHintAsync(Rig rig)
    {
        var finished = await rig.AssistAsync("panic");
        return finished with { Errors = string.Join('\n', finished.ErrorLines[1..]) };
    }

    private static async Task AssertDegradedAsync(Rig rig, string problem)
    {
        var status = await rig.AssistAsync("status");
        Assert.Equal(1, status.Code);
        Assert.Contains(problem, status.Output, StringComparison.Ordinal);
    }

    private static JsonElement Json(Finished finished) => JsonDocument.Parse(finished.Output).RootElement;
}

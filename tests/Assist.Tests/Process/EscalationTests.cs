using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A drop that comes back after it ended, over restarts of the daemon.</summary>
[Collection(WaitingCollection.Name)]
public sealed class EscalationTests
{
    private const string Name = "DROP_TCP_10-0-0-1_203-0-113-20:443";

    // Lives that end while the test looks on, then one that does not.
    private const string Steps = "flows: {drop: {lifetime: 3s}, escalation: {steps: [5s, 1h, 24h]}}";

    [Fact]
    public async Task A_drop_that_comes_back_lives_longer_also_after_a_restart_and_begins_anew_when_it_is_deleted()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Steps);
        await rig.StartAsync();
        Assert.Equal((5, 5), Timeouts(await UntilLevelAsync(rig, 1)));
        Assert.Equal(1, (await EscalationAsync(rig)).GetProperty("remembered").GetInt32());
        Assert.Equal(0, (await rig.StopAsync()).Code);

        await rig.StartDaemonAsync();
        Assert.Equal((3600, 3600), Timeouts(await UntilLevelAsync(rig, 2)));
        Assert.Equal((1, 1), ((await EscalationAsync(rig)).GetProperty("escalated").GetInt32(),
            (await EscalationAsync(rig)).GetProperty("remembered").GetInt32()));
        var lines = (await Eapi.RunTextAsync(rig.SwitchSocket, "enable", "show running-config section directflow"))[1];
        Assert.Contains("timeout hard 3600", lines, StringComparison.Ordinal);
        Assert.Contains("1 repeated drops live longer, 1 remembered", (await rig.AssistAsync("status")).Output,
            StringComparison.Ordinal);
        Assert.Contains($"{Name} ", (await rig.AssistAsync("monitor", "--once")).Output, StringComparison.Ordinal);
        Assert.Contains(
            " x3 programmed", (await rig.AssistAsync("monitor", "--once")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await rig.AssistAsync("delete", "--name", Name)).Code);
        Assert.Equal(0, (await EscalationAsync(rig)).GetProperty("remembered").GetInt32());
        Assert.Equal((3, 3), Timeouts(await UntilLevelAsync(rig, 0)));
    }

    [Fact]
    public async Task A_drop_that_is_deleted_while_no_daemon_runs_begins_anew()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Steps);
        await rig.StartAsync();
        await UntilLevelAsync(rig, 1);
        Assert.Equal(0, (await rig.StopAsync()).Code);
        Assert.True(File.Exists(rig.File("state/escalation.state")));

        Assert.Equal((0, ""), (await rig.AssistAsync("delete", "--address", "10.0.0.1")) is var done
            ? (done.Code, done.Errors)
            : default);

        await rig.StartDaemonAsync();
        Assert.Equal(0, (await EscalationAsync(rig)).GetProperty("remembered").GetInt32());
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_used_costs_the_memory_and_nothing_else()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("flows: {escalation: {steps: [1h]}}");
        File.WriteAllText(rig.File("state"), "a file");
        await rig.StartAsync();
        await UntilLevelAsync(rig, 0);
        Assert.Equal(
            "healthy", (await rig.AskAsync("status"))!.Value.GetProperty("status").GetProperty("health").GetString());

        var finished = await rig.StopAsync();

        Assert.Equal(0, finished.Code);
        Assert.Single(finished.ErrorLines, line => line.Contains(
            "escalation will not outlive a restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_says_what_is_asked_for_the_first_time_and_what_afterwards()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("flows: {escalation: {steps: [10m, 1h, 24h, 7d]}}");
        var logs =
            $"{LogLine.Deny("10.0.0.1", "203.0.113.20", 443)}\n{LogLine.Allow("10.0.0.1", "203.0.113.20", 443)}\n";

        var json = (await rig.AssistWithInputAsync(logs, "explain", "--json")).Output.Split('\n');
        var text = (await rig.AssistWithInputAsync(logs, "explain")).Output;

        var drop = JsonDocument.Parse(json[0]).RootElement;
        Assert.Equal(1800, drop.GetProperty("flows")[0].GetProperty("hard_timeout_s").GetInt32());
        Assert.Equal(
            """{"level":0,"next_hard_timeouts_s":[3600,86400,604800]}""", drop.GetProperty("escalation").GetRawText());
        Assert.False(JsonDocument.Parse(json[1]).RootElement.TryGetProperty("escalation", out _));
        Assert.Contains(
            "lifetime: 30m; of a drop that comes back after it ended: 1h, 1d, 7d\n", text, StringComparison.Ordinal);
    }

    // Until it has ended a repeat is a duplicate, so sending again and again is what a firewall does.
    private static async Task<JsonElement> UntilLevelAsync(Rig rig, int level)
    {
        JsonElement? found = null;
        JsonElement? last = null;
        await Rig.UntilAsync(async () =>
        {
            await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
            last = await rig.AskAsync("flows");
            found = last?.GetProperty("flows")
                .EnumerateArray().Cast<JsonElement?>().FirstOrDefault(flow => IsAt(flow!.Value, level));
            return found is not null;
        }, () => $"a drop at level {level}; last: {last}");
        return found!.Value;
    }

    private static bool IsAt(JsonElement flow, int level) =>
        flow.GetProperty("state").GetString() == "programmed"
        && level == (flow.TryGetProperty("escalation", out var known) ? known.GetInt32() : 0);

    private static (int Hard, int Idle) Timeouts(JsonElement flow) =>
        (flow.GetProperty("hard_timeout_s").GetInt32(), flow.GetProperty("idle_timeout_s").GetInt32());

    private static async Task<JsonElement> EscalationAsync(Rig rig) =>
        (await rig.AskAsync("status"))!.Value.GetProperty("status").GetProperty("escalation");
}

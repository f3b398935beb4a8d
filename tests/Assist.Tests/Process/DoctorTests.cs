using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>`assist doctor` on a chain that is in order, and with each of its links broken.</summary>
[Collection(WaitingCollection.Name)]
public sealed class DoctorTests
{
    private const string Canary = "DROP_TCP_198-51-100-255";

    [Fact]
    public async Task With_a_daemon_everything_is_in_order_and_the_canary_goes_through_it()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}");
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        var lines = await LinesAsync(rig, 0);

        Assert.DoesNotContain("fail", lines.Select(line => line.Result));
        foreach (var check in (string[])[
            "configuration", "disk", "daemon", "listener", "sender", "switch", "directflow", "static flows",
            "switch port", "table", "canary"])
            Assert.Contains((check, "ok"), lines.Select(line => (line.Check, line.Result)));
        Assert.Contains("programmed within", Of(lines, "canary").Text, StringComparison.Ordinal);
        Assert.Contains(rig.Recorded(), command => command.StartsWith($"flow {Canary}", StringComparison.Ordinal));
        Assert.Empty(await rig.ConfiguredFlowsAsync(Canary));
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
        Assert.Contains("assist doctor", await File.ReadAllTextAsync(rig.File("assist.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_the_canary_goes_to_the_switch_directly()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        var lines = await LinesAsync(rig, 0);

        Assert.Equal("warn", Of(lines, "daemon").Result);
        Assert.Equal(3, lines.Count(line => line is { Check: "port", Result: "ok" }));
        Assert.Equal("ok", Of(lines, "canary").Result);
        Assert.Contains(rig.Recorded(), command => command.StartsWith($"flow {Canary}", StringComparison.Ordinal));
        Assert.Empty(await rig.ConfiguredFlowsAsync(Canary));
    }

    [Fact]
    public async Task A_switch_that_is_away_or_has_DirectFlow_off_is_told_with_the_way_out()
    {
        await using var rig = new Rig();
        Assert.Contains(
            "there is no such socket", Of(await LinesAsync(rig, 1), "switch").Text, StringComparison.Ordinal);
        await rig.StartSwitchAsync();

        var lines = await LinesAsync(rig, 1);

        Assert.Equal("ok", Of(lines, "switch").Result);
        Assert.Contains("run `assist setup`", Of(lines, "directflow").Text, StringComparison.Ordinal);
        Assert.Contains("not tried", Of(lines, "canary").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_static_flow_that_is_missing_is_told_once_with_a_daemon_and_without()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        var name = (await rig.ConfiguredFlowsAsync("STATIC_"))[0]["flow ".Length..];
        await rig.OrderAsync($"delete {name}");

        Assert.Contains(name, Assert.Single(await LinesAsync(rig, 1), line => line.Result == "fail").Text,
            StringComparison.Ordinal);
        await rig.StartDaemonAsync();
        await rig.UntilStatusAsync(
            status => status.GetProperty("health").GetString() == "degraded", "the daemon has noticed");

        Assert.Contains(name, Assert.Single(await LinesAsync(rig, 1), line => line.Result == "fail").Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_switch_that_refuses_drops_is_found_by_the_canary_which_is_not_left_behind(bool withDaemon)
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync("--fault", "deny=action drop");
        await rig.SetUpAsync();
        if (withDaemon) await rig.StartDaemonAsync();

        var canary = Of(await LinesAsync(rig, 1), "canary");

        Assert.Equal("fail", canary.Result);
        Assert.Contains("was not programmed", canary.Text, StringComparison.Ordinal);
        await rig.UntilSwitchHoldsAsync(Canary, 0);
        await Rig.UntilAsync(async () => (await rig.ConfiguredFlowsAsync(Canary)).Length == 0, () => "nothing is left");
    }

    [Fact]
    public async Task A_pause_keeps_the_canary_out_and_counts_as_a_failure_of_its_own()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.AssistAsync("pause");

        var lines = await LinesAsync(rig, 1);

        Assert.Contains("pause", Of(lines, "daemon").Text, StringComparison.Ordinal);
        Assert.Contains("`assist resume`", Of(lines, "canary").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Recorded(), command => command.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Beside_a_daemon_that_cannot_be_asked_no_canary_is_sent()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        var lines = await LinesAsync(rig, 1, "--socket", rig.File("other"));

        Assert.Contains("works on this switch already", Of(lines, "canary").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Recorded(), command => command.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mistakes_in_the_file_and_a_port_that_is_taken_are_told_beside_each_other()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.WriteConfiguration("nonsense: 1\nlog: {level: warn}");
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, rig.Port));

        var failed = (await LinesAsync(rig, 1)).Where(line => line.Result == "fail").ToList();

        Assert.Equal(["configuration", "configuration", "port"], failed.Select(line => line.Check));
        Assert.Contains("ss -lntup", failed[2].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_C_leaves_no_canary_behind(bool withDaemon)
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        if (withDaemon) await rig.StartDaemonAsync();
        await rig.OrderAsync("faults jitter=9m");
        var doctor = rig.Start(Rig.Program, "--config", rig.Configuration, "doctor");
        await Rig.UntilAsync(
            async () => (await rig.ConfiguredFlowsAsync(Canary)).Length == 1, () => "the canary is on its way");

        doctor.Signal("INT");

        Assert.Equal(130, (await doctor.EndAsync(TimeSpan.FromSeconds(20))).Code);
        await Rig.UntilAsync(async () => (await rig.ConfiguredFlowsAsync(Canary)).Length == 0, () => "nothing is left");
    }

    [Fact]
    public async Task For_a_person_each_line_says_ok_warn_or_fail_and_the_last_one_counts_them()
    {
        await using var rig = new Rig();

        var finished = await rig.AssistAsync("doctor");

        var lines = finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((1, ""), (finished.Code, finished.Errors));
        Assert.All(lines.SkipLast(1), line => Assert.Matches("^(ok   |warn |FAIL ) [a-z]", line));
        Assert.Matches("^1 of [0-9]+ checks failed, [0-9]+ warned$", lines[^1]);
    }

    private static Line Of(IReadOnlyList<Line> lines, string check) => lines.First(line => line.Check == check);

    private static async Task<IReadOnlyList<Line>> LinesAsync(Rig rig, int code, params string[] more)
    {
        var finished = await rig.AssistAsync(["doctor", "--json", .. more]);
        Assert.Equal((code, ""), (finished.Code, finished.Errors));
        var report = JsonDocument.Parse(finished.Output).RootElement;
        Assert.Equal(code == 1, report.GetProperty("result").GetString() == "fail");
        return
        [
            .. report.GetProperty("checks").EnumerateArray().Select(line => new Line(
                line.GetProperty("check").GetString()!, line.GetProperty("result").GetString()!,
                line.GetProperty("text").GetString()!)),
        ];
    }

    private sealed record Line(string Check, string Result, string Text);
}

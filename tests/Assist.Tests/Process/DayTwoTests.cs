using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>The stories of docs/day-two.md, with as many steps as it says.</summary>
[Collection(WaitingCollection.Name)]
public sealed class DayTwoTests : IAsyncDisposable
{
    private readonly Rig _rig = new();
    private int _steps;

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_wrong_drop_hits_somebody_who_matters()
    {
        await _rig.StartAsync();
        await DropAsync("10.20.30.40");

        Assert.Contains("denied-traffic", await DoAsync("why", "10.20.30.40"), StringComparison.Ordinal);
        await DoAsync("allow", "10.20.30.40", "--for", "2h", "--reason", "CEO");

        await _rig.UntilSwitchHoldsAsync("DROP_", 0);
        await _rig.SendAsync(Way.Udp, LogLine.Deny("10.20.30.40", "203.0.113.21", 443));
        await _rig.UntilOutcomeAsync("protected", 1);
        AssertSteps("a");
    }

    [Fact]
    public async Task The_table_is_full_at_night()
    {
        _rig.WriteConfiguration("flows: {capacity: 8}");
        await _rig.StartAsync();
        await _rig.SendAsync(Way.Udp, LogLine.Allow("10.0.0.1", "203.0.113.20", 443));
        await _rig.UntilProgrammedAsync("bypass", 1);
        await _rig.SendAsync(Way.Udp, LogLine.Allow("10.0.0.2", "203.0.113.20", 443),
            LogLine.Allow("10.0.0.3", "203.0.113.20", 443));
        await _rig.UntilStatusAsync(
            status => Kinds(status).Contains("table_filling"), "it is told that the table fills");

        Assert.Contains(
            "most are of rule allowed-traffic (4), and of sources 10.0.0.1 (2), 10.0.0.2 (2)",
            await DoAsync(1, "status"), StringComparison.Ordinal);
        await DoAsync("delete", "--action", "bypass");

        await _rig.UntilSwitchHoldsAsync("BYPASS_", 0);
        AssertSteps("b");
    }

    [Fact]
    public async Task The_firewalls_policy_has_changed()
    {
        await _rig.StartAsync();
        await _rig.SendAsync(Way.Udp, LogLine.Allow("10.0.0.1", "203.0.113.20", 443));
        await _rig.UntilProgrammedAsync("bypass", 1);

        Assert.Contains("1 flow removed", await DoAsync("delete", "--action", "bypass"), StringComparison.Ordinal);

        Assert.Empty(await _rig.ConfiguredFlowsAsync("BYPASS_"));
        AssertSteps("c");
    }

    [Fact]
    public async Task A_cable_was_moved()
    {
        await _rig.StartSwitchAsync();
        await _rig.SetUpAsync();
        var daemon = await SuperviseAsync(Rig.Program);
        await _rig.SendAsync(Way.Udp, LogLine.Allow("10.0.0.1", "203.0.113.20", 443));
        await _rig.UntilProgrammedAsync("bypass", 1);

        var file = await File.ReadAllTextAsync(_rig.Configuration);
        Edit(() => File.WriteAllText(
            _rig.Configuration, file.Replace("network: Ethernet1,", "network: Ethernet10,", StringComparison.Ordinal)));
        await DoAsync("setup", "--yes");
        await RestartAsync(daemon, Rig.Program);

        await _rig.UntilSwitchHoldsAsync("BYPASS_", 0);
        await _rig.UntilStatusAsync(status => status.GetProperty("health").GetString() == "healthy", "it is healthy");
        Assert.Equal(2, (await _rig.SwitchFlowsAsync("STATIC_"))
            .Count(name => name.EndsWith("Ethernet10", StringComparison.Ordinal)
                || name.Contains("in:Ethernet10_", StringComparison.Ordinal)));
        Assert.Equal(4, (await _rig.SwitchFlowsAsync("STATIC_")).Length);
        AssertSteps("d");
    }

    [Fact]
    public async Task A_certificate_ends_soon()
    {
        _rig.Certificates.WriteServer(days: 5);
        await _rig.StartAsync();

        Assert.Contains("the certificate expires at", await DoAsync(1, "status"), StringComparison.Ordinal);

        AssertSteps("e");
    }

    [Fact]
    public async Task A_firewall_has_fallen_silent()
    {
        _rig.WriteConfiguration("health: {silence: 10s}");
        await _rig.StartAsync();
        await _rig.UntilStatusAsync(status => status.GetProperty("uptime_s").GetInt32() > 5, "it runs for a while");
        await _rig.UntilStatusAsync(status => Kinds(status).Contains("sender_silent"), "nothing has come");

        Assert.Contains("health.may_be_silent", await DoAsync(1, "status"), StringComparison.Ordinal);

        AssertSteps("f");
    }

    [Fact]
    public async Task A_new_version_takes_the_flows_over()
    {
        await _rig.StartSwitchAsync();
        await _rig.SetUpAsync();
        var (old, now) = (_rig.File("old"), _rig.File("new"));
        RunningProgram.CopyAssistTo(old);
        var daemon = await SuperviseAsync(Path.Combine(old, "assist"));
        await DropAsync("10.0.0.1");

        Edit(() => RunningProgram.CopyAssistTo(now));
        await RunAsync(0, Path.Combine(now, "assist"), "check");
        // A program that runs may be moved away, and not be written over.
        Edit(() =>
        {
            Directory.Move(old, _rig.File("before"));
            Directory.Move(now, old);
        });
        daemon = await RestartAsync(daemon, Path.Combine(old, "assist"));

        Assert.Equal(Path.Combine(old, "assist"), File.ResolveLinkTarget($"/proc/{daemon.Id}/exe", false)!.FullName);
        await _rig.UntilProgrammedAsync("drop", 1);
        var flows = JsonDocument.Parse((await _rig.AssistAsync("monitor", "--once", "--json")).Output).RootElement;
        Assert.Equal("denied-traffic", flows.GetProperty("flows")[0].GetProperty("rule").GetString());
        AssertSteps("g");
    }

    [Fact]
    public async Task A_new_rule_is_tried_on_collected_logs()
    {
        var logs = _rig.File("logs");
        await File.WriteAllTextAsync(logs, $"{LogLine.Deny("10.0.0.1", "203.0.113.20", 443)}\n");

        var shown = await DoAsync(
            "explain", logs, "--set", "rules=[{name: tried, when: {Type: TRAFFIC, Action: deny}, action: drop}]");

        Assert.Contains("tried", shown, StringComparison.Ordinal);
        AssertSteps("h");
    }

    private async Task DropAsync(string source)
    {
        await _rig.SendAsync(Way.Udp, LogLine.Deny(source, "203.0.113.20", 443));
        await _rig.UntilProgrammedAsync("drop", 1);
    }

    private Task<string> DoAsync(params string[] command) => DoAsync(0, command);

    private Task<string> DoAsync(int code, params string[] command) => RunAsync(code, Rig.Program, command);

    private async Task<string> RunAsync(int code, string program, params string[] command)
    {
        _steps++;
        var finished = await Spawned.RunAsync(program, ["--config", _rig.Configuration, .. command]);
        Assert.Equal((code, ""), (finished.Code, finished.Errors));
        return finished.Output;
    }

    // The command of the unit.
    private async Task<Spawned> SuperviseAsync(string program)
    {
        var daemon = _rig.Start(program, "--config", _rig.Configuration, "run");
        await _rig.UntilReadyAsync();
        return daemon;
    }

    // What `systemctl restart` does. After `assist stop` the unit starts the daemon again by itself.
    private async Task<Spawned> RestartAsync(Spawned daemon, string program)
    {
        _steps++;
        daemon.Signal("TERM");
        Assert.Equal(0, (await daemon.EndAsync(TimeSpan.FromSeconds(10))).Code);
        return await SuperviseAsync(program);
    }

    private void Edit(Action edit)
    {
        _steps++;
        edit();
    }

    private void AssertSteps(string story) => Assert.Equal(StepsOnThePage(story), _steps);

    private static int StepsOnThePage(string story)
    {
        var page = File.ReadLines(Path.Combine(RepositoryRoot.Directory, "docs", "day-two.md"));
        var row = page.Single(line => line.StartsWith($"| `{story}` |", StringComparison.Ordinal));
        return int.Parse(row.Split('|')[3].Trim());
    }

    private static IEnumerable<string> Kinds(JsonElement status) =>
        status.GetProperty("problem_kinds").EnumerateObject().Select(kind => kind.Name);
}

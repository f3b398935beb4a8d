using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A rule on trial from the first log until it acts.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TrialTests
{
    private const string Rules = """
        protect: {never_drop: [10.0.0.9]}
        rules:
          # What nobody has tried yet.
          - name: new-drop
            when: {Action: deny, Application: telnet}
            action: drop
            shadow: true     # since November
          - {name: allowed, when: {Action: allow}, action: bypass}
        """;

    [Fact]
    public async Task It_reports_what_it_would_do_and_acts_after_its_promotion()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules);
        await rig.StartAsync();
        await rig.SendAsync(
            Way.TcpLines, Telnet("10.0.0.1"), Telnet("10.0.0.1"), Telnet("10.0.0.2"), Telnet("10.0.0.9"),
            LogLine.Allow("10.0.0.3", "203.0.113.20", 443));
        await rig.UntilReceivedAsync(5);

        var status = await rig.UntilOutcomeAsync("shadow", 3);
        Assert.Equal(1, status.GetProperty("outcomes").GetProperty("no_rule").GetInt64());
        Assert.Empty(await rig.SwitchFlowsAsync("DROP_"));
        Assert.Contains("On trial        rule new-drop: would have made 3 drop, 1 protected",
            (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);
        var report = JsonDocument.Parse((await rig.AssistAsync("report", "--json")).Output).RootElement;
        var rule = Assert.Single(report.GetProperty("rules").EnumerateArray());
        Assert.Equal((2, 2, "10.0.0.1", 1), (
            rule.GetProperty("flows").GetInt32(), rule.GetProperty("entries_peak").GetInt32(),
            rule.GetProperty("sources")[0].GetProperty("address").GetString(),
            rule.GetProperty("refusals").GetProperty("address_never_dropped").GetInt32()));
        Assert.Contains("`assist promote new-drop` lets it act",
            (await rig.AssistAsync("report", "--since", "1h")).Output, StringComparison.Ordinal);

        var promoted = await rig.AssistAsync("promote", "new-drop");

        Assert.Equal((0, ""), (promoted.Code, promoted.Errors));
        Assert.Contains("    # since November\n", await File.ReadAllTextAsync(rig.Configuration),
            StringComparison.Ordinal);
        await rig.SendAsync(Way.TcpLines, Telnet("10.0.0.1"));
        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        LifecycleTests.AssertRefused(await rig.AssistAsync("promote", "new-drop"), 2, "acts already");
    }

    [Fact]
    public async Task A_file_that_has_changed_since_it_was_read_is_not_touched()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules);
        await rig.StartAsync();
        var text = await File.ReadAllTextAsync(rig.Configuration) + "\nflows: {capacity: 700}\n";
        await File.WriteAllTextAsync(rig.Configuration, text);

        LifecycleTests.AssertRefused(
            await rig.AssistAsync("promote", "new-drop"), 1, "is not what the daemon has read");

        Assert.Equal(text, await File.ReadAllTextAsync(rig.Configuration));
    }

    [Fact]
    public async Task A_rule_that_goes_on_trial_gives_its_flows_back()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules.Replace("shadow: true", "shadow: false", StringComparison.Ordinal));
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, Telnet("10.0.0.1"));
        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        rig.WriteConfiguration(Rules);

        await rig.AssistAsync("reload");

        await rig.UntilSwitchHoldsAsync("DROP_", 0);
    }

    private static LogLine Telnet(string source)
    {
        var line = LogLine.Deny(source, "203.0.113.20", 23);
        line["Application"] = "telnet";
        return line;
    }
}

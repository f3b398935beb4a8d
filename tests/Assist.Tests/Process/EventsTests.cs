using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What other systems are told while a daemon works, and what an operator sees of that.</summary>
[Collection(ProcessCollection.Name)]
public sealed class EventsTests
{
    [Fact]
    public async Task A_bypass_that_ended_tells_what_the_firewall_was_spared()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("""
            flows: {reconcile_interval: 5s}
            events: {on: [add, remove, order], file: {path: events.jsonl}}
            """);
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.OrderAsync("packet tcp Ethernet1 10.0.0.1 51000 203.0.113.20 443");
        await rig.UntilStatusAsync(
            status => status.GetProperty("table").GetProperty("packets").GetProperty("bypass").GetInt64() == 1,
            "the packet is counted");

        await rig.SendAsync(Way.TcpLines, session.Ended("tcp-fin"));
        await Rig.UntilAsync(() => Told(rig).Count == 2, "both are told");

        var (begun, ended) = (Told(rig)[0], Told(rig)[1]);
        Assert.Equal(("programmed", "bypass"), (Text(begun, "event"), Text(begun, "action")));
        Assert.Equal("127.0.0.1", Text(begun.GetProperty("message"), "sender"));
        Assert.Equal(("ended", Text(begun, "flow")), (Text(ended, "event"), Text(ended, "flow")));
        Assert.Equal(1, ended.GetProperty("packets").GetInt64());
        Assert.True(ended.GetProperty("lasted_s").GetInt64() >= 0);
        var status = await rig.UntilStatusAsync(
            each => each.GetProperty("events")[0].GetProperty("sent").GetInt64() == 2, "both are counted");
        Assert.Equal("file", Text(status.GetProperty("events")[0], "sink"));
    }

    [Fact]
    public async Task The_level_of_the_log_is_changed_while_the_daemon_runs()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {level: warning, format: json}");
        await rig.StartAsync();

        Assert.Equal("the daemon logs from warning on, as configured\n", (await rig.AssistAsync("log-level")).Output);
        var set = await rig.AssistAsync("log-level", "info");
        Assert.Equal(
            (0, "the daemon logs from info on until it ends; warning is configured\n"), (set.Code, set.Output));
        Assert.Equal(2, (await rig.AssistAsync("log-level", "loud")).Code);
        Assert.Equal(2, (await rig.AssistAsync("log-level", "--for", "1m")).Code);
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        var log = (await rig.StopAsync()).Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Contains(log, line => line.GetProperty("id").GetInt32() == 251
            && Text(line.GetProperty("facts"), "rule") == "denied-traffic");
        Assert.Contains(log, line => Text(line, "message").StartsWith(
            "`assist log-level info` by ", StringComparison.Ordinal));
        // Before it was changed.
        Assert.DoesNotContain(log, line => Text(line, "message").StartsWith("listening on", StringComparison.Ordinal));
        Assert.Equal(3, (await rig.AssistAsync("log-level")).Code);
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static List<JsonElement> Told(Rig rig) =>
    [
        .. (File.Exists(rig.File("events.jsonl")) ? File.ReadAllLines(rig.File("events.jsonl")) : [])
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];
}

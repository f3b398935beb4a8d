using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>Who or what changed which flow, when and why, and whether the record is whole.</summary>
[Collection(ProcessCollection.Name)]
public sealed class AuditTests
{
    private const string Audit = "audit: {file: audit.jsonl}";
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task A_flow_has_a_record_of_its_message_its_rule_the_switchs_word_and_its_end_by_an_operator()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Audit);
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.AssistAsync("delete", "--address", "10.0.0.1", "--reason", "ticket 4711");
        await rig.StopAsync();

        var records = await RecordsAsync(rig);

        Assert.Equal(
            ["started", "target_back", "requested", "programmed", "ordered", "ended", "stopped"],
            records.Select(record => Text(record, "event")).Where(text => text != "target_lost"));
        var requested = records.Single(record => Text(record, "event") == "requested");
        Assert.Equal(("DROP_TCP_10-0-0-1_203-0-113-20:443", "denied-traffic", "10.0.0.1", "tcp"),
            (Text(requested, "flow"), Text(requested, "rule"),
                Text(requested.GetProperty("match"), "source"), Text(requested.GetProperty("match"), "protocol")));
        var message = requested.GetProperty("message");
        Assert.Equal(("127.0.0.1", "udp", "pan-os", "web"), (Text(message, "sender"), Text(message, "transport"),
            Text(message, "format"), Text(message, "firewall_rule")));
        Assert.StartsWith("<14>", Text(message, "text"), StringComparison.Ordinal);
        var order = records.Single(record => Text(record, "event") == "ordered");
        Assert.Equal(("delete --address 10.0.0.1", Environment.UserName, "ticket 4711"),
            (Text(order, "command"), Text(order, "user"), Text(order, "words")));
        var ended = records.Single(record => Text(record, "event") == "ended");
        Assert.Equal("removed by an operator", Text(ended, "reason"));
    }

    [Fact]
    public async Task The_audit_is_filtered_by_address_rule_user_and_time()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Audit);
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, s_denied, LogLine.Threat("10.0.2.4", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 2);
        await rig.AssistAsync("allow", "10.0.0.1", "--for", "2h");
        await rig.StopAsync();

        Assert.Equal(["requested", "programmed", "ordered", "ended"], await EventsAsync(rig, "--address", "10.0.0.1"));
        Assert.Equal(["requested", "programmed"], await EventsAsync(rig, "--rule", "blocked-threats"));
        Assert.Equal(["ordered"], await EventsAsync(rig, "--user", Environment.UserName));
        Assert.Empty(await EventsAsync(rig, "--user", "nobody-else"));
        Assert.Equal((await RecordsAsync(rig)).Length, (await RecordsAsync(rig, "--since", "1d")).Length);
        var shown = await rig.AssistAsync("audit", "--address", "10.0.0.1");
        Assert.Contains("`assist allow 10.0.0.1 --for 2h`", shown.Output, StringComparison.Ordinal);
        Assert.Contains("rule denied-traffic, log of 127.0.0.1 by tcp", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_whole_is_verified_also_while_the_daemon_runs_and_what_is_not_is_told()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Audit);
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilStatusAsync(
            status => status.GetProperty("audit").GetProperty("written").GetInt64() >= 4, "four records are written");
        var whole = await rig.AssistAsync("audit", "verify");
        Assert.Equal((0, ""), (whole.Code, whole.Errors));
        Assert.Contains("none lost; whole; the last hash is ", whole.Output, StringComparison.Ordinal);

        var lines = await File.ReadAllLinesAsync(rig.File("audit.jsonl"));
        await File.WriteAllLinesAsync(rig.File("audit.jsonl"), lines[..^1]);
        var cut = await rig.AssistAsync("audit", "verify");
        Assert.Equal(1, cut.Code);
        Assert.Contains("which the daemon has written, is missing", cut.Errors, StringComparison.Ordinal);

        await File.WriteAllLinesAsync(rig.File("audit.jsonl"), [lines[0], .. lines[2..]]);
        var missing = await rig.AssistAsync("audit", "verify");
        Assert.Equal(1, missing.Code);
        Assert.Contains(":2: record 2 is missing", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("NOT whole", missing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_that_cannot_be_written_is_a_problem_and_stops_nothing()
    {
        await using var rig = new Rig();
        // Its directory cannot be made.
        rig.WriteConfiguration("audit: {file: blocked/audit.jsonl}");
        await File.WriteAllTextAsync(rig.File("blocked"), "");
        await rig.StartAsync();

        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);

        var status = await rig.UntilStatusAsync(
            status => status.GetProperty("audit").GetProperty("lost").GetInt64() > 0, "records are counted as lost");
        Assert.Equal(1, status.GetProperty("problem_kinds").GetProperty("audit").GetInt32());
        LifecycleTests.AssertRefused(await WithoutAuditAsync(rig), 1, "audit.file in the configuration turns it on");
    }

    private static async Task<Finished> WithoutAuditAsync(Rig rig)
    {
        rig.WriteConfiguration("");
        return await rig.AssistAsync("audit");
    }

    private static async Task<IEnumerable<string?>> EventsAsync(Rig rig, params string[] filter) =>
        (await RecordsAsync(rig, filter)).Select(record => Text(record, "event"));

    private static async Task<JsonElement[]> RecordsAsync(Rig rig, params string[] filter)
    {
        var finished = await rig.AssistAsync(["audit", "--json", .. filter]);
        Assert.Equal((0, ""), (finished.Code, finished.Errors));
        return [.. finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) ? value.GetString() : null;
}

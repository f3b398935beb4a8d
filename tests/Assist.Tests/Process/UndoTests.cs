using System.Globalization;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>An operator takes back what was begun within a time.</summary>
[Collection(WaitingCollection.Name)]
public sealed class UndoTests
{
    [Fact]
    public async Task After_500_mixed_verdicts_an_undo_leaves_the_table_as_it_was_and_is_recorded()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("audit: {file: audit.jsonl}");
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, Enumerable.Range(1, 20).Select(host => Mixed($"10.1.0.{host}", host)));
        await UntilProgrammedAsync(rig, 10, 10);
        var before = await rig.SwitchFlowsAsync();
        await UntilAllAreOlderThanAsync(rig, TimeSpan.FromSeconds(10));
        var start = TimeProvider.System.GetTimestamp();
        await rig.SendAsync(Way.TcpLines, Enumerable.Range(0, 500).Select(
            number => Mixed($"10.2.{number / 250}.{number % 250 + 1}", number)));
        await UntilProgrammedAsync(rig, 260, 260);

        // Those of before are ten seconds older; the order may take some to arrive.
        var since = (int)TimeProvider.System.GetElapsedTime(start).TotalSeconds + 8;
        var undone = await rig.AskAsync("undo", $"\"seconds\":{since},\"reason\":\"ticket 4711\"");

        Assert.Equal(500, undone!.Value.GetProperty("deleted").GetArrayLength());
        await rig.UntilSwitchHoldsAsync("", before.Length);
        Assert.Equal(before.Order(), (await rig.SwitchFlowsAsync()).Order());
        await UntilProgrammedAsync(rig, 10, 10);
        var audit = await rig.AssistAsync("audit", "--json");
        Assert.Equal(500, audit.Output.Split('\n').Count(
            line => line.Contains("removed by an operator", StringComparison.Ordinal)));
        Assert.Contains("(ticket 4711)", (await rig.AssistAsync("audit", "--user", Environment.UserName)).Output,
            StringComparison.Ordinal);
        Assert.Equal(0, (await rig.AssistAsync("audit", "verify")).Code);
    }

    [Fact]
    public async Task What_an_earlier_run_began_is_undone_by_its_own_age()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, Mixed("10.0.0.1", 1));
        await rig.UntilProgrammedAsync("drop", 1);
        await UntilAllAreOlderThanAsync(rig, TimeSpan.FromSeconds(3));
        await rig.StopAsync();
        await rig.StartDaemonAsync();
        await rig.UntilProgrammedAsync("drop", 1);

        Assert.EndsWith("0 flows would be removed\n",
            (await rig.AssistAsync("undo", "--since", "2s", "--dry-run")).Output, StringComparison.Ordinal);
        Assert.EndsWith("1 flow would be removed\n",
            (await rig.AssistAsync("undo", "--since", "1h", "--dry-run")).Output, StringComparison.Ordinal);
        Assert.EndsWith("1 flow removed\n",
            (await rig.AssistAsync("undo", "--since", "1h")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_record_of_the_audit_is_undone_by_its_number()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("audit: {file: audit.jsonl}");
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, Mixed("10.0.0.1", 1), Mixed("10.0.0.3", 1));
        await rig.UntilProgrammedAsync("drop", 2);
        var records = (await rig.AssistAsync("audit", "--json", "--address", "10.0.0.3")).Output.Split('\n');
        var number = JsonDocument.Parse(records[0]).RootElement.GetProperty("number").GetInt64();

        var undone = await rig.AssistAsync("undo", "--id", number.ToString(CultureInfo.InvariantCulture));

        Assert.Equal((0, ""), (undone.Code, undone.Errors));
        Assert.Equal(["DROP_TCP_10-0-0-1_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        LifecycleTests.AssertRefused(await rig.AssistAsync("undo", "--id", "1"), 1, "asked for no flow");
    }

    // Odd ones are denied and become drops, even ones are allowed and become bypasses.
    private static LogLine Mixed(string source, int number) => number % 2 == 1
        ? LogLine.Deny(source, "203.0.113.20", 443) : LogLine.Allow(source, "203.0.113.20", 443);

    private static async Task UntilProgrammedAsync(Rig rig, int drops, int bypasses) => await rig.UntilStatusAsync(
        status => Rig.Flows(status, "drop", "programmed") == drops
            && Rig.Flows(status, "bypass", "programmed") == bypasses, $"{drops} drops and {bypasses} bypasses");

    private static Task UntilAllAreOlderThanAsync(Rig rig, TimeSpan age) => Rig.UntilAsync(
        async () => (await rig.AskAsync("flows"))!.Value.GetProperty("flows").EnumerateArray()
            .All(flow => flow.GetProperty("begun_ago_s").GetInt64() > age.TotalSeconds),
        () => $"all flows are {age} old");
}

using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>An operator says that nothing drops an address for a time.</summary>
[Collection(ProcessCollection.Name)]
public sealed class AllowTests
{
    private const string Somebody = "10.0.0.1";
    private static readonly LogLine s_denied = LogLine.Deny(Somebody, "203.0.113.20", 443);
    private static readonly LogLine s_towards = LogLine.Deny("10.0.0.9", Somebody, 22);
    private static readonly LogLine s_other = LogLine.Deny("10.0.0.2", "203.0.113.20", 443);

    [Fact]
    public async Task Allowing_an_address_lifts_its_drops_forbids_new_ones_and_outlives_the_daemon()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, s_denied, s_towards, s_other);
        await rig.UntilProgrammedAsync("drop", 3);

        var allowed = await rig.AssistAsync("allow", Somebody, "--for", "2h", "--reason", "ticket 4711");

        Assert.Equal((0, ""), (allowed.Code, allowed.Errors));
        Assert.Matches(@"^no drop of 10\.0\.0\.1 until 20\d\d-.*, allow by \S.* \(ticket 4711\)\n", allowed.Output);
        Assert.EndsWith("2 flows removed\n", allowed.Output, StringComparison.Ordinal);
        Assert.Equal(["DROP_TCP_10-0-0-2_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);

        await rig.StopAsync();
        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.Udp, s_denied, s_towards);
        await rig.UntilOutcomeAsync("protected", 2);
        Assert.Contains("No drop of      10.0.0.1 until", (await rig.AssistAsync("status")).Output,
            StringComparison.Ordinal);
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
    }

    [Fact]
    public async Task What_was_allowed_is_listed_and_may_be_dropped_again_once_it_is_ended()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("protect: {never_drop: [10.0.0.53]}");
        await rig.StartAsync();
        Assert.Equal("nothing is allowed\n", (await rig.AssistAsync("allow", "--list")).Output);
        await rig.AssistAsync("allow", "10.0.0.0/28", "--for", "2h");
        var listed = Json(await rig.AssistAsync("allow", "--list", "--json")).GetProperty("allowed");
        Assert.Equal("10.0.0.0/28", Assert.Single(listed.EnumerateArray()).GetProperty("address").GetString());
        Assert.Contains("No drop of      10.0.0.53, protect.never_drop\n",
            (await rig.AssistAsync("status", "--protected")).Output, StringComparison.Ordinal);
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);
        LifecycleTests.AssertRefused(await rig.AssistAsync("allow", Somebody, "--end"), 1, "is not allowed now");

        var ended = await rig.AssistAsync("allow", "10.0.0.0/28", "--end");

        Assert.Equal((0, "10.0.0.0/28 may be dropped again\n"), (ended.Code, ended.Output));
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
    }

    [Fact]
    public async Task An_allowance_ends_by_itself()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        await rig.AssistAsync("allow", Somebody, "--for", "1s");

        await rig.UntilStatusAsync(
            status => !status.GetProperty("protected").EnumerateArray().Any(each =>
                each.GetProperty("address").GetString()!.StartsWith(Somebody, StringComparison.Ordinal)),
            "the allowance is over");
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
    }

    // The switch answers nothing until the test says so, which is after the daemon has answered.
    [Fact]
    public async Task The_order_holds_at_once_while_the_switch_hangs()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", wait: "0, timeout: 2s");
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.OrderAsync("faults hung");

        var answer = await rig.AskAsync(
            "allow", "\"filter\":{\"address\":\"10.0.0.1\"},\"seconds\":7200");

        Assert.Equal(1, answer!.Value.GetProperty("deleted").GetArrayLength());
        Assert.False(answer.Value.GetProperty("confirmed").GetBoolean());
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);
        await rig.OrderAsync("faults");
        await rig.UntilSwitchHoldsAsync("DROP_", 0);
    }

    [Fact]
    public async Task Without_a_daemon_the_drop_goes_and_the_next_daemon_makes_none()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.StopAsync();

        var allowed = await rig.AssistAsync("allow", Somebody, "--for", "2h");

        Assert.Equal(0, allowed.Code);
        Assert.Empty(await rig.SwitchFlowsAsync("DROP_"));
        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_told_and_the_allowance_holds_all_the_same()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        Directory.Delete(rig.File("state"), recursive: true);
        await File.WriteAllTextAsync(rig.File("state"), "a file where the directory should be");

        LifecycleTests.AssertRefused(
            await rig.AssistAsync("allow", Somebody, "--for", "2h", "--json"), 1, "a restart will not know of this");

        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);
        var status = (await rig.AskAsync("status"))!.Value.GetProperty("status");
        Assert.Equal(1, status.GetProperty("problem_kinds").GetProperty("allowances_not_kept").GetInt32());
    }

    private static JsonElement Json(Finished finished) => JsonDocument.Parse(finished.Output).RootElement;
}

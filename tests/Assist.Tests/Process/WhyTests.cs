using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assist.Tests.Processes;

/// <summary>A wrong drop hits somebody who matters: one command finds its cause, one lifts it for two hours.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class WhyTests
{
    private const string Somebody = "10.0.0.1";
    private static readonly LogLine s_denied = LogLine.Deny(Somebody, "203.0.113.20", 443);

    [Fact]
    public async Task One_command_finds_the_cause_of_a_wrong_drop_and_the_one_it_names_lifts_it_for_two_hours()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, s_denied, LogLine.Deny("10.0.0.2", "203.0.113.20", 443),
            LogLine.Allow("10.0.0.3", "203.0.113.20", 80));
        await rig.UntilProgrammedAsync("drop", 2);

        var why = await rig.AssistAsync("why", Somebody);

        Assert.Equal((0, ""), (why.Code, why.Errors));
        Assert.StartsWith("10.0.0.1 is dropped\n", why.Output, StringComparison.Ordinal);
        foreach (var said in (string[])[
            "DROP_TCP_10-0-0-1_203-0-113-20:443\n", "programmed, ", "rule      denied-traffic (denial)\n",
            "log       from 127.0.0.1 by udp, read as pan-os, ", "firewall  rule \"web\", session 77\n",
            $"message   {s_denied.Header}1,"])
            Assert.Contains(said, why.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.2", why.Output, StringComparison.Ordinal);

        var command = FirstCommand().Match(why.Output).Groups["words"].Value.Split(' ');
        Assert.Equal(["allow", Somebody, "--for", "2h"], command);
        Assert.Equal((0, ""), Result(await rig.AssistAsync(command)));

        Assert.Equal(["DROP_TCP_10-0-0-2_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("protected", 1);
        var after = (await rig.AssistAsync("why", Somebody)).Output;
        Assert.StartsWith("10.0.0.1 is neither dropped nor bypassed", after, StringComparison.Ordinal);
        Assert.Contains("no drop of 10.0.0.1 until ", after, StringComparison.Ordinal);
        Assert.Contains("DROP_TCP_10-0-0-1_203-0-113-20:443  removed ", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bypass_has_its_cause_too_and_a_drop_towards_an_address_is_one_of_it()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(
            Way.TcpLines, LogLine.Allow("10.0.0.5", Somebody, 443), LogLine.Deny("10.0.0.9", Somebody, 22));
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.UntilProgrammedAsync("drop", 1);

        using var why = JsonDocument.Parse((await rig.AssistAsync("why", "10.0.0.0/30", "--json")).Output);

        var flows = why.RootElement.GetProperty("flows").EnumerateArray().ToList();
        Assert.Equal(["drop", "bypass"],
            flows.Select(cause => cause.GetProperty("flow").GetProperty("action").GetString()));
        Assert.All(flows, cause => Assert.Equal(
            "tcp", cause.GetProperty("message").GetProperty("transport").GetString()));
        Assert.All(flows, cause => Assert.True(
            cause.GetProperty("since").GetDateTimeOffset() < cause.GetProperty("until").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Text_of_a_message_reaches_the_terminal_escaped()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var forged = LogLine.Deny(Somebody, "203.0.113.20", 443);
        forged["Rule"] = "web\u001b[2J";
        await rig.SendAsync(Way.Udp, forged);
        await rig.UntilProgrammedAsync("drop", 1);

        var why = await rig.AssistAsync("why", Somebody);

        Assert.DoesNotContain('\u001b', why.Output);
        Assert.Contains("rule \"web\\x1b[2J\"", why.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_the_way_of_an_entry_is_named()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("protect: {never_drop: [10.0.0.53]}");
        Assert.Contains("  - assist is not running\n", await WhyNotAsync(rig, s_denied), StringComparison.Ordinal);
        await rig.StartAsync();

        Assert.Equal(
            "line 1: DROP_TCP_10-0-0-1_203-0-113-20:443, rule denied-traffic\n  nothing stands in its way\n",
            await WhyNotAsync(rig, s_denied));
        Assert.Contains("  - rule denied-traffic: an address is in protect.never_drop",
            await WhyNotAsync(rig, LogLine.Deny("10.0.0.53", "203.0.113.20", 443)), StringComparison.Ordinal);
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Contains("  - it is in the table already: programmed\n", await WhyNotAsync(rig, s_denied),
            StringComparison.Ordinal);
        await rig.AssistAsync("allow", Somebody, "--for", "2h");
        await rig.AssistAsync("pause");
        var paused = await WhyNotAsync(rig, s_denied);
        Assert.Contains("  - paused since ", paused, StringComparison.Ordinal);
        Assert.Contains("  - no drop of 10.0.0.1 until ", paused, StringComparison.Ordinal);

        var session = await rig.AssistAsync("why-not", "10.0.0.53", "203.0.113.20", "443", "tcp");
        Assert.Equal((0, ""), Result(session));
        Assert.StartsWith("a drop of this session\n  - rule any: an address is in protect.never_drop\n"
            + "a bypass of this session\n  - paused since ", session.Output, StringComparison.Ordinal);
    }

    private static async Task<string> WhyNotAsync(Rig rig, LogLine log) =>
        (await rig.AssistWithInputAsync($"{log}\n", "why-not", "-")).Output;

    [Fact]
    public async Task Without_a_daemon_nobody_knows_why()
    {
        await using var rig = new Rig();
        LifecycleTests.AssertRefused(await rig.AssistAsync("why", Somebody), 3, "assist is not running");
    }

    private static (int Code, string Errors) Result(Finished finished) => (finished.Code, finished.Errors);

    [GeneratedRegex("^  assist (?<words>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstCommand();
}

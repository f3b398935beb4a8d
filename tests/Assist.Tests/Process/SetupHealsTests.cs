using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assist.Tests.Processes;

/// <summary>`setup` brings a switch to the wiring of now, whatever an earlier one has left; nothing of it goes without
/// an operator's word.</summary>
[Collection(WaitingCollection.Name)]
public sealed partial class SetupHealsTests
{
    private const string ReCabled = "zones.a.network=Ethernet10";
    private static readonly string[] s_stale =
        ["STATIC_THRU_FIREWALL__in:Ethernet1__out:Ethernet2", "STATIC_THRU_FIREWALL__in:Ethernet2__out:Ethernet1"];

    [Fact]
    public async Task After_a_re_cabling_the_plan_lists_what_is_wrong_and_its_exit_code_says_so()
    {
        await using var rig = await WiredAsync();

        var plan = await rig.AssistAsync("--set", ReCabled, "setup", "--plan");

        Assert.Equal(4, plan.Code);
        Assert.Contains("! missing: STATIC_THRU_FIREWALL__in:Ethernet10__out:Ethernet2\n", plan.Output,
            StringComparison.Ordinal);
        foreach (var name in s_stale)
        {
            Assert.Contains($"! stale: {name}\n", plan.Output, StringComparison.Ordinal);
            Assert.Contains($"\nno flow {name}\n", plan.Output, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await rig.AssistAsync("setup", "--plan")).Code);
    }

    [Fact]
    public async Task Without_consent_setup_writes_what_is_missing_and_removes_nothing()
    {
        await using var rig = await WiredAsync();

        var done = await rig.AssistAsync("--set", ReCabled, "setup");

        Assert.Equal((4, ""), (done.Code, done.Errors));
        Assert.Contains("`assist setup --yes`", done.Output, StringComparison.Ordinal);
        await rig.UntilSwitchHoldsAsync("STATIC_", 6);
        var plan = await rig.AssistAsync("--set", ReCabled, "setup", "--plan");
        Assert.Contains("! contradicting: STATIC_THRU_FIREWALL__in:Ethernet2__out:Ethernet1 and "
            + "STATIC_THRU_FIREWALL__in:Ethernet2__out:Ethernet10 both claim what comes in on Ethernet2\n",
            plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_consent_setup_removes_what_is_ours_and_nothing_else()
    {
        await using var rig = await WiredAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow",
            "flow STATIC_OF_SOMEBODY", "match vlan 9", "action drop", "exit",
            "flow STATIC_THRU_FIREWALL__in:Ethernet30__out:Ethernet31", "match input interface Ethernet30",
            "match vlan 9", "priority 10", "action output interface Ethernet31", "exit");

        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", ReCabled, "setup", "--yes")));

        Assert.Equal(
            [
                "flow STATIC_OF_SOMEBODY", "flow STATIC_THRU_FIREWALL__in:Ethernet10__out:Ethernet2",
                "flow STATIC_THRU_FIREWALL__in:Ethernet2__out:Ethernet10",
                "flow STATIC_THRU_FIREWALL__in:Ethernet30__out:Ethernet31",
                "flow STATIC_THRU_FIREWALL__in:Ethernet4__out:Ethernet5",
                "flow STATIC_THRU_FIREWALL__in:Ethernet5__out:Ethernet4",
            ],
            (await rig.ConfiguredFlowsAsync("STATIC_")).Order(StringComparer.Ordinal));
        await AssertHealthyPlanAsync(rig, "--set", ReCabled);
    }

    [Theory]
    [InlineData("BYHAND", "Ethernet2", "Ethernet9")]
    [InlineData("STATIC_THRU_FIREWALL__in:Ethernet5__out:Ethernet7", "Ethernet5", "Ethernet9")]
    public async Task What_contradicts_and_is_not_ours_is_for_the_operator(string name, string from, string to)
    {
        await using var rig = await WiredAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow",
            $"flow {name}", $"match input interface {from}", "priority 10", $"action output interface {to}", "exit");

        foreach (var command in (string[])["setup --plan", "setup", "setup --yes"])
        {
            var said = await rig.AssistAsync(command.Split(' '));
            Assert.Equal(4, said.Code);
            Assert.Contains($"`no flow {name}`", said.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("nothing to do", said.Output, StringComparison.Ordinal);
        }
        Assert.Contains($"no flow {name}", (await rig.AssistAsync("setup", "--plan", "--json")).Output,
            StringComparison.Ordinal);
        await rig.UntilSwitchHoldsAsync(name, 1);
    }

    [Theory]
    [InlineData("y\n", 4)]
    [InlineData("n\n", 6)]
    [InlineData("\n", 6)]
    public async Task On_a_terminal_setup_asks(string answer, int statics)
    {
        await using var rig = await WiredAsync();

        var asked = await Spawned.RunAsync("script",
            ["-qec", $"'{Rig.Program}' --config {rig.Configuration} --set {ReCabled} setup", "/dev/null"], answer);

        Assert.Contains($"no flow {s_stale[0]}", asked.Output, StringComparison.Ordinal);
        Assert.Contains("[y/N]", asked.Output, StringComparison.Ordinal);
        Assert.Equal(statics == 4 ? 0 : 4, asked.Code);
        Assert.Equal(statics, (await rig.ConfiguredFlowsAsync("STATIC_")).Length);
    }

    [Fact]
    public async Task A_change_of_mode_takes_flows_and_hardening_of_the_old_one_away()
    {
        await using var rig = await WiredAsync();

        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", "mode=inline", "setup", "--yes")));

        Assert.Equal(
            [
                "flow STATIC_TO_FIREWALL__in:Ethernet1__out:Ethernet2",
                "flow STATIC_TO_FIREWALL__in:Ethernet2__out:Ethernet1",
            ],
            (await rig.ConfiguredFlowsAsync("STATIC_")).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("bpdufilter", await RunningAsync(rig), StringComparison.Ordinal);
        await AssertHealthyPlanAsync(rig, "--set", "mode=inline");
    }

    [Fact]
    public async Task Hardening_that_somebody_else_wrote_stays()
    {
        await using var rig = await WiredAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "interface Ethernet20",
            "spanning-tree bpdufilter enable", "storm-control broadcast level 5", "end");

        await AssertHealthyPlanAsync(rig);
    }

    [Fact]
    public async Task A_refused_static_flow_is_entered_again_once_there_is_room()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync("--capacity", "6");
        var refused = await rig.AssistAsync("setup");
        Assert.Equal(1, refused.Code);
        Assert.Contains("has not programmed", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("(Flow rejected due to insufficient resources)",
            (await rig.AssistAsync("setup", "--plan")).Output, StringComparison.Ordinal);

        await rig.OrderAsync("faults capacity=90");
        Assert.Equal((0, ""), Result(await rig.AssistAsync("setup")));

        await rig.UntilSwitchHoldsAsync("STATIC_", 4);
    }

    // The old ones hold the room that the new ones need.
    [Fact]
    public async Task Stale_flows_make_room_for_those_that_were_refused()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync("--capacity", "8");
        await rig.SetUpAsync();

        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", ReCabled, "setup", "--yes")));

        await rig.UntilSwitchHoldsAsync("STATIC_", 4);
        await AssertHealthyPlanAsync(rig, "--set", ReCabled);
    }

    [Fact]
    public async Task Stale_flows_show_when_DirectFlow_was_off()
    {
        await using var rig = await WiredAsync();
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow", "shutdown");

        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", ReCabled, "setup", "--yes")));

        await rig.UntilSwitchHoldsAsync("STATIC_", 4);
        await AssertHealthyPlanAsync(rig, "--set", ReCabled);
    }

    [Fact]
    public async Task Status_is_degraded_while_static_flows_are_stale_or_contradict_each_other()
    {
        await using var rig = await WiredAsync();
        await rig.AssistAsync("--set", ReCabled, "setup");
        rig.RunAs("--set", ReCabled, "run");

        var status = await rig.UntilStatusAsync(
            status => Kinds(status).Contains("static_flows_contradict"), "two contradict each other");

        Assert.Contains("static_flows_stale", Kinds(status));
        var text = await rig.AssistAsync("status");
        Assert.Equal(1, text.Code);
        Assert.Contains("2 static flows claim what comes in on Ethernet2", text.Output, StringComparison.Ordinal);
        LifecycleTests.AssertRefused(
            await rig.AssistAsync("--set", ReCabled, "unsetup", "--yes"), 1, "nothing is taken back under a daemon");

        await rig.AssistAsync("--set", ReCabled, "setup", "--yes");
        await rig.StopAsync();
        rig.RunAs("--set", ReCabled, "run");
        await rig.UntilStatusAsync(status => status.GetProperty("switch").GetProperty("reachable").GetBoolean()
            && !Kinds(status).Any(kind => kind is "static_flows_contradict" or "static_flows_stale"), "it is healed");
    }

    [Theory]
    [InlineData("mode=shunt")]
    [InlineData("mode=inline")]
    [InlineData("mode=mirror_and_shunt")]
    public async Task Unsetup_takes_all_of_it_back(string mode)
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("tap: {to_firewall: [Ethernet7], mirrored: [Ethernet9]}");
        await rig.StartSwitchAsync();
        var before = await RunningAsync(rig);
        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", mode, "setup")));
        Assert.NotEqual(before, await RunningAsync(rig));

        var refused = await rig.AssistAsync("--set", mode, "unsetup");
        Assert.Equal(4, refused.Code);
        Assert.Contains("layer 2 loop", refused.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await rig.AssistAsync("--set", mode, "unsetup", "--plan")).Code);
        Assert.Equal((0, ""), Result(await rig.AssistAsync("--set", mode, "unsetup", "--yes")));

        Assert.Equal(before, await RunningAsync(rig));
        Assert.Contains("nothing to do", (await rig.AssistAsync("--set", mode, "unsetup")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsetup_takes_back_what_earlier_wirings_have_left_and_keeps_what_is_foreign()
    {
        await using var rig = await WiredAsync();
        await rig.AssistAsync("--set", ReCabled, "setup");
        await rig.AssistAsync("--set", "mode=mirror", "--set", "tap.to_firewall=[Ethernet7]",
            "--set", "tap.mirrored=[Ethernet9]", "setup");
        await Eapi.RunAsync(rig.SwitchSocket, "enable", "configure", "directflow", "flow FOREIGN", "match vlan 9",
            "action drop", "exit");

        Assert.Equal((0, ""), Result(await rig.AssistAsync("unsetup", "--yes")));

        var left = await RunningAsync(rig);
        Assert.Contains("flow FOREIGN", left, StringComparison.Ordinal);
        Assert.Contains("no shutdown", left, StringComparison.Ordinal);
        foreach (var word in (string[])["STATIC_", "MIRROR_", "drop_all", "bpdufilter", "storm-control"])
            Assert.DoesNotContain(word, left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_in_JSON_tells_consent_and_inputs()
    {
        await using var rig = await WiredAsync();

        var plan = await rig.AssistAsync("--set", ReCabled, "setup", "--plan", "--json");

        var steps = JsonDocument.Parse(plan.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal([false, true], steps.Select(step => step.GetProperty("needs_consent").GetBoolean()));
        Assert.Contains(steps[0].GetProperty("commands").EnumerateArray(), command =>
            command.ValueKind == JsonValueKind.Object && command.GetProperty("cmd").GetString() == "comment");
    }

    private static async Task<Rig> WiredAsync()
    {
        var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        return rig;
    }

    private static async Task AssertHealthyPlanAsync(Rig rig, params string[] options)
    {
        var plan = await rig.AssistAsync([.. options, "setup", "--plan"]);
        Assert.Equal((0, "nothing to do\n"), (plan.Code, plan.Output));
    }

    // Without ports that are named and have no line of their own.
    private static async Task<string> RunningAsync(Rig rig) => NoLines().Replace(
        (await Eapi.RunTextAsync(rig.SwitchSocket, "enable", "show running-config"))[1], "");

    private static IEnumerable<string> Kinds(JsonElement status) =>
        status.GetProperty("problem_kinds").EnumerateObject().Select(kind => kind.Name);

    private static (int Code, string Errors) Result(Finished finished) => (finished.Code, finished.Errors);

    [GeneratedRegex("interface [^\n]*\n!\n", RegexOptions.None, 1000)]
    private static partial Regex NoLines();
}

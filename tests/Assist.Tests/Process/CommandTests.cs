using System.Text.Json;
using System.Text.RegularExpressions;
using Assist.Tests.Import;

namespace Assist.Tests.Processes;

/// <summary>The commands as an operator types them.</summary>
[Collection(ProcessCollection.Name)]
public sealed class CommandTests
{
    private static readonly string[] s_commands =
    [
        "run", "start", "stop", "setup", "setup-run", "setup-start", "status", "monitor", "delete", "pause",
        "resume", "panic", "reload", "refused", "why", "why-not", "allow", "undo", "audit", "unsetup",
        "check", "doctor", "init", "explain", "import", "close-ports", "completion", "demo", "setup_run",
        "setup_start", "close_ports", "mon",
    ];

    [Fact]
    public async Task Every_command_helps()
    {
        foreach (var command in s_commands)
        {
            var help = await Spawned.RunAsync(Rig.Program, [command, "--help"]);
            Assert.Equal((command, 0, ""), (command, help.Code, help.Errors));
            Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await Spawned.RunAsync(Rig.Program, ["--help"])).Code);
        Assert.Equal(0, (await Spawned.RunAsync(Rig.Program, ["--version"])).Code);
    }

    [Fact]
    public async Task Help_is_what_a_bare_assist_and_the_word_help_give()
    {
        var help = await Spawned.RunAsync(Rig.Program, ["--help"]);
        foreach (var arguments in new string[][] { [], ["help"] })
        {
            var finished = await Spawned.RunAsync(Rig.Program, arguments);
            Assert.Equal((0, help.Output, ""), (finished.Code, finished.Output, finished.Errors));
        }
        Assert.Equal(
            (await Spawned.RunAsync(Rig.Program, ["status", "--help"])).Output,
            (await Spawned.RunAsync(Rig.Program, ["help", "status"])).Output);
    }

    [Fact]
    public async Task Help_lists_every_command_once_under_what_an_operator_wants()
    {
        var help = (await Spawned.RunAsync(Rig.Program, ["--help"])).Output;

        var groups = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.EndsWith(':')).Select(line => line.TrimEnd(':')).Skip(1);
        Assert.Equal(["Run", "Look", "Act", "Take back", "Try", "Set up"], groups);
        foreach (var command in s_commands)
            Assert.Equal(
                (command, 1), (command, Regex.Count(help, $@"(?m)^  ([a-z_-]+, )*{command}(,| |$)")));
    }

    [Theory]
    [InlineData("statsu", "Did you mean status?")]
    [InlineData("status --jsn", "Did you mean --json?")]
    [InlineData("status --confg x", "Did you mean --config?")]
    public async Task A_mistyped_command_or_option_is_told_with_the_one_that_was_meant(string line, string hint)
    {
        var finished = await Spawned.RunAsync(Rig.Program, line.Split(' '));

        Assert.Equal(2, finished.Code);
        Assert.Contains(hint, Assert.Single(finished.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_as_an_argument_is_warned_of_and_a_switch_that_is_not_trusted_told_with_the_way_out()
    {
        await using var rig = new Rig();
        var port = Rig.FreePort();
        await rig.StartSwitchAsync(
            "--https", $"{port}", "--cert", rig.File("server.crt"), "--key", rig.File("server.key"), "--user", "admin",
            "--password", "secret");
        await File.WriteAllTextAsync(rig.File("pw"), "secret\n");
        File.SetUnixFileMode(rig.File("pw"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        LifecycleTests.AssertRefused(
            await rig.AssistAsync("monitor", "127.0.0.1", "admin", "--password-file", rig.File("pw")), 2,
            "every user of this machine may read");
        File.SetUnixFileMode(rig.File("pw"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var there = new[] { "monitor", $"127.0.0.1:{port}", "admin", "--once" };

        var unknown = await rig.AssistAsync([.. there, "--password-file", rig.File("pw")]);
        Assert.Equal(1, unknown.Code);
        Assert.Contains("with --ca for a switch on the command line", unknown.Errors, StringComparison.Ordinal);
        var trusted = await rig.AssistAsync([.. there, "--password-file", rig.File("pw"), "--ca", rig.File("ca.crt")]);
        Assert.Equal((0, ""), Result(trusted));
        var shown = await rig.AssistAsync(
            "monitor", $"127.0.0.1:{port}", "admin", "secret", "--once", "--ca", rig.File("ca.crt"));
        Assert.Equal(0, shown.Code);
        Assert.Contains("visible in the process list", Assert.Single(shown.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, (await rig.AssistAsync("monitor", "--once", "--ca", rig.File("ca.crt"))).Code);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("status", "--nonsense")]
    [InlineData("status", "nonsense")]
    [InlineData("--config")]
    [InlineData("import")]
    [InlineData("monitor", "--once", "--interval", "soon")]
    [InlineData("monitor", "--once", "--url", "nowhere")]
    [InlineData("monitor", "--once", "--token-file", "token")]
    [InlineData("top", "everybody")]
    [InlineData("top", "--by", "luck")]
    [InlineData("delete")]
    [InlineData("delete", "--action", "static")]
    [InlineData("delete", "--address", "nowhere")]
    [InlineData("panic", "--reason", "two\nlines")]
    [InlineData("resume", "--reason", "why")]
    [InlineData("pause", "--for", "soon")]
    [InlineData("panic", "--for", "1h")]
    [InlineData("allow")]
    [InlineData("allow", "192.0.2.10")]
    [InlineData("allow", "192.0.2.10", "--for", "31d")]
    [InlineData("allow", "192.0.2.10/24", "--for", "1h")]
    [InlineData("allow", "0.0.0.0/0", "--for", "1h")]
    [InlineData("allow", "nobody", "--for", "1h")]
    [InlineData("allow", "192.0.2.10", "--end", "--for", "1h")]
    [InlineData("allow", "192.0.2.10", "--list")]
    [InlineData("undo")]
    [InlineData("undo", "--since", "10m", "--id", "7")]
    [InlineData("undo", "--since", "10m", "--action", "static")]
    [InlineData("why")]
    [InlineData("why-not")]
    [InlineData("why-not", "192.0.2.10")]
    [InlineData("why-not", "192.0.2.10", "203.0.113.20", "many")]
    [InlineData("why-not", "one", "two")]
    [InlineData("why", "nobody")]
    [InlineData("audit", "--since", "yesterday")]
    [InlineData("audit", "--address", "nowhere")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(params string[] arguments)
    {
        var finished = await Spawned.RunAsync(Rig.Program, arguments);
        Assert.Single(finished.ErrorLines);
        Assert.Equal((2, ""), (finished.Code, finished.Output));
    }

    [Fact]
    public async Task Start_leaves_a_daemon_behind_and_stop_ends_it()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        Assert.Equal(3, (await rig.AssistAsync("status")).Code);
        Assert.Equal("""{"health":"not_running"}""", (await rig.AssistAsync("status", "--json")).Output.Trim());

        Assert.Equal((0, ""), Result(await rig.AssistAsync("setup-start")));
        var status = await rig.AssistAsync("status");
        Assert.Equal(0, status.Code);
        Assert.Contains("healthy", status.Output, StringComparison.Ordinal);
        Assert.Equal("healthy", Json(await rig.AssistAsync("status", "--json")).GetProperty("health").GetString());

        Assert.Equal((0, ""), Result(await rig.AssistAsync("stop")));
        var again = await rig.AssistAsync("stop");
        Assert.Equal((0, "assist is not running\n"), (again.Code, again.Output));
    }

    [Fact]
    public async Task Setup_plans_without_effect_and_repeats_without_effect()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();

        var plan = await rig.AssistAsync("setup", "--plan");
        Assert.Equal(4, plan.Code);
        Assert.Contains("flow STATIC_", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("configure", rig.Recorded());
        Assert.NotEqual(0, Json(await rig.AssistAsync("setup", "--plan", "--json")).GetArrayLength());

        await rig.SetUpAsync();
        var sent = rig.Recorded().Count(command => command == "configure");
        await rig.UntilSwitchHoldsAsync("STATIC_", 4);
        Assert.Contains("nothing to do", (await rig.AssistAsync("setup")).Output, StringComparison.Ordinal);
        Assert.Equal(sent, rig.Recorded().Count(command => command == "configure"));
    }

    [Fact]
    public async Task The_old_spelling_sets_up_and_runs()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        rig.RunAs("setup_run");

        await rig.UntilStatusAsync(status => status.GetProperty("health").GetString() == "healthy", "healthy");
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    [Fact]
    public async Task Monitor_shows_flows_from_the_daemon_and_without_one_from_the_switch()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        var text = await rig.AssistAsync("monitor", "--once");
        Assert.Equal((0, ""), Result(text));
        Assert.Contains("DROP_TCP_10-0-0-1_203-0-113-20:443", text.Output, StringComparison.Ordinal);
        var flow = Json(await rig.AssistAsync("monitor", "--json", "--once"))
            .GetProperty("flows").EnumerateArray().Single();
        Assert.Equal(("drop", "programmed", "denied-traffic"),
            (flow.GetProperty("action").GetString(),
                flow.GetProperty("state").GetString(), flow.GetProperty("rule").GetString()));

        await rig.StopAsync();
        var direct = Json(await rig.AssistAsync("mon", "--json", "--once"))
            .GetProperty("flows").EnumerateArray().ToList();
        Assert.Equal(5, direct.Count);
        Assert.Contains(
            direct, found => found.GetProperty("name").GetString()!.StartsWith("DROP_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Monitor_ends_when_nobody_reads_it_any_more()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        var piped = await Spawned.RunAsync("/bin/sh",
            ["-c", $"'{Rig.Program}' --config {rig.Configuration} monitor --json --interval 1s | head -1"]);

        Assert.Equal((0, ""), Result(piped));
        Assert.Single(piped.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Check_is_silent_about_a_good_file_and_names_the_place_in_a_bad_one()
    {
        await using var rig = new Rig();
        Assert.Equal((0, ""), Result(await rig.AssistAsync("check")));
        rig.WriteConfiguration("listner: [{port: 9514}]\nmode: nonsense");

        var bad = await rig.AssistAsync("check");
        Assert.Equal((2, 2), (bad.Code, bad.ErrorLines.Length));
        Assert.Matches(@"assist\.yaml:\d+:\d+: unknown key ""listner""", bad.Errors);
        Assert.Equal(2, Json(await rig.AssistAsync("check", "--json")).GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Explain_reads_a_file_and_standard_input()
    {
        await using var rig = new Rig();
        var lines = $"{LogLine.Deny("10.0.0.1", "203.0.113.20", 443)}\nnonsense\n"
            + $"{LogLine.Allow("10.0.0.1", "203.0.113.20", 443)}";
        await File.WriteAllTextAsync(rig.File("log"), lines);

        var fromFile = await rig.AssistAsync("explain", "--json", rig.File("log"));
        var fromInput = await rig.AssistWithInputAsync(lines, "explain", "--json", "-");
        var text = await rig.AssistWithInputAsync(lines, "explain");

        Assert.Equal((0, ""), Result(fromFile));
        Assert.Equal(fromFile, fromInput);
        var outcomes = fromFile.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString());
        Assert.Equal(["drop", "malformed", "bypass"], outcomes);
        Assert.Contains("action drop", text.Output, StringComparison.Ordinal);
        LifecycleTests.AssertRefused(await rig.AssistAsync("explain", rig.File("nothing")), 1, "nothing");
    }

    [Fact]
    public async Task Import_writes_a_configuration_that_check_accepts()
    {
        await using var rig = new Rig();

        var imported = await rig.AssistAsync("import", Fixture.Path("shunt.py"), "-o", rig.File("new.yaml"));

        Assert.Equal(0, imported.Code);
        // The notes stand in the file, and once is enough.
        Assert.Matches("^written to [^ ]*new.yaml; read the [0-9]+ notes at its head; check it with",
            Assert.Single(imported.ErrorLines));
        Assert.Equal(0, (await Spawned.RunAsync(Rig.Program, ["--config", rig.File("new.yaml"), "check"])).Code);
        LifecycleTests.AssertRefused(await rig.AssistAsync("import", rig.File("nothing.py")), 2, "nothing.py");
    }

    [Fact]
    public async Task Import_overwrites_only_when_it_is_told_to()
    {
        await using var rig = new Rig();
        var file = rig.File("kept.yaml");
        File.WriteAllText(file, "kept");

        LifecycleTests.AssertRefused(
            await rig.AssistAsync("import", Fixture.Path("shunt.py"), "-o", file), 1, "--force");
        Assert.Equal("kept", File.ReadAllText(file));

        Assert.Equal(0, (await rig.AssistAsync("import", Fixture.Path("shunt.py"), "-o", file, "--force")).Code);
        Assert.StartsWith("# Made by assist import", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assist de", "delete")]
    [InlineData("assist delete --dr", "--dry-run")]
    [InlineData("assist completion f", "fish")]
    public async Task Completion_asks_the_program_what_may_come_next(string typed, string expected)
    {
        var shells = await Task.WhenAll(
            ((string[])["bash", "zsh", "fish"]).Select(shell => Spawned.RunAsync(Rig.Program, ["completion", shell])));
        Assert.All(shells, shell => Assert.Contains("[suggest:", shell.Output, StringComparison.Ordinal));

        var found = await Spawned.RunAsync(Rig.Program, [$"[suggest:{typed.Length}]", typed]);

        Assert.Contains(expected, found.Output.Split('\n'));
    }

    [Fact]
    public async Task Close_ports_finds_nothing_to_close()
    {
        var closed = await Spawned.RunAsync(Rig.Program, ["close-ports"]);
        Assert.Equal((0, "nothing to close\n"), (closed.Code, closed.Output));
    }

    private static (int Code, string Errors) Result(Finished finished) => (finished.Code, finished.Errors);

    private static JsonElement Json(Finished finished) => JsonDocument.Parse(finished.Output).RootElement;
}

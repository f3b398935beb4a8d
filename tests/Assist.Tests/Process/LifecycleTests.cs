using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>How the daemon starts, ends, and says why it cannot.</summary>
[Collection(ProcessCollection.Name)]
public sealed class LifecycleTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_it_cleanly(string signal)
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilReceivedAsync(1);
        using var idle = new TcpClient("127.0.0.1", rig.Port);

        rig.Daemon!.Signal(signal);
        var finished = await rig.Daemon.EndAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(0, finished.Code);
        Assert.False(File.Exists(rig.ControlSocket));
        Assert.DoesNotContain("   at ", finished.Errors, StringComparison.Ordinal);
    }

    // The change that is on its way is waited for: longer than the command line would let a command live on.
    [Fact]
    public async Task A_signal_stops_it_cleanly_while_the_switch_does_not_answer()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", wait: "1m");
        await rig.StartSwitchAsync("--fault", "request-cost=1m");
        rig.Run();
        await rig.UntilReceivedAsync(0);

        var finished = await rig.StopAsync();

        Assert.Equal(0, finished.Code);
        Assert.False(File.Exists(rig.ControlSocket));
    }

    // Some 150 of them, each read twice, before the first listener is open.
    [Fact]
    public async Task The_systems_authorities_are_not_read_where_nobody_is_judged_by_them()
    {
        var authorities = Directory.CreateTempSubdirectory("as-");
        try
        {
            var file = Path.Combine(authorities.FullName, "bundle.pem");
            await File.WriteAllTextAsync(file, "");
            await using var rig = new Rig
            {
                Environment = new Dictionary<string, string>
                {
                    ["SSL_CERT_DIR"] = authorities.FullName,
                    ["SSL_CERT_FILE"] = file,
                },
            };
            await rig.StartSwitchAsync();
            await rig.SetUpAsync();
            using var opened = new OpenWatch(authorities.FullName);
            await rig.StartDaemonAsync();
            await rig.SendAsync(Way.Tls, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
            await rig.UntilOutcomeAsync("drop", 1);
            Assert.False(opened.HasHappened);
            await File.ReadAllTextAsync(file);
            Assert.True(opened.HasHappened);
        }
        finally
        {
            authorities.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_second_daemon_is_refused()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        AssertRefused(await rig.AssistAsync("run"), 1, "already running");
        AssertRefused(await rig.AssistAsync("start"), 1, "already running");
        Assert.NotNull(await rig.AskAsync("status"));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("start")]
    public async Task N10_a_port_in_use_is_told(string command)
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        using var other = new TcpListener(IPAddress.Any, rig.Port);
        other.Start();

        AssertRefused(await rig.AssistAsync(command), 1, "the port is in use");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("start")]
    [InlineData("setup")]
    [InlineData("setup-run")]
    [InlineData("delete", "--all")]
    [InlineData("monitor", "--once")]
    public async Task A_switch_that_is_not_there_is_told(params string[] command)
    {
        await using var rig = new Rig();

        AssertRefused(await rig.AssistAsync(command), 1, "there is no such socket");
    }

    [Fact]
    public async Task A_switch_with_DirectFlow_off_is_told()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();

        AssertRefused(await rig.AssistAsync("run"), 1, "DirectFlow is off");
    }

    [Fact]
    public async Task A_broken_configuration_is_a_usage_error_in_every_command_that_reads_it()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("nonsense: 1");

        foreach (var command in new[] { "run", "start", "setup", "delete --all", "monitor", "explain", "check" })
        {
            var finished = await rig.AssistAsync(command.Split(' '));
            AssertRefused(finished, 2, "nonsense");
            Assert.Contains("assist.yaml:", finished.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_is_a_usage_error()
    {
        await using var rig = new Rig();
        File.Delete(rig.Configuration);

        AssertRefused(await rig.AssistAsync("run"), 2, "--config");
    }

    [Fact]
    public async Task A_key_that_check_refuses_is_no_start_and_disarms_no_command()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(rig.File("server.key"), other.ExportPkcs8PrivateKeyPem());

        foreach (var command in new[] { "check", "run", "start" })
            AssertRefused(await rig.AssistAsync(command), 2, "is not the key of the certificate");
        Assert.Equal(3, (await rig.AssistAsync("status")).Code);
        Assert.Equal(0, (await rig.AssistAsync("panic")).Code);
    }

    [Theory]
    [InlineData("control.socket=/proc/nowhere/s", "control.socket")]
    [InlineData("control.socket=/dev/null/s", "control.socket")]
    [InlineData("log.file=/proc/nowhere/log", "log.file")]
    public async Task A_place_that_cannot_be_written_is_told(string set, string word)
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        AssertRefused(await rig.AssistAsync("--set", set, "run"), 1, word);
    }

    [Fact]
    public async Task A_control_socket_with_too_long_a_name_is_told()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        AssertRefused(await rig.AssistAsync("--set", $"control.socket={new string('a', 120)}", "run"), 1, "control");
    }

    [Fact]
    public async Task Verdicts_wait_for_a_switch_that_comes_up_later()
    {
        await using var rig = new Rig();
        // Else there is no drop before the switch has told what it depends on.
        rig.WriteConfiguration("protect: {learn: false}", wait: "1m");
        rig.Run();
        await rig.SendUntilHeardAsync(LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        var degraded = await rig.AssistAsync("status");
        Assert.Equal(1, degraded.Code);
        Assert.Contains("degraded", degraded.Output, StringComparison.Ordinal);

        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilStatusAsync(status => status.GetProperty("health").GetString() == "healthy", "healthy");
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
    }

    [Fact]
    public async Task What_a_killed_daemon_left_behind_is_no_obstacle()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        rig.Daemon!.Signal("KILL");
        await rig.Daemon.EndAsync(TimeSpan.FromSeconds(5));
        Assert.True(File.Exists(rig.ControlSocket));
        Assert.Equal(3, (await rig.AssistAsync("status")).Code);

        await rig.StartDaemonAsync();

        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task The_log_tells_the_start_and_why_it_ended(string signal)
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}");
        await rig.StartAsync();

        rig.Daemon!.Signal(signal);
        await rig.Daemon.EndAsync(TimeSpan.FromSeconds(5));

        var log = File.ReadAllText(rig.File("assist.log"));
        Assert.Contains($"runs (pid {rig.Daemon.Id}) with {rig.Configuration}", log, StringComparison.Ordinal);
        Assert.Contains($"stopping, because of SIG{signal}", log, StringComparison.Ordinal);
        Assert.EndsWith("INFORMATION stopped\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_that_assist_stop_ended_it()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}");
        await rig.StartAsync();

        Assert.Equal(0, (await rig.AssistAsync("stop")).Code);

        var log = File.ReadAllText(rig.File("assist.log"));
        Assert.Contains("stopping, because of `assist stop`", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_end_and_orders_are_logged_at_every_level_and_nothing_else_of_their_weight()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log, level: error}");
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Equal(0, (await rig.AssistAsync("pause", "--reason", "night")).Code);
        await rig.StopAsync();

        var log = await File.ReadAllLinesAsync(rig.File("assist.log"));

        Assert.Equal(4, log.Length);
        Assert.Contains("runs (pid", log[0], StringComparison.Ordinal);
        Assert.Contains("`assist pause` by", log[1], StringComparison.Ordinal);
        Assert.Contains("stopping, because of SIGTERM", log[2], StringComparison.Ordinal);
        Assert.EndsWith("stopped", log[3], StringComparison.Ordinal);
    }

    // The starter has left by then, and standard error with it.
    [Fact]
    public async Task A_daemon_in_the_background_that_gives_up_later_says_why_in_its_log()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}", wait: "1s");

        var started = await rig.AssistAsync("start");

        // On a busy machine the starter leaves first, and says that the daemon waits.
        if (started.Code == 0)
            Assert.Contains("it waits for the switch for 1 s", started.Output, StringComparison.Ordinal);
        else AssertRefused(started, 1, "there is no such socket");
        await Rig.UntilAsync(
            () => File.ReadAllText(rig.File("assist.log"))
                .Contains("assist has ended: stopped by a fault: ", StringComparison.Ordinal), "it says so");
        Assert.Contains(
            "there is no such socket", File.ReadLines(rig.File("assist.log")).Last(), StringComparison.Ordinal);
        var status = await rig.AssistAsync("status");
        Assert.Equal(3, status.Code);
        Assert.Matches(
            "^assist is not running; the last run ended at .*, because of a fault: .*no such socket", status.Output);
    }

    [Fact]
    public async Task A_start_that_may_fail_later_says_so_and_where_the_reason_will_be()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", wait: "1m");

        var started = await rig.AssistAsync("start");

        Assert.Equal((0, ""), (started.Code, started.Errors));
        Assert.Contains("it waits for the switch for 60 s after its start (switch.wait) and then ends; "
            + "`assist status` says why; it has no log.file", started.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_healthy_start_has_read_the_switch()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        var started = await rig.AssistAsync("start");

        Assert.Equal(0, started.Code);
        Assert.Matches("^assist is running \\(pid [0-9]+\\)\n$", started.Output);
    }

    [Fact]
    public async Task A_run_that_was_killed_is_told_by_status_and_by_the_log_of_the_next()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("log: {file: assist.log}");
        await rig.StartAsync();
        var pid = rig.Daemon!.Id;
        rig.Daemon.Signal("KILL");
        await rig.Daemon.EndAsync(TimeSpan.FromSeconds(5));

        var status = await rig.AssistAsync("status", "--json");
        await rig.StartDaemonAsync();

        var run = JsonDocument.Parse(status.Output).RootElement.GetProperty("last_run");
        Assert.Equal((pid, false), (run.GetProperty("pid").GetInt32(), run.TryGetProperty("ended", out _)));
        Assert.Contains($"the run before, process {pid} since", await File.ReadAllTextAsync(rig.File("assist.log")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("USR1")]
    [InlineData("USR2")]
    public async Task A_signal_that_means_nothing_here_does_not_end_it(string signal)
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        rig.Daemon!.Signal(signal);
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));

        await rig.UntilOutcomeAsync("drop", 1);
        Assert.False(rig.Daemon.HasEnded);
    }

    internal static void AssertRefused(Finished finished, int code, string word)
    {
        Assert.Contains(word, finished.Errors, StringComparison.Ordinal);
        Assert.Single(finished.ErrorLines);
        Assert.Equal(code, finished.Code);
    }
}

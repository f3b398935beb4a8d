namespace Assist.Tests.Processes;

/// <summary>As a user who may not: what is told, instead of a stack trace. Needs root to become somebody
/// else.</summary>
[Collection(WaitingCollection.Name)]
public sealed class UnprivilegedTests : IDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";
    private const string Perl = "/usr/bin/perl";
    private const string ReadGroup = "65532";
    private static readonly string[] s_member = ["--reuid", "65534", "--regid", "65534", "--groups", ReadGroup];
    private static readonly string[] s_nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    // The repository may lie where only its owner may enter.
    private readonly string _program = Directory.CreateTempSubdirectory("as-").FullName;

    public UnprivilegedTests()
    {
        if (!CanChangeUser) return;
        RunningProgram.CopyAssistTo(_program);
        File.SetUnixFileMode(_program, (UnixFileMode)0b111_101_101);
    }

    private static bool CanChangeUser => Environment.IsPrivilegedProcess && File.Exists(SetPriv);

    [Fact]
    public async Task Another_users_daemon_is_out_of_reach()
    {
        if (!CanChangeUser) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        await rig.StartAsync();

        foreach (var command in new[] { "status", "stop", "reload", "delete --all", "monitor", "start" })
        {
            var finished = await AsNobodyAsync(rig, command.Split(' '));
            LifecycleTests.AssertRefused(finished, 5, "run as the daemon's user or root");
        }
        LifecycleTests.AssertRefused(await AsNobodyAsync(rig, "run"), 1, "control.socket");
        Assert.NotNull(await rig.AskAsync("status"));
    }

    [Fact]
    public async Task A_switch_socket_of_another_group_is_told()
    {
        if (!CanChangeUser) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        GiveAway(rig, "c", "state");

        LifecycleTests.AssertRefused(await AsNobodyAsync(rig, "setup"), 1, "no permission");
        LifecycleTests.AssertRefused(await AsNobodyAsync(rig, "run"), 1, "no permission");
    }

    [Fact]
    public async Task Places_that_nobody_may_write_are_told()
    {
        if (!CanChangeUser) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();

        LifecycleTests.AssertRefused(await AsNobodyAsync(rig, "run"), 1, "control.socket");
        LifecycleTests.AssertRefused(
            await AsNobodyAsync(rig, "--set", $"log.file={rig.File("log")}", "run"), 1, "log.file");
    }

    [Theory]
    [InlineData("assist.yaml")]
    [InlineData("")]
    public async Task A_configuration_of_another_user_is_told_with_the_way_to_read_it(string closed)
    {
        if (!CanChangeUser) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        File.SetUnixFileMode(rig.File(closed), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var refused = await AsNobodyAsync(rig, "check");

        LifecycleTests.AssertRefused(refused, 2, "sudo");
        Assert.Contains(rig.Configuration, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("--config", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task N10_a_port_that_needs_a_privilege_is_told()
    {
        const string FirstFreePort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
        if (!CanChangeUser || !int.TryParse(await File.ReadAllTextAsync(FirstFreePort), out var first) || first < 1000)
            return;
        await using var rig = new Rig();
        rig.OpenToAll();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        File.SetUnixFileMode(rig.SwitchSocket, (UnixFileMode)0b110_110_110);
        GiveAway(rig, "c", "state");
        await Spawned.RunAsync("chgrp", ["65534", rig.File("server.key")]);
        File.SetUnixFileMode(rig.File("server.key"), (UnixFileMode)0b110_100_000);

        LifecycleTests.AssertRefused(
            await AsNobodyAsync(rig, "--set", "listeners.0.port=999", "run"), 1, "choose a port above 1023");
    }

    [Fact]
    public async Task Members_of_the_read_group_may_look_and_change_nothing_and_others_may_not_even_look()
    {
        if (!CanChangeUser) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        rig.WriteConfiguration("log: {file: assist.log}\naudit: {file: audit/audit.jsonl}");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.RunAs("--set", $"control.read_group={ReadGroup}", "run");
        await rig.UntilReadyAsync();
        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        string[] orders =
        [
            "pause", "resume", "panic", "delete --all", "undo --since 1h", "allow 10.0.0.1 --for 1h", "reload", "stop",
        ];

        foreach (var question in (string[])[
            "status", "monitor --once", "why 10.0.0.1", "refused", "top", "allow --list", "delete --all --dry-run",
            "reload --dry-run", "audit --address 10.0.0.1"])
            Assert.Equal(
                (question, 0, ""), Result(question, await AsAsync(s_member, rig, question.Split(' '))));
        foreach (var order in orders)
            LifecycleTests.AssertRefused(await AsAsync(s_member, rig, order.Split(' ')), 5, "may look, as a member");
        foreach (var order in orders.Append("status"))
            LifecycleTests.AssertRefused(await AsNobodyAsync(rig, order.Split(' ')), 5, "may not ask");

        Assert.Contains(
            "rule denied-traffic", (await AsAsync(s_member, rig, "audit", "--address", "10.0.0.1")).Output,
            StringComparison.Ordinal);
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
        var status = (await rig.AskAsync("status"))!.Value.GetProperty("status");
        Assert.Equal("healthy", status.GetProperty("health").GetString());
        Assert.Contains("and not panic; run as", await File.ReadAllTextAsync(rig.File("assist.log")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_act_cannot_keep_the_owner_out()
    {
        if (!CanChangeUser || !File.Exists(Perl)) return;
        await using var rig = new Rig();
        rig.OpenToAll();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.RunAs("--set", $"control.read_group={ReadGroup}", "run");
        await rig.UntilReadyAsync();
        var silent = rig.Start(SetPriv, [
            .. s_nobody, Perl, "-MIO::Socket::UNIX", "-e",
            "@s = map { IO::Socket::UNIX->new(Peer => $ARGV[0]) or die } 1..12; sleep 60", rig.ControlSocket]);

        await Rig.UntilAsync(async () => (await AsNobodyAsync(rig, "status")).Errors
            .Contains("too many others", StringComparison.Ordinal), () => "the places of the others are taken");

        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
        Assert.False(silent.HasEnded);
    }

    [Fact]
    public async Task A_group_that_does_not_exist_or_a_key_that_all_may_read_stops_the_start()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        LifecycleTests.AssertRefused(
            await rig.AssistAsync("--set", "control.read_group=nosuchgroup", "run"), 1, "no group nosuchgroup");
        File.SetUnixFileMode(rig.File("server.key"), (UnixFileMode)0b110_100_100);

        LifecycleTests.AssertRefused(await rig.AssistAsync("run"), 2, "every user of this machine may read");
    }

    public void Dispose() => Directory.Delete(_program, recursive: true);

    private static void GiveAway(Rig rig, params string[] directories)
    {
        foreach (var directory in directories)
        {
            Directory.CreateDirectory(rig.File(directory));
            File.SetUnixFileMode(rig.File(directory), (UnixFileMode)0b111_111_111);
        }
    }

    private static (string, int, string) Result(string question, Finished finished) =>
        (question, finished.Code, finished.Errors);

    private Task<Finished> AsNobodyAsync(Rig rig, params string[] arguments) => AsAsync(s_nobody, rig, arguments);

    private Task<Finished> AsAsync(string[] user, Rig rig, params string[] arguments) => Spawned.RunAsync(
        SetPriv, [.. user, Path.Combine(_program, "assist"), "--config", rig.Configuration, .. arguments],
        environment: new Dictionary<string, string> { ["HOME"] = "/nonexistent" });
}

namespace Assist.Tests.Processes;

/// <summary>As a user who may not: what is told, instead of a stack trace. Needs root to become somebody
/// else.</summary>
[Collection(ProcessCollection.Name)]
public sealed class UnprivilegedTests : IDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";
    private static readonly string[] s_nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    // The repository may lie where only its owner may enter.
    private readonly string _program = Directory.CreateTempSubdirectory("as-").FullName;

    public UnprivilegedTests()
    {
        if (!CanChangeUser) return;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(_program, Path.GetFileName(file)));
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
        File.SetUnixFileMode(rig.File("server.key"), (UnixFileMode)0b110_100_100);

        LifecycleTests.AssertRefused(
            await AsNobodyAsync(rig, "--set", "listeners.0.port=999", "run"), 1, "choose a port above 1023");
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

    private Task<Finished> AsNobodyAsync(Rig rig, params string[] arguments) => Spawned.RunAsync(
        SetPriv, [.. s_nobody, Path.Combine(_program, "assist"), "--config", rig.Configuration, .. arguments],
        environment: new Dictionary<string, string> { ["HOME"] = "/nonexistent" });
}

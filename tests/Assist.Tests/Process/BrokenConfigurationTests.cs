using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A mistake in the file does not disarm the operator of a daemon that runs.</summary>
[Collection(WaitingCollection.Name)]
public sealed class BrokenConfigurationTests
{
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    // One mistake in a key, no YAML at all, no file: what an emergency and an editor leave behind.
    public static TheoryData<string?, string[]> Files() => new()
    {
        { "mode: shnt", [] },
        { "mode shunt\nzones:\n\ta: {}", ["--socket"] },
        { null, ["--socket"] },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_command_to_the_daemon_works(string? mistake, string[] options)
    {
        await using var rig = await BrokenAsync(mistake);
        string[] more = options.Length > 0 ? ["--socket", rig.ControlSocket] : [];

        Assert.Equal(0, (await rig.AssistAsync(["status", .. more])).Code);
        Assert.Contains("DROP_", (await rig.AssistAsync(["monitor", "--once", .. more])).Output,
            StringComparison.Ordinal);
        Assert.Equal(0, (await rig.AssistAsync(["pause", .. more])).Code);
        Assert.Equal(0, (await rig.AssistAsync(["resume", .. more])).Code);
        Assert.Contains("1 flow would", (await rig.AssistAsync(["delete", "--all", "--dry-run", .. more])).Output,
            StringComparison.Ordinal);
        Assert.Equal(2, (await rig.AssistAsync(["reload", .. more])).Code);
        var panic = await rig.AssistAsync(["panic", .. more]);
        Assert.Equal(0, panic.Code);
        Assert.Contains("1 flow removed; paused since", panic.Output, StringComparison.Ordinal);
        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));
        Assert.Equal(0, (await rig.AssistAsync(["stop", .. more])).Code);
        await rig.Daemon!.EndAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_mistake_is_told_beside_the_answer()
    {
        await using var rig = await BrokenAsync("mode: shnt");

        var status = await rig.AssistAsync("status", "--json");

        Assert.Equal("healthy", JsonDocument.Parse(status.Output).RootElement.GetProperty("health").GetString());
        Assert.Contains(
            $"has mistakes, which `assist check` lists; the control socket is {rig.ControlSocket}",
            Assert.Single(status.ErrorLines), StringComparison.Ordinal);
        Assert.Empty((await rig.AssistAsync("status", "--socket", rig.ControlSocket)).Errors);
    }

    // It might run on another one.
    [Theory]
    [InlineData("mode shunt\nzones:\n\ta: {}")]
    [InlineData(null)]
    public async Task Where_the_socket_is_a_guess_nobody_is_told_that_no_daemon_runs(string? mistake)
    {
        await using var rig = await BrokenAsync(mistake);

        foreach (var command in (string[])["status", "stop", "panic", "pause", "monitor --once", "delete --all"])
            LifecycleTests.AssertRefused(await rig.AssistAsync(command.Split(' ')), 2, "--socket PATH");
        Assert.NotNull(await rig.AskAsync("status"));
    }

    // The file tells of another socket than the daemon has: an order that nobody hears is not carried out.
    [Fact]
    public async Task A_daemon_that_has_another_socket_than_the_file_tells_is_named()
    {
        await using var rig = await BrokenAsync("");
        var file = await File.ReadAllTextAsync(rig.Configuration);
        await File.WriteAllTextAsync(
            rig.Configuration, file.Replace("socket: c/s", "socket: other", StringComparison.Ordinal));

        foreach (var command in (string[])["status", "stop", "panic", "pause", "allow 192.0.2.1 --for 1h"])
        {
            var said = await rig.AssistAsync(command.Split(' '));
            Assert.Contains($"process {rig.Daemon!.Id} works on this switch and does not answer on", said.Errors,
                StringComparison.Ordinal);
            Assert.Equal(5, said.Code);
        }
        Assert.Single(await rig.ConfiguredFlowsAsync("DROP_"));
        Assert.Equal(0, (await rig.AssistAsync("status", "--socket", rig.ControlSocket)).Code);
    }

    [Fact]
    public async Task Without_a_daemon_a_panic_goes_by_what_can_be_read_of_the_file()
    {
        await using var rig = await BrokenAsync("mode: shnt");
        await rig.StopAsync();

        Assert.Equal(0, (await rig.AssistAsync("panic")).Code);

        Assert.Empty(await rig.ConfiguredFlowsAsync("DROP_"));
        rig.WriteConfiguration("");
        await rig.StartDaemonAsync();
        Assert.Contains("by `assist panic`", (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_status_and_stop_say_so()
    {
        await using var rig = await BrokenAsync("mode: shnt");
        await rig.StopAsync();

        var status = await rig.AssistAsync("status");
        Assert.Equal(3, status.Code);
        Assert.Contains("the last run ended at", status.Output, StringComparison.Ordinal);
        Assert.Contains("because of SIGTERM", status.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.AssistAsync("stop")).Code);
    }

    // A daemon with one drop, whose file was edited since; null takes it away.
    private static async Task<Rig> BrokenAsync(string? mistake)
    {
        var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        if (mistake is null) File.Delete(rig.Configuration);
        else if (mistake.Contains('\t')) await File.WriteAllTextAsync(rig.Configuration, mistake);
        else rig.WriteConfiguration(mistake);
        return rig;
    }
}

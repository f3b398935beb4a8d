using Assist.Tests.Daemon;

namespace Assist.Tests.Processes;

/// <summary>The daemon as systemd runs it, and the packet filter that it may open.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ServiceTests : IDisposable
{
    // Keeps the rules of one filter in a file, refuses a caller that does not wait for the lock, and the rule that the
    // file "refuse" names.
    private const string Filter = """
        #!/bin/sh
        rules="$(dirname "$0")/$(basename "$0").rules"
        test "$1" = -w || { echo "another program holds the lock" >&2; exit 4; }
        shift 2
        case $1 in
        -S) cat "$rules" 2>/dev/null; exit 0 ;;
        -I) shift 2
            if grep -qsFe "$4" "$(dirname "$0")/refuse"; then echo "refused" >&2; exit 2; fi
            echo "-A INPUT $*" >>"$rules"; echo "-A INPUT $*" >>"$rules.ever" ;;
        -D) shift 2; grep -vxFe "-A INPUT $*" "$rules" >"$rules.new"; mv "$rules.new" "$rules" ;;
        esac
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string Rules => Read("iptables.rules");

    [Fact]
    public async Task Systemd_is_told_when_it_is_ready_that_it_works_and_when_it_stops()
    {
        var path = Path.Combine(_directory, "notify");
        using var socket = new NotifySocket(path);
        await using var rig = new Rig
        {
            Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "400000" },
        };
        var states = new List<string>();
        await rig.StartAsync();

        await Rig.UntilAsync(
            () =>
            {
                states.AddRange(socket.Received());
                return states.Count >= 4;
            },
            "it reports");
        await rig.StopAsync();

        Assert.Equal("READY=1", states[0]);
        Assert.All(states.Skip(1), state => Assert.Equal("WATCHDOG=1", state));
        Assert.Equal("STOPPING=1", socket.Received()[^1]);
    }

    [Fact]
    public async Task Ports_are_opened_for_the_senders_follow_a_reload_and_are_closed_at_the_end()
    {
        await using var rig = FilteredRig();
        await rig.StartAsync();
        Assert.Equal(3, Rules.Split('\n').Count(rule => rule.Contains("-s 127.0.0.1 ", StringComparison.Ordinal)));

        File.WriteAllText(
            rig.Configuration,
            File.ReadAllText(rig.Configuration).Replace("127.0.0.1, ", "127.0.0.2, ", StringComparison.Ordinal));
        Assert.Equal(0, (await rig.AssistAsync("reload")).Code);
        Assert.DoesNotContain("127.0.0.1", Rules, StringComparison.Ordinal);
        Assert.Contains("127.0.0.2", Rules, StringComparison.Ordinal);

        Assert.Equal(0, (await rig.StopAsync()).Code);
        Assert.Empty(Rules);
        Assert.Empty(Read("ip6tables.rules"));
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_opening_behind()
    {
        await using var rig = FilteredRig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        File.WriteAllText(Path.Combine(_directory, "refuse"), "::1");

        LifecycleTests.AssertRefused(await rig.AssistAsync("run"), 1, "did not open port");

        Assert.Empty(Rules);
        Assert.NotEmpty(Read("iptables.rules.ever"));
    }

    // With the program of this build in the place where a host has it.
    [Fact]
    public async Task Systemd_takes_the_unit_as_it_is()
    {
        const string Checker = "/usr/bin/systemd-analyze";
        if (!File.Exists(Checker)) return;
        var unit = Path.Combine(_directory, "assist.service");
        var shipped = File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "packaging", "linux", "assist.service"));
        File.WriteAllText(unit, shipped.Replace("/usr/bin/assist ", $"\"{Rig.Program}\" ", StringComparison.Ordinal));

        var finished = await Spawned.RunAsync(Checker, ["verify", "--man=no", unit]);

        Assert.Equal((0, "", ""), (finished.Code, finished.Output, finished.Errors));
    }

    // tests/packaging/run kills, blocks and stops the unit under a real systemd; this holds where that cannot run.
    [Theory]
    [InlineData("Restart=always")]
    [InlineData("StartLimitIntervalSec=0")]
    [InlineData("WatchdogSec=30")]
    [InlineData("StateDirectory=assist")]
    [InlineData("LogsDirectory=assist")]
    [InlineData("RuntimeDirectory=assist")]
    [InlineData("UMask=0077")]
    public void The_unit_starts_again_whatever_ends_it_and_has_its_directories(string line) => Assert.Contains(
        line, File.ReadLines(Path.Combine(RepositoryRoot.Directory, "packaging", "linux", "assist.service")));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Rig FilteredRig()
    {
        foreach (var name in new[] { "iptables", "ip6tables" })
        {
            var file = Path.Combine(_directory, name);
            File.WriteAllText(file, Filter);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var rig = new Rig
        {
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = $"{_directory}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        };
        File.WriteAllText(
            rig.Configuration,
            File.ReadAllText(rig.Configuration)
                .Replace("control: {", "protect: {learn: false}\ncontrol: {open_ports: true, ",
                    StringComparison.Ordinal));
        return rig;
    }

    private string Read(string name)
    {
        var file = Path.Combine(_directory, name);
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}

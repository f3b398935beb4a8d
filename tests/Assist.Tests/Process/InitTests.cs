using System.Globalization;
using Assist.Commands;
using Assist.Configuration;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Tests.Processes;

/// <summary>`assist init` writes a first file that is good, shows the switch's ports, and does nothing yet.</summary>
[Collection(ProcessCollection.Name)]
public sealed class InitTests
{
    [Fact]
    public async Task The_file_shows_ports_and_neighbours_and_passes_check()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync("--lldp", "Ethernet1=core1:Ethernet49", "--lldp", "Ethernet2=fw-a:ethernet1/1");
        var file = rig.File("first.yaml");

        var written = await WithAsync(file, "init", "--eapi", $"unix:{rig.SwitchSocket}");

        Assert.Equal((0, ""), (written.Code, written.Errors));
        var text = await File.ReadAllTextAsync(file);
        foreach (var part in (string[])[
            "DCS-7050SX3-48YC8-F", "4.33.1F", "run `assist setup`", "core1 Ethernet49", "fw-a ethernet1/1"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Matches("(?m)^#   Ethernet8 +connected +1$", text);
        var check = await WithAsync(file, "check");
        Assert.Equal((0, ""), (check.Code, check.Errors));
        Assert.Contains("the switch has no port Ethernet991 (zones.a.network)",
            (await WithAsync(file, "--set", "control.socket=c/s", "doctor")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_overwritten_only_with_force()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        var before = await File.ReadAllTextAsync(rig.Configuration);
        string[] init = ["init", "--eapi", $"unix:{rig.SwitchSocket}"];

        LifecycleTests.AssertRefused(await rig.AssistAsync(init), 1, "exists; add --force to overwrite it");
        Assert.Equal(before, await File.ReadAllTextAsync(rig.Configuration));
        Assert.Equal(0, (await rig.AssistAsync([.. init, "--force"])).Code);

        Assert.Contains("Begun by `assist init`", await File.ReadAllTextAsync(rig.Configuration),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_https_the_file_names_the_switch_and_its_password_file_and_not_the_password()
    {
        await using var rig = new Rig();
        var port = Rig.FreePort();
        await rig.StartSwitchAsync(
            "--https", port.ToString(CultureInfo.InvariantCulture), "--cert", rig.File("server.crt"), "--key",
            rig.File("server.key"), "--user", "admin", "--password", "geheim");
        await File.WriteAllTextAsync(rig.File("pw"), "geheim\n");
        File.SetUnixFileMode(rig.File("pw"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var file = rig.File("first.yaml");

        var written = await WithAsync(
            file, "init", "--eapi", $"https://127.0.0.1:{port}", "--user", "admin", "--password-file",
            rig.File("pw"), "--ca", rig.File("ca.crt"));

        Assert.Equal((0, ""), (written.Code, written.Errors));
        Assert.DoesNotContain("geheim", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(0, (await WithAsync(file, "check")).Code);
    }

    [Fact]
    public async Task A_switch_that_does_not_answer_or_an_address_that_is_none_leaves_no_file()
    {
        await using var rig = new Rig();
        var file = rig.File("first.yaml");

        LifecycleTests.AssertRefused(
            await WithAsync(file, "init", "--eapi", $"unix:{rig.SwitchSocket}"), 1, "no such socket");
        LifecycleTests.AssertRefused(
            await WithAsync(file, "init", "--eapi", "http://sw"), 2, "plain http");
        LifecycleTests.AssertRefused(
            await WithAsync(file, "init", "--eapi", "https://sw"), 2, "switch.user");

        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Nothing_that_a_neighbour_says_leaves_its_comment()
    {
        SwitchPort[] ports = [new("Ethernet1", "connected", "1", "a\u2028b\u0085c", "x\nmode: inline\r\n\u001b[31m")];

        var text = FirstConfiguration.Of(
            new EosFacts { Hostname = "sw\nmode: mirror" }, new DirectFlowFacts(), ports, [("eapi", "unix:/a'b")],
            DateTimeOffset.UnixEpoch);

        var read = ConfigurationLoader.Parse(text, "first.yaml", [], Formats.Find);
        Assert.Empty(read.Errors);
        Assert.Equal(OperatingMode.Shunt, read.Config!.Topology.Mode);
        Assert.Equal("/a'b", read.Config.Eapi.Socket);
        Assert.DoesNotContain(text, c => c is not '\n' and (< ' ' or > '~'));
    }

    private static Task<Finished> WithAsync(string file, params string[] arguments) =>
        Spawned.RunAsync(Rig.Program, ["--config", file, .. arguments]);
}

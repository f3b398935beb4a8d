using System.Globalization;

namespace Assist.Tests.Processes;

/// <summary>The switch's password stands in its file and on the wire, and nowhere else.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SecretTests
{
    private const string Password = "Tr0ub4dor-und-3";

    // Of the password itself and of the switch, sockets, and a lock that is held.
    private static readonly string[] s_others = ["pw", "s", "s.lock", "eos", "order"];

    [Theory]
    [InlineData(Password)]
    [InlineData("another-Tr0ub4dor-und-3")]
    public async Task No_output_log_or_process_list_has_the_password(string expected)
    {
        await using var rig = new Rig();
        var port = Rig.FreePort();
        await rig.StartSwitchAsync(
            "--https", port.ToString(CultureInfo.InvariantCulture), "--cert", rig.File("server.crt"), "--key",
            rig.File("server.key"), "--user", "admin", "--password", expected);
        await File.WriteAllTextAsync(rig.File("pw"), Password + "\n");
        File.SetUnixFileMode(rig.File("pw"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        rig.WriteConfiguration("log: {file: assist.log, level: trace}\naudit: {file: audit.log}");
        await File.WriteAllTextAsync(rig.Configuration, (await File.ReadAllTextAsync(rig.Configuration)).Replace(
            $"eapi: \"unix:{rig.SwitchSocket}\"",
            $"eapi: \"https://127.0.0.1:{port}\", user: admin, password_file: pw, ca: ca.crt",
            StringComparison.Ordinal));
        var said = new List<string>();
        foreach (var command in (string[])["check", "setup --plan", "setup", "doctor"])
            said.Add(await SayAsync(rig, command));
        var daemon = rig.Start(Rig.Program, "--config", rig.Configuration, "--verbose", "run");
        if (expected == Password) await rig.UntilReadyAsync();
        else await daemon.EndAsync(TimeSpan.FromSeconds(20));
        foreach (var command in (string[])[
            "status", "status --json", "doctor --json", "monitor --once", "reload", "why 10.0.0.1", "audit",
            "delete --all", "panic --reason secret", "explain /dev/null"])
            said.Add(await SayAsync(rig, command));
        if (!daemon.HasEnded)
            said.Add(await File.ReadAllTextAsync($"/proc/{daemon.Id}/cmdline")
                + await File.ReadAllTextAsync($"/proc/{daemon.Id}/environ"));

        Assert.Contains(
            said, text => text.Contains(expected == Password ? "healthy" : "refused", StringComparison.Ordinal));
        Assert.All(said, text => Assert.DoesNotContain(Password, text, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(rig.Configuration)!, "*",
            SearchOption.AllDirectories).Where(file => !s_others.Contains(Path.GetFileName(file))))
            Assert.DoesNotContain(Password, await ReadAsync(file), StringComparison.Ordinal);
    }

    private static async Task<string> SayAsync(Rig rig, string command)
    {
        var finished = await rig.AssistAsync(["--verbose", .. command.Split(' ')]);
        return finished.Output + finished.Errors;
    }

    // The daemon writes some of them meanwhile.
    private static async Task<string> ReadAsync(string file)
    {
        await using var open = new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(open);
        return await reader.ReadToEndAsync();
    }
}

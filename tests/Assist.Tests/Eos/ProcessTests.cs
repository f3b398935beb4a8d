using System.Diagnostics;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests.Eos;

/// <summary>`assist-eos` as a user starts it, and curl as a user asks it.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("eos").FullName;

    private string Socket => Path.Combine(_directory, "s");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_says_when_it_is_ready_and_ends_cleanly_at_a_signal(string signal)
    {
        using var process = Start(
            "--socket", Socket, "--ready-file", Path.Combine(_directory, "ready"), "--fault", "match-bytes-zero");
        Assert.Equal($"ready on {Socket}", await process.StandardOutput.ReadLineAsync());
        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        await process.WaitForExitAsync(Deadline());
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(Socket));
        Assert.True(File.Exists(Path.Combine(_directory, "ready")));
    }

    [Fact]
    public async Task Curl_gets_an_answer_over_the_unix_socket()
    {
        if (!File.Exists("/usr/bin/curl")) return;
        using var process = Start(
            "--socket", Socket, "--eos-version", "4.15.0F", "--capacity", "100", "--programming-delay", "1ms");
        await process.StandardOutput.ReadLineAsync();
        // Larger than what curl sends without asking first.
        var padding = string.Concat(Enumerable.Repeat(" ", 2_000_000));
        var body =
            $$"""{"jsonrpc":"2.0","method":"runCmds","id":"c","params":[1,["show version"],"text"]{{padding}}}""";
        await File.WriteAllTextAsync(Path.Combine(_directory, "body"), body);
        using var curl = Process.Start(new ProcessStartInfo(
            "/usr/bin/curl",
            ["-sS", "--unix-socket", Socket, "-d", $"@{Path.Combine(_directory, "body")}",
                "http://localhost/command-api"])
        { UseShellExecute = false, RedirectStandardOutput = true })!;
        Assert.Contains("Software image version: 4.15.0F", await curl.StandardOutput.ReadToEndAsync(Deadline()),
            StringComparison.Ordinal);
        process.Kill();
    }

    [Theory]
    [InlineData()]
    [InlineData("--socket", "/tmp/x", "--fault", "nonsense")]
    [InlineData("--socket", "/tmp/x", "--programming-delay", "soon")]
    [InlineData("--socket", "/tmp/x", "--capacity", "-1")]
    [InlineData("--socket", "/tmp/x", "--https", "8443")]
    [InlineData("--socket", "/tmp/x", "--user", "admin")]
    [InlineData("--socket", "/nowhere/at/all")]
    [InlineData("--socket", "/tmp/x", "--datapath", "cloud")]
    [InlineData("--socket", "/tmp/x", "--datapath", "ovs")]
    [InlineData(
        "--socket", "/tmp/x", "--datapath", "ovs", "--ovs-bridge", "unix:/nowhere", "--ovs-port", "Ethernet1=one")]
    [InlineData("--socket", "/tmp/x", "--datapath", "ovs", "--ovs-bridge", "unix:/nowhere")]
    public async Task A_wrong_command_line_is_told_and_not_run(params string[] arguments)
    {
        var result = await RunningProgram.RunAsync("assist-eos", arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEqual("", result.Error);
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private static Process Start(params string[] arguments) => RunningProgram.Start("assist-eos", arguments);
}

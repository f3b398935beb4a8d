using System.Diagnostics;
using Assist.Outputs.FlowSpec;

namespace Assist.Tests.Outputs;

/// <summary>The distribution's gobgpd in a folder of its own, with its interface on a unix socket and no port for
/// BGP.</summary>
internal sealed class Gobgpd : IDisposable
{
    private static readonly string[] s_places = ["/usr/bin/gobgpd", "/usr/sbin/gobgpd", "/usr/local/bin/gobgpd"];

    private readonly string _directory = Directory.CreateTempSubdirectory("as-bgp-").FullName;
    private Process? _process;

    public Gobgpd()
    {
        File.WriteAllText(Path.Combine(_directory, "gobgpd.toml"), """
            [global.config]
              as = 65010
              router-id = "192.0.2.10"
              port = -1
            [[neighbors]]
              [neighbors.config]
                neighbor-address = "203.0.113.2"
                peer-as = 65011
              [neighbors.transport.config]
                passive-mode = true
            """);
        Start();
    }

    public static bool IsThere => Array.Exists(s_places, File.Exists);

    public EngineAddress Address => new(Socket, null);

    private string Socket => Path.Combine(_directory, "api.sock");

    /// <summary>One that is killed leaves its socket, which would keep the next one from starting.</summary>
    public void End()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        File.Delete(Socket);
    }

    /// <summary>Begins with no route.</summary>
    public void Start() => _process = Process.Start(new ProcessStartInfo(
        Array.Find(s_places, File.Exists)!,
        ["-f", Path.Combine(_directory, "gobgpd.toml"), "--api-hosts", $"unix://{Socket}", "--pprof-disable"])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    });

    /// <summary>What somebody else does at the command line.</summary>
    public async Task<string> OrderAsync(string words)
    {
        using var client = Process.Start(new ProcessStartInfo(
            "gobgp", ["--target", $"unix://{Socket}", .. words.Split(' ')])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        Assert.Equal(0, client.ExitCode);
        return output;
    }

    public void Dispose()
    {
        if (_process is not null) End();
        Directory.Delete(_directory, recursive: true);
    }
}

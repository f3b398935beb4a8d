using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Faults;

/// <summary>A process of ours; its output goes to a file, and it ends with us.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task _copying;

    /// <param name="program">A path.</param>
    public Child(string program, IEnumerable<string> arguments, string log,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _copying = Task.WhenAll(
            CopyAsync(_process.StandardOutput, log + ".out"), CopyAsync(_process.StandardError, log + ".err"));
    }

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Resident memory, in MiB.</summary>
    public double ResidentMib
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public async Task EndAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync().WaitAsync(limit);
        await _copying.WaitAsync(limit);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task CopyAsync(StreamReader from, string path)
    {
        await using var file = new FileStream(
            path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await from.BaseStream.CopyToAsync(file);
    }
}

/// <summary>A line to a unix socket and a line back.</summary>
internal static class LineSocket
{
    // A machine that does much else lets a process wait for many seconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Null where nobody answers.</summary>
    public static async Task<string?> AskAsync(string path, string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), patience.Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    public static JsonElement Json(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}

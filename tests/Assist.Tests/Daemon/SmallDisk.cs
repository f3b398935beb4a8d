using System.Diagnostics;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests.Daemon;

/// <summary>A file system that is soon full, mounted over a directory. Needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    public const int Size = 64 << 10;

    private readonly string _directory;

    private SmallDisk(string directory) => _directory = directory;

    public static async Task<SmallDisk> MountAsync(string directory)
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size}", "assist-test", directory);
        return new SmallDisk(directory);
    }

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", _directory);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, process.ExitCode);
    }
}

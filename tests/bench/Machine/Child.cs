using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>A process of ours: a receiver under test or a sender. Killed with the benchmark at the latest.</summary>
internal sealed partial class Child : IDisposable
{
    public const int SigTerm = 15, SigCont = 18, SigStop = 19;

    private readonly Process _process;

    /// <summary>Of all that is started from now on. Below 0 goes before what else the machine does: ask its
    /// owner.</summary>
    public static int Nice { get; set; }

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Processor time of all its threads, also of those that have ended.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // clock_getcpuclockid(3): the complement of the process id, then CPUCLOCK_SCHED.
            var failed = ClockGetTime((~Id << 3) | 2, out var time) != 0;
            if (failed) return TimeSpan.Zero;
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
        }
    }

    /// <summary>Bytes it has in memory now.</summary>
    public long Resident => StatusOf("VmRSS:");

    /// <summary>The most it ever had.</summary>
    public long Peak => StatusOf("VmHWM:");

    /// <param name="log">File for its output; null leaves it to <see cref="ReadToEndAsync"/>.</param>
    public static Child Start(
        string program, IEnumerable<string> arguments, string? log = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var redirect = log is null ? "" : $" >>'{log}' 2>&1";
        string[] command = ["-c", $"exec nice -n {Nice} \"$0\" \"$@\"{redirect}", program, .. arguments];
        var start = new ProcessStartInfo("/bin/sh", command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = log is null,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new Child(Process.Start(start)!);
    }

    public void Signal(int number)
    {
        if (Kill(Id, number) != 0) throw new InvalidOperationException($"no process {Id}");
    }

    /// <summary>What it prints until it ends, whatever its exit code.</summary>
    public async Task<string> ReadToExitAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return output;
    }

    /// <exception cref="InvalidOperationException">Its exit code is not 0.</exception>
    public async Task<string> ReadToEndAsync()
    {
        var output = await ReadToExitAsync();
        if (_process.ExitCode == 0) return output;
        var program = _process.StartInfo.ArgumentList[2];
        throw new InvalidOperationException($"{program} failed with {_process.ExitCode}: {output}");
    }

    /// <summary>How long it took to end after SIGTERM.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var began = Stopwatch.GetTimestamp();
        Signal(SigTerm);
        await _process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(began);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private long StatusOf(string key)
    {
        foreach (var line in File.ReadLines($"/proc/{Id}/status"))
            if (line.StartsWith(key, StringComparison.Ordinal))
                return Kilobytes(line) << 10;
        return 0;
    }

    private static long Kilobytes(string line) =>
        long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

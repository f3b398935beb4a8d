using System.Globalization;
using System.Text;

namespace Assist.Http;

/// <summary>What the daemon takes of its machine, under the names that Prometheus's own libraries use and dashboards
/// expect. What the system does not tell is left out.</summary>
internal static class ProcessMetrics
{
    // USER_HZ, in which /proc counts: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    // proc_pid_stat(5), counted from the field behind the name: the name may hold blanks.
    private const int StartTime = 19;

    private const string Boot = "btime ";

    private static readonly Lazy<double?> s_started = new(Started);

    public static void Write(StringBuilder text)
    {
        Value(text, "process_resident_memory_bytes", "gauge", "Memory of the daemon that is in RAM.",
            Environment.WorkingSet);
        Value(text, "process_cpu_seconds_total", "counter", "Processor time of the daemon.",
            Environment.CpuUsage.TotalTime.TotalSeconds);
        if (s_started.Value is { } started)
            Value(text, "process_start_time_seconds", "gauge", "Start of the daemon, in seconds since 1970.", started);
        if (OpenFiles() is { } open)
            Value(text, "process_open_fds", "gauge", "Open file descriptors of the daemon.", open);
    }

    private static void Value(StringBuilder text, string name, string type, string help, double value)
    {
        MetricsText.Family(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    // Once: a clock that is set later must not move the start.
    private static double? Started()
    {
        try
        {
            var process = File.ReadAllText("/proc/self/stat");
            var booted = File.ReadLines("/proc/stat")
                .First(line => line.StartsWith(Boot, StringComparison.Ordinal))[Boot.Length..];
            var ticks = process[(process.LastIndexOf(')') + 2)..].Split(' ')[StartTime];
            return Number(booted) + (Number(ticks) / TicksPerSecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double? OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

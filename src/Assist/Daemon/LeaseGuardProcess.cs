using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Assist.Outputs.FlowSpec;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Keeps a guard process running, which outlives the daemon by the lease.</summary>
internal sealed partial class LeaseGuardProcess(
    FlowSpecOptions options, string lockFile, TimeProvider time, ILogger<LeaseGuardProcess> log) : IDisposable
{
    /// <summary>The command that the program runs as, which no help lists.</summary>
    public const string Command = "flow-spec-guard";

    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private Process? _process;
    private LeaseLock? _lock;

    /// <summary>Why nobody would take the rules back if the daemon died; null where somebody would.</summary>
    public string? Fault { get; private set; } = "its guard process has not started yet";

    /// <summary>Takes the lock, where no guard of an earlier daemon is withdrawing just now, and starts the guard;
    /// again whenever it ends.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            _lock ??= LeaseLock.TryTake(lockFile);
            if (_process is null) Start();
            if (_lock is not null && _process is { } process) await process.WaitForExitAsync(stopping);
            if (_process is { HasExited: true }) Ended();
            await Task.Delay(s_retry, time, stopping);
        }
    }

    /// <summary>From now on nobody stands behind the rules; another daemon may.</summary>
    public void Release() => _lock?.Dispose();

    // Its pipe is closed here, at the latest: then its lease begins.
    public void Dispose()
    {
        _lock?.Dispose();
        _process?.Dispose();
    }

    private void Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ArgumentsOf(options, lockFile))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            _process = Process.Start(start);
            Fault = null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            if (Fault != e.Message) NotStarted(log, e.Message);
            Fault = e.Message;
        }
    }

    private void Ended()
    {
        Fault = $"its guard process has ended with {_process!.ExitCode}";
        GuardEnded(log, _process.ExitCode);
        _process.Dispose();
        _process = null;
    }

    private static IEnumerable<string> ArgumentsOf(FlowSpecOptions options, string lockFile)
    {
        yield return Command;
        yield return $"--engine={options.Engine}";
        if (options.Engine.Ca is { } ca) yield return $"--ca={ca}";
        yield return $"--mark={options.Mark}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--lease={(int)options.Lease.TotalSeconds}");
        yield return $"--lock={lockFile}";
    }

    [LoggerMessage(EventId = 770, Level = LogLevel.Error,
        Message = "the guard of announced rules cannot be started: {Reason}; retrying")]
    private static partial void NotStarted(ILogger log, string reason);

    [LoggerMessage(EventId = 771, Level = LogLevel.Warning,
        Message = "the guard of announced rules has ended with {Code}; starting it again")]
    private static partial void GuardEnded(ILogger log, int code);
}

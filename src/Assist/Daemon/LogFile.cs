using Assist.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace Assist.Daemon;

/// <summary>The daemon's log file, which rolls by size. A line that cannot be written, as on a full disk, is lost and the
/// daemon goes on; the first one is told on standard error, and status tells it until a line is written again.</summary>
internal sealed class LogFile : ILogEventSink, IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Logger _file;

    // Guarded by the gate.
    private string? _failure;
    private string? _fault;

    /// <exception cref="DaemonException">The file cannot be written.</exception>
    public LogFile(string path, LogOptions options, ITextFormatter formatter)
    {
        _path = path;
        Probe(path);
        _file = new LoggerConfiguration().MinimumLevel.Verbose()
            .WriteTo.File(formatter, path, fileSizeLimitBytes: options.MaxFileSize, rollOnFileSizeLimit: true,
                retainedFileCountLimit: options.KeepFiles)
            .CreateLogger();
        // The one place where Serilog tells that a sink has failed, during the write and on its thread.
        SelfLog.Enable(NoteFailure);
    }

    /// <summary>Why the last line was not written; null if it was.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate) return _fault;
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            _failure = null;
            ((ILogEventSink)_file).Emit(logEvent);
            var wasWritten = _fault is null;
            _fault = _failure is null ? null : $"log.file {_path} is not written: {_failure}";
            if (wasWritten && _fault is not null) Console.Error.WriteLine(Printable.Of($"{_fault}; receiving goes on"));
        }
    }

    public void Dispose() => _file.Dispose();

    // "TIME Caught exception while emitting to sink SINK: TYPE: REASON", and a stack trace in further lines.
    private void NoteFailure(string text)
    {
        if (!_gate.IsHeldByCurrentThread) return;
        var line = text.Split('\n', 2)[0].Trim();
        var type = line.LastIndexOf("Exception: ", StringComparison.Ordinal);
        _failure ??= type < 0 ? line : line[(type + "Exception: ".Length)..];
    }

    // The sink opens its file at the first line and keeps it to itself when it cannot.
    private static void Probe(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"log.file {path}: {e.Message}", e);
        }
    }
}

using Assist.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Assist.Logging;

/// <summary>The daemon's log file, which rolls by size. A line that cannot be written, as on a full disk, is lost and
/// the daemon goes on; the first one is told, and status tells it until a line is written again.</summary>
internal sealed class LogFile : ILogEventSink, ILoggingFailureListener, IDisposable
{
    private readonly Lock _writing = new();
    private readonly string _path;
    private readonly LogOptions _options;
    private readonly ITextFormatter _formatter;
    private readonly OpenedFile _opened = new();
    private Logger _file;

    // Of the line that is being written; touched by its writer alone.
    private string? _failure;
    private volatile string? _fault;

    /// <exception cref="DaemonException">The file cannot be written.</exception>
    public LogFile(string path, LogOptions options, ITextFormatter formatter)
    {
        (_path, _options, _formatter) = (path, options, formatter);
        Probe(path);
        _file = NewLogger();
    }

    /// <summary>Is told when lines begin to be lost.</summary>
    public Action<string>? TellFault { get; init; }

    /// <summary>Why the last line was not written; null if it was. Never waits for a write.</summary>
    public string? Fault => _fault;

    public void Emit(LogEvent logEvent)
    {
        lock (_writing)
        {
            _failure = null;
            // The sink itself tries again after half an hour.
            if (_opened.IsGone || (_fault is not null && !_opened.IsOpen)) Reopen();
            ((ILogEventSink)_file).Emit(logEvent);
            var wasWritten = _fault is null;
            _fault = _failure is null ? null : $"log.file {_path} is not written: {_failure}";
            if (wasWritten && _fault is { } fault) TellFault?.Invoke(fault);
        }
    }

    // Called by Serilog during the write and on its thread, so with the lock held.
    void ILoggingFailureListener.OnLoggingFailed(
        object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events,
        Exception? exception) => _failure ??= exception?.Message ?? message;

    public void Dispose()
    {
        _file.Dispose();
        _opened.Dispose();
    }

    // Somebody has moved or removed the file, as logrotate does: lines would go where nobody looks.
    private void Reopen()
    {
        _file.Dispose();
        _opened.Forget();
        _file = NewLogger();
    }

    private Logger NewLogger() => new LoggerConfiguration().MinimumLevel.Verbose()
        .WriteTo.Fallible(to => to.File(_formatter, _path, fileSizeLimitBytes: _options.MaxFileSize,
            rollOnFileSizeLimit: true, retainedFileCountLimit: _options.KeepFiles, hooks: _opened), this)
        .CreateLogger();

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

using System.Text;
using Assist.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Assist.Logging;

/// <summary>The daemon's log file, which rotates by size. A line that cannot be written, as on a full disk, is lost and
/// the daemon goes on; the first one is told, and status tells it until a line is written again.</summary>
internal sealed class LogFile : ILogEventSink, IDisposable
{
    private readonly Lock _writing = new();
    private readonly string _path;
    private readonly ITextFormatter _formatter;

    // Guarded by the lock.
    private readonly RotatingFile _file;
    private volatile string? _fault;

    /// <exception cref="DaemonException">The file cannot be written.</exception>
    public LogFile(string path, LogOptions options, ITextFormatter formatter)
    {
        (_path, _formatter) = (path, formatter);
        Probe(path);
        _file = new RotatingFile(path, options.MaxFileSize, options.KeepFiles);
    }

    /// <summary>Is told when lines begin to be lost.</summary>
    public Action<string>? TellFault { get; init; }

    /// <summary>Why the last line was not written, or why the file grows beyond its size; null if all is well. Never
    /// waits for a write.</summary>
    public string? Fault => _fault;

    public void Emit(LogEvent logEvent)
    {
        lock (_writing)
        {
            var wasWell = _fault is null;
            _fault = FaultOf(logEvent);
            if (wasWell && _fault is { } fault) TellFault?.Invoke(fault);
        }
    }

    public void Dispose() => _file.Dispose();

    private string? FaultOf(LogEvent logEvent)
    {
        try
        {
            using var line = new StringWriter();
            _formatter.Format(logEvent, line);
            _file.Write(Encoding.UTF8.GetBytes(line.ToString()));
            return _file.RotationFault is { } fault ? $"log.file {_path} cannot be rotated: {fault}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"log.file {_path} is not written: {e.Message}";
        }
    }

    // A start must not succeed with a file that cannot be written, and the first line may come much later.
    private static void Probe(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"log.file {path}: {IoFault.Text(e)}", e);
        }
    }
}

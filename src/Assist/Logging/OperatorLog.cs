using Assist.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Assist.Logging;

/// <summary>The daemon's own log: to standard error, and to a file.</summary>
internal sealed class OperatorLog : IDisposable
{
    private readonly LogFile? _file;

    /// <exception cref="DaemonException">The file cannot be written.</exception>
    public OperatorLog(LogOptions options, bool toConsole)
    {
        var level = LevelOf(options.Level);
        var configuration = new LoggerConfiguration().MinimumLevel.Is(level)
            // What the host has to say, the command says in one line.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Fatal);
        if (toConsole) configuration.WriteTo.Console(new LineFormatter(), standardErrorFromLevel: LogEventLevel.Verbose);
        if (options.File is { } file) _file = new LogFile(file, options, new LineFormatter());
        if (_file is not null) configuration.WriteTo.Sink(_file);
#pragma warning disable CA2000 // the factory owns its provider
        Loggers = new LoggerFactory(
            [new SerilogLoggerProvider(configuration.CreateLogger(), dispose: true)],
            new LoggerFilterOptions { MinLevel = options.Level });
#pragma warning restore CA2000
    }

    public ILoggerFactory Loggers { get; }

    /// <summary>Why the file is not written; null while it is, or there is none.</summary>
    public string? Fault => _file?.Fault;

    public void Dispose() => Loggers.Dispose();

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Critical or LogLevel.None => LogEventLevel.Fatal,
        _ => LogEventLevel.Information,
    };

    /// <summary>One event, one line: control characters are shown as escapes, so that no text from outside can begin a
    /// line of its own or reach a terminal as a command.</summary>
    private sealed class LineFormatter : ITextFormatter
    {
        private readonly MessageTemplateTextFormatter _line = new("{Timestamp:MMM dd HH:mm:ss.fff} {Level:u} {Message:lj} {Exception}");

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var line = new StringWriter();
            _line.Format(logEvent, line);
            Printable.Write(output, line.ToString().TrimEnd());
            output.WriteLine();
        }
    }
}

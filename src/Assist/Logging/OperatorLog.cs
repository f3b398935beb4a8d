using Assist.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Assist.Logging;

/// <summary>The daemon's own log: to standard error, and to a file, each behind a queue of its own.</summary>
internal sealed class OperatorLog : IDisposable
{
    /// <summary>The category of what is written at every level: when the daemon ran, why it stopped, and who gave it
    /// orders.</summary>
    public const string Account = "account";

    private readonly LogQueue? _console;
    private readonly LogFile? _file;
    private readonly LogQueue? _fileQueue;
    private readonly Logger? _standardError;

    /// <param name="mark">Stands before each message.</param>
    /// <exception cref="DaemonException">The file cannot be written.</exception>
    public OperatorLog(LogOptions options, bool toConsole, string mark = "")
    {
        if (options.File is { } path)
        {
            _file = new LogFile(path, options, FormatterOf(options, mark)) { TellFault = TellFault };
            _fileQueue = new LogQueue(_file, "file");
        }
        if (toConsole)
        {
            _standardError = new LoggerConfiguration().MinimumLevel.Verbose()
                .WriteTo.Console(FormatterOf(options, mark), standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger();
            _console = new LogQueue(_standardError, "standard error");
        }
        Levels = new LogLevels(options.Level);
        Loggers = NewFactory(Levels);
    }

    /// <summary>Which lines are written.</summary>
    public LogLevels Levels { get; }

    public ILoggerFactory Loggers { get; }

    /// <summary>What of this log is not written now, and why; empty while all of it is.</summary>
    public IEnumerable<string> Faults()
    {
        if (_file?.Fault is { } fault) yield return fault;
        if (_fileQueue?.LeftOut > 0) yield return LeftOut("the log file", _fileQueue.LeftOut);
        if (_console?.LeftOut > 0) yield return LeftOut("standard error", _console.LeftOut);
    }

    /// <summary>For the file alone: on standard error the command says it as its last line.</summary>
    public void TellEnd(string reason) => Tell(_fileQueue, "assist has ended: {Reason}", "Reason", reason);

    /// <summary>Writes what still waits.</summary>
    public void Dispose()
    {
        Loggers.Dispose();
        _fileQueue?.Dispose();
        _file?.Dispose();
        _console?.Dispose();
        _standardError?.Dispose();
    }

    private static string LeftOut(string sink, long lines) =>
        $"log: {sink} takes no lines, so {lines} have been left out; check what reads or stores it";

    private static ITextFormatter FormatterOf(LogOptions options, string mark) =>
        options.Format == LogFormat.Json ? new JsonFormatter(mark) : new LineFormatter(mark);

    private LoggerFactory NewFactory(LogLevels levels)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.ControlledBy(levels.All)
            // What the host has to say, the command says in one line.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Fatal)
            .MinimumLevel.Override(Account, levels.Account);
        if (_console is not null) configuration.WriteTo.Sink(_console);
        if (_fileQueue is not null) configuration.WriteTo.Sink(_fileQueue);
#pragma warning disable CA2000 // the factory owns its provider
        return new LoggerFactory(
            [new SerilogLoggerProvider(configuration.CreateLogger(), dispose: true)],
            // The provider decides, by what holds at the moment.
            new LoggerFilterOptions { MinLevel = LogLevel.Trace });
#pragma warning restore CA2000
    }

    // By the queue: the file's thread must not wait for standard error.
    private void TellFault(string fault) =>
        Tell(_console, "{Fault}; messages are received all the same", "Fault", fault);

    private static void Tell(LogQueue? queue, string template, string name, string value) => queue?.Emit(new LogEvent(
        TimeProvider.System.GetLocalNow(), LogEventLevel.Error, exception: null,
        new MessageTemplateParser().Parse(template), [new LogEventProperty(name, new ScalarValue(value))]));
}

using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;

namespace Assist.Logging;

/// <summary>Which lines are written, and it may change while the daemon runs. For any thread.</summary>
/// <param name="configured">What the configuration asks for.</param>
internal sealed class LogLevels(LogLevel configured)
{
    private volatile int _current = (int)configured;

    public LogLevel Configured => configured;

    public LogLevel Current => (LogLevel)_current;

    /// <summary>Of all lines but those of the account.</summary>
    internal LoggingLevelSwitch All { get; } = new(SerilogOf(configured));

    /// <summary>When the daemon ran, why it stopped and who gave it orders is written at every level.</summary>
    internal LoggingLevelSwitch Account { get; } = new(SerilogOf(AtMostInformation(configured)));

    public void Set(LogLevel level)
    {
        _current = (int)level;
        All.MinimumLevel = SerilogOf(level);
        Account.MinimumLevel = SerilogOf(AtMostInformation(level));
    }

    private static LogLevel AtMostInformation(LogLevel level) =>
        level > LogLevel.Information ? LogLevel.Information : level;

    private static LogEventLevel SerilogOf(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Critical or LogLevel.None => LogEventLevel.Fatal,
        _ => LogEventLevel.Information,
    };
}

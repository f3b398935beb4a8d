using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Assist.Logging;

/// <summary>One event, one line: control characters are shown as escapes, so that no text from outside can begin a line
/// of its own or reach a terminal as a command.</summary>
/// <param name="mark">Stands before each message; no braces.</param>
internal sealed class LineFormatter(string mark) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _line =
        new($"{{Timestamp:MMM dd HH:mm:ss.fff}} {{Level:u}} {mark}{{Message:lj}} {{Exception}}");

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        _line.Format(logEvent, line);
        Printable.Write(output, line.ToString().TrimEnd());
        output.WriteLine();
    }
}

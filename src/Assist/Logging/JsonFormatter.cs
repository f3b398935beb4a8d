using System.Globalization;
using System.Text;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Assist.Logging;

/// <summary>One event, one line of JSON: the time in UTC, the level, the number of the event, the sentence, and its
/// facts by name.</summary>
/// <param name="mark">Stands before each message.</param>
internal sealed class JsonFormatter(string mark) : ITextFormatter
{
    private const string Category = "SourceContext";
    private const string Id = "EventId";

    private static readonly MessageTemplateTextFormatter s_message =
        new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime);
            json.WriteString("level", LevelOf(logEvent.Level));
            if (NumberOf(logEvent) is { } id) json.WriteNumber("id", id);
            json.WriteString("message", mark + MessageOf(logEvent));
            if (logEvent.Exception is { } fault) json.WriteString("exception", $"{fault}");
            WriteFacts(json, logEvent);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static string MessageOf(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        s_message.Format(logEvent, text);
        return text.ToString();
    }

    private static void WriteFacts(Utf8JsonWriter json, LogEvent logEvent)
    {
        var facts = logEvent.Properties.Where(fact => fact.Key is not (Category or Id)).ToList();
        if (facts.Count == 0) return;
        json.WriteStartObject("facts");
        foreach (var (name, value) in facts) Write(json, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: int or long or ushort or short or byte or uint } number:
                json.WriteNumber(name, Convert.ToInt64(number.Value, CultureInfo.InvariantCulture));
                break;
            case ScalarValue { Value: double number } when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case ScalarValue { Value: bool flag }: json.WriteBoolean(name, flag); break;
            case ScalarValue scalar:
                json.WriteString(name, Convert.ToString(scalar.Value, CultureInfo.InvariantCulture));
                break;
            default: json.WriteString(name, $"{value}"); break;
        }
    }

    private static int? NumberOf(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault(Id) is StructureValue { Properties: var parts }
        && parts.FirstOrDefault(part => part.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : null;

    private static string LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        LogEventLevel.Fatal => "critical",
        _ => "info",
    };
}

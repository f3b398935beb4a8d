using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.Logging;
using Microsoft.Extensions.Logging;

namespace Assist.Tests.Logging;

/// <summary>The level of the log while the daemon runs, and its lines as JSON.</summary>
public sealed partial class LogLevelTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string LogPath => Path.Combine(_directory, "log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_level_that_is_set_holds_at_once_and_the_account_is_written_at_every_level()
    {
        using (var log = new OperatorLog(Options(LogLevel.Warning, LogFormat.Text), toConsole: false))
        {
            var (lines, account) = (log.Loggers.CreateLogger("any"), log.Loggers.CreateLogger(OperatorLog.Account));
            Fact(lines, "left out", 1);
            Fact(account, "an order", 2);
            log.Levels.Set(LogLevel.Debug);
            Assert.True(lines.IsEnabled(LogLevel.Debug));
            Fact(lines, "written", 3);
            log.Levels.Set(LogLevel.Error);
            Fact(lines, "left out again", 4);
            Fact(account, "another order", 5);
        }

        Assert.Equal(
            ["an order", "written", "another order"],
            File.ReadAllLines(LogPath).Select(line => line.Split("INFORMATION ")[1].Split(" has number")[0]));
    }

    [Fact]
    public void As_JSON_each_line_is_one_object_with_its_facts_by_name()
    {
        const string hostile = "a \"name\"\n\u001b[31m{Number}";
        using (var log = new OperatorLog(Options(LogLevel.Information, LogFormat.Json), toConsole: false, "DRY RUN "))
        {
            var logger = log.Loggers.CreateLogger("any");
            Fact(logger, hostile, 7);
        }

        var text = Assert.Single(File.ReadAllLines(LogPath));
        using var line = JsonDocument.Parse(text);
        var root = line.RootElement;
        Assert.Equal(["time", "level", "id", "message", "facts"], root.EnumerateObject().Select(each => each.Name));
        Assert.Equal(("info", 899), (root.GetProperty("level").GetString(), root.GetProperty("id").GetInt32()));
        Assert.Equal($"DRY RUN {hostile} has number 7", root.GetProperty("message").GetString());
        Assert.Equal(hostile, root.GetProperty("facts").GetProperty("its_name").GetString());
        Assert.Equal(7, root.GetProperty("facts").GetProperty("number").GetInt32());
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public void An_order_for_a_time_ends_by_itself()
    {
        var (time, levels) = (new ManualTimeProvider(), new LogLevels(LogLevel.Information));
        var control = new LogLevelControl(levels, time);

        var set = control.Answer(Order("debug", 600)).LogLevel!;
        Assert.Equal(("debug", "info", time.GetUtcNow().UtcDateTime.AddMinutes(10)),
            (set.Level, set.Configured, set.Until));
        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.False(control.EndIfOver());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(control.EndIfOver());
        Assert.False(control.EndIfOver());

        Assert.Equal(new LogLevelStatus("info", "info", null), control.Answer(Order(null, null)).LogLevel);
        Assert.Equal(LogLevel.Information, levels.Current);
    }

    [Fact]
    public void A_level_without_an_end_replaces_one_with_an_end_and_a_word_that_is_none_changes_nothing()
    {
        var (time, levels) = (new ManualTimeProvider(), new LogLevels(LogLevel.Information));
        var control = new LogLevelControl(levels, time);
        control.Answer(Order("debug", 600));
        control.Answer(Order("trace", null));

        time.Advance(TimeSpan.FromDays(1));

        Assert.False(control.EndIfOver());
        Assert.Equal("there is no such level; write trace, debug, info, warning, error",
            control.Answer(Order("loud", null)).Error);
        Assert.Equal(LogLevel.Trace, levels.Current);
    }

    private static ControlRequest Order(string? level, long? seconds) =>
        new() { Command = ControlRequest.LogLevel, Level = level, Seconds = seconds };

    private LogOptions Options(LogLevel level, LogFormat format) =>
        new() { Level = level, Format = format, File = LogPath };

    [LoggerMessage(EventId = 899, Level = LogLevel.Information, Message = "{ItsName} has number {Number}")]
    private static partial void Fact(ILogger log, string itsName, int number);
}

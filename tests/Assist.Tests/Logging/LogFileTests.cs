using Assist.Configuration;
using Assist.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;

namespace Assist.Tests.Logging;

public sealed class LogFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("assist-log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void O4_a_line_that_cannot_be_written_is_a_fault_until_one_is_written()
    {
        var path = Path.Combine(_directory, "log");
        using var file = new LogFile(path, new LogOptions(), new FullNow());
        using var log = new LoggerConfiguration().WriteTo.Sink(file).CreateLogger();

        log.Information("good");
        Assert.Null(file.Fault);
        log.Information("full");
        log.Information("full");
        Assert.Equal($"log.file {path} is not written: No space left on device", file.Fault);
        log.Information("good");

        Assert.Null(file.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_the_file_was_moved_or_removed_lines_go_to_a_new_one(bool isMoved)
    {
        var path = Path.Combine(_directory, "log");
        using var file = new LogFile(path, new LogOptions(), new FullNow());
        using var log = new LoggerConfiguration().WriteTo.Sink(file).CreateLogger();
        log.Information("before");

        if (isMoved) File.Move(path, path + ".1");
        else File.Delete(path);
        log.Information("after");
        log.Information("later");

        Assert.Equal(["after", "later"], File.ReadAllLines(path));
        if (isMoved) Assert.Equal(["before"], File.ReadAllLines(path + ".1"));
        Assert.Null(file.Fault);
    }

    [Fact]
    public void A_file_that_cannot_be_made_anew_is_a_fault_until_it_can()
    {
        var logs = Directory.CreateDirectory(Path.Combine(_directory, "logs")).FullName;
        var path = Path.Combine(logs, "log");
        using var file = new LogFile(path, new LogOptions(), new FullNow());
        using var log = new LoggerConfiguration().WriteTo.Sink(file).CreateLogger();
        log.Information("before");
        Directory.Delete(logs, recursive: true);
        File.WriteAllText(logs, "where the directory was");
        log.Information("lost");
        Assert.StartsWith($"log.file {path} is not written: ", file.Fault, StringComparison.Ordinal);

        File.Delete(logs);
        log.Information("after");
        Assert.Equal((null, "after"), (file.Fault, File.ReadAllLines(path).Single()));
    }

    [Fact]
    public void A_file_that_is_there_already_is_kept()
    {
        var path = Path.Combine(_directory, "log");
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        using var file = new LogFile(path, new LogOptions(), new FullNow());

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
    }

    private sealed class FullNow : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output)
        {
            if (logEvent.MessageTemplate.Text == "full") throw new IOException("No space left on device");
            output.WriteLine(logEvent.MessageTemplate.Text);
        }
    }
}

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

using Assist.Configuration;
using Assist.Logging;

namespace Assist.Events;

/// <summary>A file of JSON lines, which rotates as the daemon's log does.</summary>
internal sealed class FileSink(EventFileOptions options) : IEventSink
{
    private readonly RotatingFile _file = new(options.Path, options.MaxFileSize, options.KeepFiles);

    public string Name => "file";

    public string Target => options.Path;

    public Task SendAsync(EventFact fact, CancellationToken cancellation)
    {
        try
        {
            _file.Write([.. fact.Json, (byte)'\n']);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EventSinkException(IoFault.Text(e), inner: e);
        }
    }

    public void Dispose() => _file.Dispose();
}

using System.Text;
using Microsoft.Win32.SafeHandles;
using Serilog.Sinks.File;

namespace Assist.Logging;

/// <summary>Knows whether the file that the sink writes still has the name under which it was opened. Used by one thread
/// at a time.</summary>
internal sealed class OpenedFile : FileLifecycleHooks, IDisposable
{
    private SafeFileHandle? _file;
    private string? _name;

    public bool IsOpen => _file is not null;

    /// <summary>True where it was moved or removed.</summary>
    public bool IsGone => _file is not null && NameNow() != _name;

    /// <summary>Called by the sink for its first file and each that it rolls to.</summary>
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        Forget();
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _name = NameNow();
        return underlyingStream;
    }

    public void Forget()
    {
        _file?.Dispose();
        (_file, _name) = (null, null);
    }

    public void Dispose() => Forget();

    // proc(5): the link shows the name that the file has now, and "(deleted)" behind it once it has none.
    private string? NameNow() => new FileInfo($"/proc/self/fd/{_file!.DangerousGetHandle()}").LinkTarget;
}

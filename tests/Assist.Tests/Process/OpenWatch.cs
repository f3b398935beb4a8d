using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assist.Tests.Processes;

/// <summary>Tells whether anybody has opened a directory or a file in it since the last question: inotify(7).</summary>
internal sealed partial class OpenWatch : IDisposable
{
    private const int NonBlocking = 0x800;   // IN_NONBLOCK
    private const uint Open = 0x20;          // IN_OPEN

    private readonly SafeFileHandle _notes;

    public OpenWatch(string directory)
    {
        _notes = Init(NonBlocking);
        Assert.False(_notes.IsInvalid);
        Assert.True(AddWatch(_notes, directory, Open) >= 0);
    }

    public bool HasHappened
    {
        get
        {
            Span<byte> note = stackalloc byte[512];
            return Read(_notes, ref note[0], note.Length) > 0;
        }
    }

    public void Dispose() => _notes.Dispose();

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial SafeFileHandle Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(SafeFileHandle notes, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle notes, ref byte buffer, nint count);
}

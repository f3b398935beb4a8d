using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assist.State;

/// <summary>Who owns a file.</summary>
internal static partial class FileOwner
{
    // statx(2): AT_FDCWD, STATX_UID | STATX_GID, the structure's size and its fields in words of four bytes.
    private const int CurrentDirectory = -100;
    private const uint StatxOwner = 0x18;
    private const int StatxWords = 64;
    private const int StatxUser = 5;
    private const int StatxGroup = 6;

    /// <summary>Gives a file to the user and group that own another one, or a directory. Only root can, and for others
    /// nothing is done.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public static unsafe void Give(SafeFileHandle file, string asIs)
    {
        if (!Environment.IsPrivilegedProcess) return;
        Span<uint> about = stackalloc uint[StatxWords];
        fixed (uint* buffer = about)
            if (Statx(CurrentDirectory, asIs, 0, StatxOwner, buffer) != 0
                || ChangeOwner(file, about[StatxUser], about[StatxGroup]) != 0)
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, uint* about);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);
}

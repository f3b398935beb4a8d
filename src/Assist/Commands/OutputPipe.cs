using System.Runtime.InteropServices;

namespace Assist.Commands;

/// <summary>Standard output as `head -1` leaves it. The console of .NET passes over writes that nobody will read, so a
/// command that writes for ever has to look for itself.</summary>
internal static partial class OutputPipe
{
    private const int StandardOutput = 1;
    private const short Error = 8;   // POLLERR

    public static bool HasNoReader()
    {
        var output = new PollDescriptor { File = StandardOutput };
        return Poll(ref output, 1, 0) > 0 && (output.Returned & Error) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    // struct pollfd
    private struct PollDescriptor
    {
        public int File;
        public short Wanted;
        public short Returned;
    }
}

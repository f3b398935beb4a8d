using System.Runtime.InteropServices;

namespace Assist.Daemon;

/// <summary>Leaves the terminal behind: what `start` needs and no library offers.</summary>
internal static partial class Detachment
{
    private const int ReadWrite = 2;

    /// <summary>Own session, and nothing open towards the starter's terminal or pipes.</summary>
    public static void Detach()
    {
        _ = SetSession();
        var nothing = Open("/dev/null", ReadWrite);
        if (nothing < 0) return;
        for (var standard = 0; standard <= 2; standard++) _ = Duplicate(nothing, standard);
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);
}

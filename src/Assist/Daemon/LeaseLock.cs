namespace Assist.Daemon;

/// <summary>Says whether a daemon stands behind the announced rules: it holds this lock for as long as it lives, and
/// the kernel takes the lock back when it ends, however that happens.</summary>
internal sealed class LeaseLock : IDisposable
{
    private readonly FileStream _file;

    private LeaseLock(FileStream file) => _file = file;

    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "announcements.lock");

    /// <summary>Null while somebody else holds it.</summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static LeaseLock? TryTake(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { } directory) Directory.CreateDirectory(directory);
            return new LeaseLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}

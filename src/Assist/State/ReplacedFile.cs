namespace Assist.State;

/// <summary>A file of the operator's, replaced as a whole: it keeps its owner and mode, and a crash leaves the old one
/// or the new one.</summary>
internal static class ReplacedFile
{
    /// <param name="path">Of the file itself; a link to it is followed.</param>
    /// <param name="expected">What it must hold, so that nobody's change is lost.</param>
    /// <exception cref="IOException">Nothing was changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> content)
    {
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var (directory, written) = (Path.GetDirectoryName(file)!, file + ".new");
        // Left by a crash, or put there by somebody: neither is written through.
        File.Delete(written);
        try
        {
            WriteBeside(file, written, content);
            if (!expected.SequenceEqual(File.ReadAllBytes(file)))
                throw new IOException("the file has been changed meanwhile");
            File.Move(written, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(written);
            throw;
        }
        StateFile.SynchronizeDirectory(directory);
    }

    private static void WriteBeside(string file, string written, ReadOnlySpan<byte> content)
    {
        using var beside = new FileStream(written, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        FileOwner.Give(beside.SafeFileHandle, file);
        File.SetUnixFileMode(beside.SafeFileHandle, File.GetUnixFileMode(file));
        beside.Write(content);
        beside.Flush(flushToDisk: true);
    }
}

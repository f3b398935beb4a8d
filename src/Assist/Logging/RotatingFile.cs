namespace Assist.Logging;

/// <summary>A file that grows by lines and keeps its name: when it is full it becomes <c>.1</c>, what was <c>.1</c>
/// becomes <c>.2</c>. If somebody else has moved, removed or emptied it, as logrotate does, the next line begins the
/// file anew. Used by one thread at a time.</summary>
/// <param name="maxSize">In bytes.</param>
/// <param name="keep">How many files there are at most, this one included.</param>
internal sealed class RotatingFile(string path, long maxSize, int keep) : IDisposable
{
    private FileStream? _stream;

    // Where the name leads if it is a link: the target is what grows and moves.
    private string? _target;

    private string Target => _target ?? path;

    /// <summary>Why the file is larger than it should be; null while it can be moved.</summary>
    public string? RotationFault { get; private set; }

    /// <exception cref="IOException">The line is not written, or only a part of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            if (_stream is { } open && !IsStillNamed(open)) Close();
            var stream = _stream ?? Open();
            if (IsFull(stream, line.Length)) stream = Rotate();
            if (stream.CanSeek) stream.Seek(0, SeekOrigin.End);
            stream.Write(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private bool IsFull(FileStream stream, int more) =>
        stream.CanSeek && stream.Length > 0 && stream.Length + more > maxSize;

    private FileStream Open()
    {
        _target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null;
        // Somebody may have removed the directory too.
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Target))!);
        _stream = new FileStream(
            Target, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return _stream;
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    // Another file of that name has another length, unless both are empty, and then little is lost.
    private bool IsStillNamed(FileStream open)
    {
        if (!open.CanSeek) return true;
        var named = new FileInfo(Target);
        return named.Exists && named.Length == open.Length;
    }

    private FileStream Rotate()
    {
        Close();
        try
        {
            for (var i = keep - 1; i > 0; i--)
                if (File.Exists(Older(i - 1))) File.Move(Older(i - 1), Older(i), overwrite: true);
            if (keep == 1) File.Delete(Target);
            RotationFault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Lines matter more than the size.
            RotationFault = e.Message;
        }
        return Open();
    }

    private string Older(int age) => age == 0 ? Target : $"{Target}.{age}";
}

using Assist.Configuration;

namespace Assist.Audit;

/// <summary>Adds records to the file, a batch at a time: all of it is written, or none. Used by one thread at a
/// time.</summary>
internal sealed class AuditWriter(AuditOptions options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly byte[] s_lineEnd = "\n"u8.ToArray();

    private readonly AuditFiles _files = new(options);
    private long _firstInFile;
    private bool _isOpen;

    /// <summary>Where the chain stands.</summary>
    public AuditHead Head { get; private set; } = AuditHead.None;

    /// <exception cref="IOException">Nothing of the batch was written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Append(IEnumerable<AuditRecord> records)
    {
        if (!_isOpen) Open();
        var head = Head;
        var batch = new MemoryStream();
        foreach (var record in records)
        {
            batch.Write(AuditChain.Add(record, ref head));
            batch.Write(s_lineEnd);
        }
        Write(batch.GetBuffer().AsSpan(0, (int)batch.Length));
        Head = head;
    }

    // The chain goes on where the last run ended.
    private void Open()
    {
        Directory.CreateDirectory(
            Path.GetDirectoryName(Path.GetFullPath(_files.Current))!, OwnerOnly | UnixFileMode.UserExecute);
        foreach (var file in Enumerable.Reverse(_files.All()))
        {
            var (first, last) = Ends(file);
            if (last == AuditHead.None) continue;
            Head = last;
            _firstInFile = file == _files.Current ? first : 0;
            break;
        }
        _isOpen = true;
    }

    private static (long First, AuditHead Last) Ends(string file)
    {
        var (first, last) = (0L, AuditHead.None);
        foreach (var line in AuditFiles.Lines(file))
        {
            if (AuditChain.Read(line) is not var (record, hash)) continue;
            if (first == 0) first = record.Number;
            last = new AuditHead(record.Number, hash);
        }
        return (first, last);
    }

    private void Write(ReadOnlySpan<byte> batch)
    {
        if (new FileInfo(_files.Current).LinkTarget is not null)
            throw new IOException($"{_files.Current} is a symbolic link");
        if (IsFull(batch.Length)) Rotate();
        if (_firstInFile == 0) _firstInFile = Head.Number + 1;
        using var file = new FileStream(_files.Current, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
        var end = EndOfLastLine(file);
        try
        {
            file.SetLength(end);
            file.Seek(end, SeekOrigin.Begin);
            file.Write(batch);
        }
        catch (IOException)
        {
            // Half a batch on a full disk would be half a record.
            file.SetLength(end);
            throw;
        }
    }

    private bool IsFull(int more) =>
        new FileInfo(_files.Current) is { Exists: true, Length: > 0 } file && file.Length + more > options.MaxFileSize;

    private void Rotate()
    {
        _files.SetAside(_firstInFile);
        // Whatever becomes of the oldest file: the next one must not take this one's name.
        _firstInFile = 0;
        _files.RemoveOldest();
    }

    // A crash may have left half a line behind it.
    private static long EndOfLastLine(FileStream file)
    {
        for (var end = file.Length; end > 0; end--)
        {
            file.Seek(end - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n') return end;
        }
        return 0;
    }
}

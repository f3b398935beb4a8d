using System.Globalization;
using Assist.Configuration;

namespace Assist.Audit;

/// <summary>The files of an audit: the one that is written, and older ones that are named after their first
/// record.</summary>
internal sealed class AuditFiles(AuditOptions options)
{
    // The longest record has some 10,000 bytes, with each character of its texts escaped.
    private const int MaxLine = 16 << 10;

    // Of the number in a name; logrotate's `.1` is no part of the audit.
    private const int Digits = 12;

    public string Current => options.File!;

    /// <summary>All that there are, oldest first.</summary>
    public IReadOnlyList<string> All()
    {
        var older = Older().Select(file => file.File);
        return File.Exists(Current) ? [.. older, Current] : [.. older];
    }

    /// <summary>Those that were put aside, oldest first, each with the number of its first record.</summary>
    public IReadOnlyList<(string File, long First)> Older()
    {
        var (directory, name) = (Path.GetDirectoryName(Path.GetFullPath(Current))!, Path.GetFileName(Current));
        if (!Directory.Exists(directory)) return [];
        return
        [
            .. Directory.EnumerateFiles(directory, $"{name}.*")
                .Select(file => (File: file, First: FirstOf(file, name) ?? -1))
                .Where(file => file.First >= 0).OrderBy(file => file.First),
        ];
    }

    /// <summary>The one that is written, also after it was put aside; null where there is none.</summary>
    public FileStream? OpenCurrent()
    {
        try
        {
            return Open(Current);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>False where they are somebody else's and not for this process to read.</summary>
    public bool MayBeRead()
    {
        try
        {
            using var file = Open(Current);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // Not there yet, or moved: what there is of older ones is shown.
            return true;
        }
    }

    /// <summary>Names and lengths, by which somebody sees that they have changed.</summary>
    public IReadOnlyList<(string File, long Length)> Lengths() =>
        [.. All().Select(file => new FileInfo(file)).Where(file => file.Exists)
            .Select(file => (file.FullName, file.Length))];

    /// <summary>The last of them, oldest first, within so many bytes from the end.</summary>
    public IEnumerable<byte[]> LastLines(long atMost)
    {
        var (found, left) = (new List<(string File, long Bytes)>(), atMost);
        foreach (var file in All().Reverse())
        {
            if (left <= 0) break;
            found.Insert(0, (file, left));
            left -= new FileInfo(file).Length;
        }
        return found.SelectMany(part => LastLines(part.File, part.Bytes));
    }

    /// <summary>Puts the current file aside, named after its first record.</summary>
    public void SetAside(long firstRecord) =>
        File.Move(Current, string.Create(CultureInfo.InvariantCulture, $"{Current}.{firstRecord:D12}"));

    /// <summary>Removes the files that are too many with the one that is to come.</summary>
    public void RemoveOldest()
    {
        var older = All();
        foreach (var file in older.Take(older.Count - options.KeepFiles + 1)) File.Delete(file);
    }

    /// <summary>The lines of a file as bytes; one that is longer than any record is cut.</summary>
    public static IEnumerable<byte[]> Lines(string file) => LastLines(file, long.MaxValue);

    /// <summary>Those of so many bytes at its end; the first may lack its beginning.</summary>
    public static IEnumerable<byte[]> LastLines(string file, long atMost)
    {
        using var input = Open(file);
        if (input.Length > atMost) input.Seek(-atMost, SeekOrigin.End);
        foreach (var line in Lines(input)) yield return line;
    }

    /// <summary>Those from where it stands on.</summary>
    public static IEnumerable<byte[]> Lines(Stream input)
    {
        var line = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = input.Read(buffer)) > 0;)
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return line.ToArray();
                    line.SetLength(0);
                }
                else if (line.Length < MaxLine)
                {
                    line.WriteByte(buffer[i]);
                }
            }
        if (line.Length > 0) yield return line.ToArray();
    }

    private static FileStream Open(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // The pattern finds the name alone too.
    private static long? FirstOf(string file, string name) =>
        Path.GetFileName(file) is var found && found.Length == name.Length + 1 + Digits
        && long.TryParse(
            found.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? first : null;
}

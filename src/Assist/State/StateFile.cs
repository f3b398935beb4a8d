using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Assist.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Assist.State;

/// <summary>A state file cannot be read, believed or written; the message is one line for the operator.</summary>
internal sealed class StateFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a state file holds.</summary>
/// <param name="Bytes">All of it, also where it is not to be believed.</param>
/// <param name="Body">What was written; null where that is not to be believed.</param>
/// <param name="Fault">Why it is not to be believed.</param>
internal readonly record struct StateContent(byte[] Bytes, byte[]? Body, string Fault);

/// <summary>A small file that outlives the daemon, of mode 0600. It is replaced as a whole, so that a crash leaves the
/// old one or the new one, and it is only believed when its checksum is right. Used by one thread at a time.</summary>
/// <param name="path">The file; its directory is made (mode 0700) where it is missing.</param>
/// <param name="kind">What it holds, one word; a file of another kind is not believed.</param>
/// <param name="version">Of what it holds; a file of another version is not believed.</param>
/// <param name="maxBytes">A larger file is not read.</param>
internal sealed partial class StateFile(string path, string kind, int version, int maxBytes)
{
    private const string Magic = "assist-state";
    private const int MaxHeader = 256;

    // Of x64 Linux: O_RDONLY | O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK.
    private const int ReadOnly = 0x80000;
    private const int NoFollow = 0x20000;
    private const int NonBlocking = 0x800;

    private const int NoSuchFile = 2;        // ENOENT
    private const int NotDirectory = 20;     // ENOTDIR
    private const int NotSupported = 22;     // EINVAL: a file system without this call
    private const int TooManyLinks = 40;     // ELOOP: what O_NOFOLLOW says of a link

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // One name each, so that crashes and damage leave one file and not many.
    private readonly string _new = path + ".new";
    private readonly string _bad = path + ".bad";
    private readonly string _directory = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>What was last written, or null where there is no file. One that is not to be believed is put
    /// aside.</summary>
    /// <exception cref="StateFileException">There is a file, and it cannot be read or believed.</exception>
    public byte[]? Read()
    {
        if (ReadInPlace() is not { } content) return null;
        return content.Body ?? throw PutAside(content.Fault);
    }

    /// <summary>The same, but a file that is not to be believed stays where it is; null where there is no
    /// file.</summary>
    /// <exception cref="StateFileException">There is a file, and it cannot be read.</exception>
    public StateContent? ReadInPlace()
    {
        try
        {
            using var file = OpenToRead();
            if (file is null) return null;
            var bytes = ReadBounded(file);
            if (bytes.Length > maxBytes + MaxHeader) return new StateContent([], null, "too large");
            var body = Body(bytes, out var fault);
            return new StateContent(bytes, body, fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Moves a file that is not to be believed to <c>.bad</c>, over an older one.</summary>
    /// <returns>What to tell the operator.</returns>
    public StateFileException PutAside(string fault)
    {
        try
        {
            File.Move(path, _bad, overwrite: true);
            return new StateFileException($"{path} is not usable: {fault}; kept as {_bad}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StateFileException($"{path} is not usable: {fault}; it stays there: {e.Message}", e);
        }
    }

    /// <summary>Returns when the content is on the disk under its name.</summary>
    /// <exception cref="StateFileException">It could not be written; what was there before still is.</exception>
    public void Write(ReadOnlySpan<byte> body)
    {
        try
        {
            Directory.CreateDirectory(_directory, OwnerOnly | UnixFileMode.UserExecute);
            // Left by a crash, or put there by somebody: neither is written through.
            File.Delete(_new);
            Replace(body);
            SynchronizeDirectory(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Takes the file away; returns when that is on the disk.</summary>
    /// <exception cref="StateFileException">It is still there, or may come back.</exception>
    public void Remove()
    {
        try
        {
            File.Delete(path);
            SynchronizeDirectory(_directory);
        }
        catch (DirectoryNotFoundException)
        {
            // So is the file.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"{path} cannot be removed: {e.Message}", e);
        }
    }

    // Null where there is no file. A link that somebody has planted is not followed, and a pipe not waited for.
    private FileStream? OpenToRead()
    {
        var handle = new SafeFileHandle(Open(path, ReadOnly | NoFollow | NonBlocking), ownsHandle: true);
        if (!handle.IsInvalid) return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return error is NoSuchFile or NotDirectory ? null : throw new IOException(
            error == TooManyLinks ? "it is a symbolic link" : Marshal.GetPInvokeErrorMessage(error));
    }

    private byte[] ReadBounded(FileStream file)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; content.Length <= maxBytes + MaxHeader && (read = file.Read(buffer)) > 0;)
            content.Write(buffer, 0, read);
        return content.ToArray();
    }

    // assist-state KIND VERSION SHA256-OF-THE-REST
    private byte[]? Body(byte[] content, out string fault)
    {
        fault = "not a state file of assist";
        var end = content.AsSpan(0, Math.Min(content.Length, MaxHeader)).IndexOf((byte)'\n');
        if (end < 0) return null;
        var words = Encoding.ASCII.GetString(content, 0, end).Split(' ');
        if (words.Length != 4 || words[0] != Magic || words[1] != kind) return null;
        fault = "written by another version of assist";
        if (words[2] != version.ToString(CultureInfo.InvariantCulture)) return null;
        fault = "damaged";
        var body = content[(end + 1)..];
        return words[3] == Checksum(body) ? body : null;
    }

    private static string Checksum(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(Sha256.Hash(body));

    private void Replace(ReadOnlySpan<byte> body)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        };
        try
        {
            using (var file = new FileStream(_new, options))
            {
                // Whatever the umask took away.
                File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
                // Root may type a command while no daemon runs, for a daemon of another user.
                FileOwner.Give(file.SafeFileHandle, _directory);
                file.Write(Encoding.ASCII.GetBytes($"{Magic} {kind} {version} {Checksum(body)}\n"));
                file.Write(body);
                file.Flush(flushToDisk: true);
            }
            File.Move(_new, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half a file on a full disk would keep the space that it lacked.
            File.Delete(_new);
            throw;
        }
    }

    // The new name is in the directory, which is written on its own.
    internal static void SynchronizeDirectory(string directory)
    {
        var handle = Open(directory, ReadOnly);
        if (handle < 0 && Marshal.GetLastPInvokeError() is NoSuchFile or NotDirectory)
            throw new DirectoryNotFoundException($"{directory} is no directory");
        if (handle < 0) throw new IOException($"cannot open {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        var result = Synchronize(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result < 0 && error != NotSupported)
            throw new IOException($"cannot write {directory}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

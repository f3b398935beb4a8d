using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Assist.State;

/// <summary>A state file cannot be read, believed or written; the message is one line for the operator.</summary>
internal sealed class StateFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A small file that outlives the daemon, of mode 0600. It is replaced as a whole, so that a crash leaves the old
/// one or the new one, and it is only believed when its checksum is right. Used by one thread at a time.</summary>
/// <param name="path">The file; its directory is made (mode 0700) where it is missing.</param>
/// <param name="kind">What it holds, one word; a file of another kind is not believed.</param>
/// <param name="version">Of what it holds; a file of another version is not believed.</param>
/// <param name="maxBytes">A larger file is not read.</param>
internal sealed partial class StateFile(string path, string kind, int version, int maxBytes)
{
    private const string Magic = "assist-state";
    private const int MaxHeader = 256;
    private const int ReadOnly = 0x80000;    // O_RDONLY | O_CLOEXEC
    private const int NotSupported = 22;     // EINVAL: a file system without this call
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // One name each, so that crashes and damage leave one file and not many.
    private readonly string _new = path + ".new";
    private readonly string _bad = path + ".bad";

    /// <summary>What was last written, or null where there is no file. One that is not to be believed is put aside.</summary>
    /// <exception cref="StateFileException">There is a file, and it cannot be read or believed.</exception>
    public byte[]? Read()
    {
        byte[]? content;
        try
        {
            content = ReadBounded();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"{path} cannot be read: {e.Message}", e);
        }
        if (content is null) throw PutAside("too large");
        return Body(content, out var fault) ?? throw PutAside(fault);
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
            var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            // Left by a crash, or put there by somebody: neither is written through.
            File.Delete(_new);
            Replace(body);
            SynchronizeDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"{path} cannot be written: {e.Message}", e);
        }
    }

    private byte[]? ReadBounded()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > maxBytes + MaxHeader) return null;
        }
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

    private static string Checksum(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

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
    private static void SynchronizeDirectory(string directory)
    {
        var handle = Open(directory, ReadOnly);
        if (handle < 0) throw new IOException($"cannot open {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        var result = Synchronize(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result < 0 && error != NotSupported) throw new IOException($"cannot write {directory}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

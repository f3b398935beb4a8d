using System.Text;

namespace Assist.Configuration;

/// <summary>Reads a small text file whole; what cannot be read is an answer, not an exception.</summary>
internal static class TextFile
{
    /// <summary>A hundred times the longest configuration seen; a device or a log given by mistake ends here.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>The fault where there is no such file; not where a directory above it may not be
    /// searched.</summary>
    public const string Missing = "does not exist";

    public static string? Read(string path, out string fault)
    {
        fault = "";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (IsUtf16(bytes)) fault = "is saved as UTF-16; save it as UTF-8";
            else if (length <= MaxBytes) return new UTF8Encoding(false).GetString(WithoutMark(bytes.AsSpan(0, length)));
            else fault = "is larger than 1 MiB, so it is not the file you mean";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = Missing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            fault = $"cannot be read: {IoFault.Text(e)}";
        }
        return null;
    }

    // By its mark, or by its first letter.
    private static bool IsUtf16(ReadOnlySpan<byte> bytes) =>
        bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..];

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
}

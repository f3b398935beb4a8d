namespace Assist.Inputs.Syslog;

/// <summary>What shows that a file is not the one of before: of the file a link leads to, since tools replace links and
/// targets alike.</summary>
public static class FileStamp
{
    /// <summary>Empty where there is no such file, or none can be reached.</summary>
    public static string Of(string? path)
    {
        try
        {
            if (!File.Exists(path)) return "";
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {((FileInfo)file).Length}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone between the two questions, or a link that leads nowhere or in a circle.
            return "";
        }
    }
}

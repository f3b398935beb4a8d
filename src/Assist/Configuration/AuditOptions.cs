namespace Assist.Configuration;

/// <summary>Where it is kept who changed which flow.</summary>
public sealed record AuditOptions
{
    internal const string NoneKept = "no audit is kept; audit.file in the configuration turns it on";

    /// <summary>Null keeps no audit.</summary>
    public string? File { get; init; }

    /// <summary>In bytes; then a new file is begun.</summary>
    public long MaxFileSize { get; init; } = 10 << 20;

    /// <summary>With the one that is written.</summary>
    public int KeepFiles { get; init; } = 10;

    internal static AuditOptions Read(Section audit, FilePaths paths)
    {
        var defaults = new AuditOptions();
        var read = new AuditOptions
        {
            File = paths.ToMake(audit, "file", "audit.jsonl"),
            MaxFileSize = audit.Size("max_file_size", defaults.MaxFileSize, 65_536, 1 << 30),
            KeepFiles = audit.Integer("keep_files", defaults.KeepFiles, 2, 1000),
        };
        audit.Done();
        return read;
    }
}

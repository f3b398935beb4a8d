namespace Assist.Configuration;

/// <summary>File names in the configuration are relative to the configuration file.</summary>
internal sealed class FilePaths(string configurationFile, Diagnostics faults)
{
    private readonly string _directory = Path.GetDirectoryName(Path.GetFullPath(configurationFile)) ?? "/";

    public string? Resolve(Section section, string key) =>
        section.Text(key) is { Length: > 0 } name ? Path.GetFullPath(name, _directory) : null;

    /// <summary>A file or socket that the daemon makes; a directory of that name is in its way.</summary>
    /// <param name="example">A name for it in that directory.</param>
    public string? ToMake(Section section, string key, string example)
    {
        if (Resolve(section, key) is not { } file) return null;
        if (Directory.Exists(file))
            faults.Error(section.Find(key)!.Value.At,
                $"{section.PathOf(key)}: {file} is a directory; name a file in it, such as {Path.Join(file, example)}");
        return file;
    }

    /// <summary>A file that must be there when the daemon starts. That it is missing now is a warning only: a
    /// configuration is often checked on another machine.</summary>
    public string? Existing(Section section, string key)
    {
        if (Resolve(section, key) is not { } file) return null;
        if (!File.Exists(file))
            faults.Warn(section.Find(key)!.Value.At, $"{section.PathOf(key)}: {file} does not exist here");
        return file;
    }
}

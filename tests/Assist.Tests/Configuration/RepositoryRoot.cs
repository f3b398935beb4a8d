namespace Assist.Tests.Configuration;

/// <summary>Finds the repository from wherever the tests run.</summary>
internal static class RepositoryRoot
{
    public static string Directory { get; } = Find();

    /// <summary>Data that is not part of the repository; null where this machine does not have it.</summary>
    public static string? Shared
    {
        get
        {
            var directory = Environment.GetEnvironmentVariable("ASSIST_SHARED") is { Length: > 0 } named
                ? named
                : Path.Combine(Directory, "..", "shared");
            return System.IO.Directory.Exists(directory) ? Path.GetFullPath(directory) : null;
        }
    }

    private static string Find()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Assist.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Assist.sln above the tests");
        return directory;
    }
}

/// <summary>Runs only where the recorded behaviour of the original is at hand.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (RepositoryRoot.Shared is null) Skip = "the shared data is not on this machine; set ASSIST_SHARED";
    }
}

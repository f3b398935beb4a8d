namespace Assist.Tests;

/// <summary>Captured messages and recordings that may not be published stand beside the repository, in ../shared;
/// ASSIST_SHARED names another place.</summary>
internal static class SharedData
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("ASSIST_SHARED") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Root, "..", "shared");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Assist.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no Assist.sln above the tests");
    }
}

/// <summary>A test that needs a file of the shared folder; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (!File.Exists(Path.Combine(SharedData.Folder, path))) Skip = $"no {path} in {SharedData.Folder}";
    }
}

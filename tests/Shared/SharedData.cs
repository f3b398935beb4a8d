using System.Runtime.CompilerServices;

namespace Assist.Tests;

/// <summary>Finds the repository from wherever the tests run.</summary>
internal static class RepositoryRoot
{
    public static string Directory { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Assist.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no Assist.sln above the tests");
    }
}

/// <summary>Captured messages and recordings that may not be published stand beside the repository, in ../shared;
/// ASSIST_SHARED names another place.</summary>
internal static class SharedData
{
    public const string Decisions = "conformance/original-decisions.jsonl";
    public const string Settings = "conformance/original-settings.json";
    public const string Setup = "conformance/original-setup.jsonl";
    public const string PanOsSamples = "samples/panos.jsonl";

    private static readonly string s_folder =
        Environment.GetEnvironmentVariable("ASSIST_SHARED") is { Length: > 0 } folder
            ? folder
            : Path.Combine(RepositoryRoot.Directory, "..", "shared");

    public static string PathOf(string name) => Path.GetFullPath(Path.Combine(s_folder, name));

    /// <summary>Why a test that reads this file is skipped; null where the file is there.</summary>
    public static string? Lack(string name) => File.Exists(PathOf(name))
        ? null
        : $"needs {PathOf(name)}, which is not in the repository; ASSIST_SHARED names another folder";
}

/// <summary>A test that needs a file of the shared data; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string name, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = SharedData.Lack(name);
}

/// <summary>The same with arguments.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string name, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = SharedData.Lack(name);
}

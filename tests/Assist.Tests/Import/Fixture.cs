
namespace Assist.Tests.Import;

/// <summary>Own config.py files beside the tests.</summary>
internal static class Fixture
{
    public static string Path(string name) =>
        System.IO.Path.Combine(RepositoryRoot.Directory, "tests", "Assist.Tests", "Import", "fixtures", name);

    public static string Text(string name) => File.ReadAllText(Path(name));
}

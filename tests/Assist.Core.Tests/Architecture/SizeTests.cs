using Assist.Flows;

namespace Assist.Tests.Architecture;

/// <summary>Bounds that keep each file one story and each type one responsibility.</summary>
public sealed class SizeTests
{
    private const int MostLines = 300;
    private const int MostColumns = 120;
    private const int MostFields = 15;

    [Fact]
    public void No_source_file_is_longer_than_300_lines() =>
        Assert.Empty(Sources().Where(file => File.ReadLines(file).Count() > MostLines).Select(Path.GetFileName));

    [Fact]
    public void No_line_is_wider_than_120_columns() =>
        Assert.Empty(
            from file in Sources()
            from line in File.ReadLines(file).Select((text, index) => (text, index))
            where line.text.Length > MostColumns
            select $"{Path.GetFileName(file)}:{line.index + 1}");

    [Fact]
    public void No_type_has_more_than_15_fields() =>
        Assert.Empty(TypeSizes.Above(MostFields, typeof(FlowTable).Assembly.GetTypes()));

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Directory, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));
}

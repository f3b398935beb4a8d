using Assist.State;

namespace Assist.Tests.State;

public sealed class ReplacedFileTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly string _file;

    public ReplacedFileTests()
    {
        _file = Path.Combine(_directory, "a.yaml");
        File.WriteAllText(_file, "old");
        File.SetUnixFileMode(_file, Mode);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_keeps_its_mode_and_a_link_to_it()
    {
        var link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, "a.yaml");

        ReplacedFile.Write(link, "old"u8, "new"u8);

        Assert.Equal(("new", Mode, "a.yaml"),
            (File.ReadAllText(_file), File.GetUnixFileMode(_file), new FileInfo(link).LinkTarget));
        Assert.Equal(2, Directory.GetFileSystemEntries(_directory).Length);
    }

    [Fact]
    public void What_somebody_else_has_written_is_not_lost()
    {
        Assert.Throws<IOException>(() => ReplacedFile.Write(_file, "older"u8, "new"u8));

        Assert.Equal("old", File.ReadAllText(_file));
        Assert.Single(Directory.GetFileSystemEntries(_directory));
    }
}

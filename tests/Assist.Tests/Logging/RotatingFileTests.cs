using System.Text;
using Assist.Logging;

namespace Assist.Tests.Logging;

/// <summary>`tail -F` and logrotate find the current log under the name of the configuration.</summary>
public sealed class RotatingFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("assist-rotate-").FullName;

    private string Current => Path.Combine(_directory, "log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_full_file_moves_and_the_current_one_keeps_its_name()
    {
        using var file = new RotatingFile(Current, maxSize: 10, keep: 3);

        foreach (var line in new[] { "1111", "2222", "3333", "4444", "5555", "6666", "7777" }) Write(file, line);

        Assert.Equal("7777\n", File.ReadAllText(Current));
        Assert.Equal("5555\n6666\n", File.ReadAllText($"{Current}.1"));
        Assert.Equal("3333\n4444\n", File.ReadAllText($"{Current}.2"));
        Assert.Equal(3, Directory.GetFiles(_directory).Length);
    }

    [Fact]
    public void One_file_alone_begins_anew()
    {
        using var file = new RotatingFile(Current, maxSize: 10, keep: 1);

        foreach (var line in new[] { "1111", "2222", "3333" }) Write(file, line);

        Assert.Equal("3333\n", File.ReadAllText(Current));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_file_that_somebody_moves_is_begun_anew_under_its_name()
    {
        using var file = new RotatingFile(Current, maxSize: 1000, keep: 3);
        Write(file, "before");

        File.Move(Current, $"{Current}-20261128");
        Write(file, "after");
        File.Delete(Current);
        File.WriteAllText(Current, "");
        Write(file, "created");

        Assert.Equal("before\n", File.ReadAllText($"{Current}-20261128"));
        Assert.Equal("created\n", File.ReadAllText(Current));
    }

    [Fact]
    public void A_file_that_somebody_empties_grows_from_its_beginning()
    {
        using var file = new RotatingFile(Current, maxSize: 1000, keep: 3);
        Write(file, "before");

        new FileStream(Current, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        Write(file, "after");

        Assert.Equal("after\n", File.ReadAllText(Current));
    }

    [Fact]
    public void A_file_that_is_there_grows_at_its_end_and_a_link_stays_a_link()
    {
        var target = Path.Combine(_directory, "target");
        File.WriteAllText(target, "before\n");
        File.CreateSymbolicLink(Current, target);
        using var file = new RotatingFile(Current, maxSize: 12, keep: 2);

        Write(file, "more");
        Write(file, "again");

        Assert.Equal("again\n", File.ReadAllText(Current));
        Assert.Equal("before\nmore\n", File.ReadAllText($"{target}.1"));
        Assert.Equal(target, File.ResolveLinkTarget(Current, returnFinalTarget: true)!.FullName);
    }

    [Fact]
    public void A_file_that_cannot_be_moved_loses_no_line_and_says_why()
    {
        using var file = new RotatingFile(Current, maxSize: 10, keep: 2);
        Directory.CreateDirectory($"{Current}.1/not empty");

        foreach (var line in new[] { "1111", "2222", "3333" }) Write(file, line);

        Assert.Equal("1111\n2222\n3333\n", File.ReadAllText(Current));
        Assert.NotNull(file.RotationFault);
        Directory.Delete($"{Current}.1", recursive: true);
        Write(file, "4444");
        Assert.Null(file.RotationFault);
    }

    private static void Write(RotatingFile file, string line) => file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
}

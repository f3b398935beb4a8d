using System.Text;
using Assist.State;

namespace Assist.Tests.State;

/// <summary>A pause outlives the daemon, and nothing that happens to its file ends it.</summary>
public sealed class PauseFileTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly Pause s_pause = new(s_now.AddHours(-1), "panic", "change 4711");

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string StateDirectory => Path.Combine(_directory, "state");

    private string File => Path.Combine(StateDirectory, "paused.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_pause_is_kept_until_it_is_removed_and_only_its_owner_may_look()
    {
        Assert.Null(New().Read(s_now));
        Assert.Null(New().Write(s_pause));
        Assert.Equal(s_pause, New().Read(s_now));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Null(New().Remove());
        Assert.Null(New().Read(s_now));
        Assert.Null(New().Remove());
    }

    [Fact]
    public void A_pause_that_an_earlier_version_kept_is_read()
    {
        Put("""{"since":"2026-11-28T11:00:00+00:00","by":"panic","reason":"change 4711"}""");
        Assert.Equal(s_pause, New().Read(s_now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("assist-state pause 1 00\n{}")]
    [InlineData("assist-state pause 2 00\n{}")]
    public void What_cannot_be_read_is_a_pause_however_often_it_is_looked_at(string content)
    {
        Put(content);
        for (var i = 0; i < 2; i++) Assert.Contains(File, New().Read(s_now)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_or_changed_is_a_pause()
    {
        New().Write(s_pause);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.NotNull(New().Read(s_now));
        }
    }

    [Fact]
    public void A_link_is_a_pause_and_is_neither_read_nor_written_through()
    {
        var victim = Path.Combine(_directory, "victim");
        System.IO.File.WriteAllText(victim, """{"since":"2026-11-28T11:00:00+00:00","by":"pause"}""");
        Directory.CreateDirectory(StateDirectory);
        System.IO.File.CreateSymbolicLink(File, victim);

        Assert.Contains("symbolic link", New().Read(s_now)!.Reason, StringComparison.Ordinal);
        Assert.Null(New().Write(s_pause));

        Assert.Equal(s_pause, New().Read(s_now));
        Assert.Contains("\"pause\"", System.IO.File.ReadAllText(victim), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_hold_files_is_told()
    {
        System.IO.File.WriteAllText(StateDirectory, "a file where the directory should be");
        Assert.Contains("cannot be written", New().Write(s_pause), StringComparison.Ordinal);
        Assert.Null(New().Remove());
    }

    private PauseFile New() => new(StateDirectory);

    private void Put(string content)
    {
        Directory.CreateDirectory(StateDirectory);
        System.IO.File.WriteAllBytes(File, Encoding.UTF8.GetBytes(content));
    }
}

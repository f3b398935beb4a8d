using System.Text;
using Assist.State;
using Assist.Tests.Daemon;
using Assist.Tests.Processes;

namespace Assist.Tests.State;

/// <summary>Real files: what was written is read, what was damaged is never believed, and a failure leaves the old
/// content.</summary>
public sealed class StateFileTests : IDisposable
{
    private const int MaxBytes = 4096;
    private static readonly byte[] s_body = Encoding.ASCII.GetBytes("10.0.0.1 2\n10.0.0.2 3\n");

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "state", "memory");

    private string Bad => Path + ".bad";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_written_is_read_and_only_the_owner_may_look()
    {
        NewFile().Write(s_body);
        Assert.Equal(s_body, NewFile().Read());
        NewFile().Write([]);
        Assert.Empty(NewFile().Read()!);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!));
        Assert.Equal([Path], Files());
    }

    [Fact]
    public void Where_there_is_no_file_there_is_nothing_to_read()
    {
        Assert.Null(NewFile().Read());
        NewFile().Write(s_body);
        File.Delete(Path);
        Assert.Null(NewFile().Read());
    }

    [Fact]
    public void A_file_that_was_cut_anywhere_is_put_aside()
    {
        var whole = Written();
        for (var length = 0; length < whole.Length; length++) Refused(whole[..length]);
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_put_aside()
    {
        var whole = Written();
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var flip in new byte[] { 1, 0x20, 0x80, 0xff })
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] ^= flip;
                Refused(damaged);
            }
        }
    }

    [Fact]
    public void A_file_with_more_behind_its_end_is_put_aside() => Refused([.. Written(), (byte)'\n']);

    [Fact]
    public void A_foreign_file_is_put_aside_with_its_reason()
    {
        NewFile().Write(s_body);
        Told(new StateFile(Path, "other", 1, MaxBytes), "not a state file of assist");
        NewFile().Write(s_body);
        Told(new StateFile(Path, "memory", 2, MaxBytes), "written by another version");
        File.WriteAllBytes(Path, Encoding.ASCII.GetBytes("""{"flows": []}"""));
        Told(NewFile(), "not a state file of assist");
        File.WriteAllBytes(Path, new byte[100_000]);
        Told(NewFile(), "too large");
        NewFile().Write(new byte[MaxBytes + 300]);
        Told(NewFile(), "too large");
    }

    [Fact]
    public void Only_the_last_bad_file_is_kept()
    {
        for (var i = 0; i < 5; i++) Refused([(byte)i]);
        Assert.Equal([Bad], Files());
        Assert.Equal([4], File.ReadAllBytes(Bad));
    }

    [Fact]
    public void A_file_that_is_a_directory_is_told_and_stays()
    {
        Directory.CreateDirectory(Path);
        Assert.Contains("cannot be read", Assert.Throws<StateFileException>(() => NewFile().Read()).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be written", Assert.Throws<StateFileException>(() => NewFile().Write(s_body)).Message,
            StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path));
        Assert.Empty(Files());
    }

    [Fact]
    public void A_place_that_cannot_hold_files_is_told()
    {
        var file = new StateFile("/proc/nowhere/memory", "memory", 1, MaxBytes);
        Assert.Null(file.Read());
        Assert.Contains("cannot be written", Assert.Throws<StateFileException>(() => file.Write(s_body)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_crash_or_somebody_left_under_the_new_name_is_not_written_through()
    {
        var victim = System.IO.Path.Combine(_directory, "victim");
        File.WriteAllText(victim, "mine");
        NewFile().Write([]);
        File.CreateSymbolicLink(Path + ".new", victim);

        NewFile().Write(s_body);

        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.Equal(s_body, NewFile().Read());
    }

    // Half a new file would otherwise keep the space, and the old one must live.
    [Fact]
    public async Task A_full_disk_leaves_the_old_content()
    {
        if (!Environment.IsPrivilegedProcess) return;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        await using var disk = await SmallDisk.MountAsync(System.IO.Path.GetDirectoryName(Path)!);
        NewFile().Write(s_body);

        var fault = Assert.Throws<StateFileException>(() => NewFile().Write(new byte[SmallDisk.Size * 2]));

        Assert.Contains("cannot be written", fault.Message, StringComparison.Ordinal);
        Assert.Equal(s_body, NewFile().Read());
        Assert.Equal([Path], Files());
        NewFile().Write([1, 2, 3]);
        Assert.Equal([1, 2, 3], NewFile().Read());
    }

    // A command of root's while no daemon runs; the daemon is another user.
    [Fact]
    public async Task What_root_writes_belongs_to_the_owner_of_the_directory()
    {
        if (!Environment.IsPrivilegedProcess) return;
        var directory = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!).FullName;
        Assert.Equal(0, (await Spawned.RunAsync("/usr/bin/chown", ["65534:65533", directory])).Code);

        NewFile().Write(s_body);

        Assert.Equal("65534 65533 600\n", (await Spawned.RunAsync("/usr/bin/stat", ["-c", "%u %g %a", Path])).Output);
    }

    private StateFile NewFile() => new(Path, "memory", 1, MaxBytes);

    private byte[] Written()
    {
        NewFile().Write(s_body);
        return File.ReadAllBytes(Path);
    }

    private void Refused(byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllBytes(Path, content);
        Told(NewFile(), "is not usable");
        Assert.Equal(content, File.ReadAllBytes(Bad));
    }

    private void Told(StateFile file, string word)
    {
        Assert.Contains(word, Assert.Throws<StateFileException>(file.Read).Message, StringComparison.Ordinal);
        Assert.Equal([Bad], Files());
        Assert.Null(file.Read());
    }

    private string[] Files() => Directory.GetFiles(_directory, "*", SearchOption.AllDirectories);
}

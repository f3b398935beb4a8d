using Assist.Audit;
using Assist.Configuration;
using Assist.Control;

namespace Assist.Tests.Audit;

/// <summary>Real files: the chain holds over restarts and rotation, and whatever is done to it shows.</summary>
public sealed class AuditFileTests : IDisposable
{
    private static readonly DateTime s_now = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly AuditOptions _options;

    public AuditFileTests() => _options = new AuditOptions { File = Path.Combine(_directory, "audit", "audit.jsonl") };

    private string Current => _options.File!;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_chain_goes_on_over_a_restart_and_only_its_owner_may_look()
    {
        Write(3);
        Write(2);

        var verdict = AuditVerifier.Verify(_options);

        Assert.Empty(verdict.Faults);
        Assert.Equal((1, 5, 5L), (verdict.First, verdict.Last.Number, verdict.Records));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Current));
    }

    [Fact]
    public void The_chain_goes_on_over_rotation_and_the_oldest_files_go()
    {
        var options = _options with { MaxFileSize = 4096, KeepFiles = 3 };
        var writer = new AuditWriter(options);
        for (var i = 0; i < 100; i++) writer.Append([Record(i)]);
        Write(1, options);

        var verdict = AuditVerifier.Verify(options);

        Assert.Empty(verdict.Faults);
        Assert.Equal(101, verdict.Last.Number);
        Assert.InRange(verdict.First, 2, 101);
        Assert.Equal(3, new AuditFiles(options).All().Count);
        Assert.All(new AuditFiles(options).All(), file => Assert.InRange(new FileInfo(file).Length, 1, 4096));
    }

    [Fact]
    public void A_changed_record_is_found()
    {
        Write(5);
        Rewrite(lines => lines[2] = lines[2].Replace("DROP_2", "DROP_9", StringComparison.Ordinal));

        var fault = Assert.Single(AuditVerifier.Verify(_options).Faults);
        Assert.Equal($"{Current}:3: the record is changed or not whole", fault);
    }

    [Fact]
    public void A_record_that_was_replaced_with_a_hash_of_its_own_is_found()
    {
        Write(5);
        Rewrite(lines =>
        {
            var (record, _) = AuditChain.Read(System.Text.Encoding.UTF8.GetBytes(lines[2]))!.Value;
            var head = new AuditHead(record.Number - 1, record.Previous);
            lines[2] = System.Text.Encoding.UTF8.GetString(AuditChain.Add(record with { Flow = "DROP_9" }, ref head));
        });

        Assert.Contains(":4: record 4 does not follow on", Assert.Single(AuditVerifier.Verify(_options).Faults),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_record_is_found()
    {
        Write(5);
        Rewrite(lines => lines.RemoveAt(2));

        Assert.EndsWith(
            ":3: record 3 is missing", Assert.Single(AuditVerifier.Verify(_options).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_found()
    {
        var options = _options with { MaxFileSize = 4096 };
        var writer = new AuditWriter(options);
        for (var i = 0; i < 100; i++) writer.Append([Record(i)]);
        File.Delete(new AuditFiles(options).All()[1]);

        Assert.Matches(
            @":1: records \d+ to \d+ are missing$", Assert.Single(AuditVerifier.Verify(options).Faults));
    }

    [Fact]
    public void Swapped_records_are_found()
    {
        Write(5);
        Rewrite(lines => (lines[1], lines[2]) = (lines[2], lines[1]));

        Assert.Contains(
            AuditVerifier.Verify(_options).Faults,
            fault => fault.EndsWith("record 2 stands behind record 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Records_that_were_cut_off_are_found_by_whoever_knows_the_last_one()
    {
        var last = Write(5);
        Rewrite(lines => lines.RemoveRange(3, 2));

        Assert.Empty(AuditVerifier.Verify(_options).Faults);
        Assert.Contains(last.Hash, Assert.Single(AuditVerifier.Verify(_options, last.Hash).Faults),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_record_that_a_crash_left_is_cut_off()
    {
        Write(3);
        File.AppendAllText(Current, """{"number":4,"time":""");

        Write(1);

        var verdict = AuditVerifier.Verify(_options);
        Assert.Empty(verdict.Faults);
        Assert.Equal(4, verdict.Last.Number);
    }

    [Fact]
    public async Task An_audit_that_is_written_and_rotated_meanwhile_is_whole()
    {
        var options = _options with { MaxFileSize = 4096, KeepFiles = 1000 };
        Write(1, options);
        var writing = Task.Run(() =>
        {
            var writer = new AuditWriter(options);
            for (var i = 0; i < 3000; i++) writer.Append([Record(i)]);
        });

        var looks = 0;
        for (; !writing.IsCompleted || looks == 0; looks++) Assert.Empty(AuditVerifier.Verify(options).Faults);

        await writing;
        Assert.Equal(3001, AuditVerifier.Verify(options).Records);
    }

    [Fact]
    public void A_planted_link_is_not_written_through()
    {
        var target = Path.Combine(_directory, "target");
        Directory.CreateDirectory(Path.GetDirectoryName(Current)!);
        File.WriteAllText(target, "somebody else's");
        File.CreateSymbolicLink(Current, target);

        Assert.Throws<IOException>(() => Write(1));

        Assert.Equal("somebody else's", File.ReadAllText(target));
    }

    [Fact]
    public void No_text_of_a_message_makes_a_line_of_its_own()
    {
        var message = new MessageOrigin { Received = s_now, Text = "x\n{\"number\":2}\u001b[2J\u2028" };
        new AuditWriter(_options).Append([Record(1) with { Message = message }]);

        var line = Assert.Single(AuditFiles.Lines(Current));

        Assert.DoesNotContain(line, c => c < 0x20);
        Assert.Equal(message.Text, AuditChain.Read(line)!.Value.Record.Message!.Text);
    }

    private AuditHead Write(int records, AuditOptions? options = null)
    {
        var writer = new AuditWriter(options ?? _options);
        writer.Append(Enumerable.Range(0, records).Select(Record));
        return writer.Head;
    }

    private void Rewrite(Action<List<string>> change)
    {
        var lines = File.ReadAllLines(Current).ToList();
        change(lines);
        File.WriteAllLines(Current, lines);
    }

    private static AuditRecord Record(int number) =>
        new() { Time = s_now, Event = "requested", Flow = $"DROP_{number}", Rule = "denied-traffic" };
}

using Assist.Audit;
using Assist.Configuration;
using Assist.Flows;
using Assist.Telemetry;
using Assist.Tests.Daemon;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Audit;

/// <summary>What the loop tells gets into the file, and what does not is counted.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly FlowEvents _events = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void An_order_and_each_flow_have_a_record_and_sums_have_none()
    {
        var trail = New(_directory);
        Publish("DROP_1");
        _events.Publish(new FlowEvent(FlowEventKind.Ended, TimeSpan.Zero) { Flow = "DROP_2", IsDetail = true });
        _events.Publish(new FlowEvent(FlowEventKind.Ended, TimeSpan.Zero) { Count = 7 });
        _events.Publish(new FlowEvent(FlowEventKind.Ordered, TimeSpan.Zero)
        {
            Order = new OperatorOrder("panic", "root", "alice", "ticket 4711"),
        });

        trail.WriteLast();

        Assert.Equal(["requested", "ended", "ordered", "stopped"], Records(_directory).Select(record => record.Event));
        var order = Records(_directory)[2];
        Assert.Equal(("panic", "root", "alice", "ticket 4711"), (order.Command, order.User, order.Login, order.Words));
    }

    [Fact]
    public void A_record_has_the_time_of_its_event()
    {
        var trail = New(_directory);
        _time.Advance(TimeSpan.FromMinutes(1));
        var at = _time.GetUtcNow().UtcDateTime;
        _events.Publish(new FlowEvent(FlowEventKind.Requested, _time.GetElapsedTime(0)) { Flow = "DROP_1" });
        _time.Advance(TimeSpan.FromMinutes(5));

        trail.WriteLast();

        Assert.Equal(at, Records(_directory)[0].Time);
    }

    [Fact]
    public void What_was_overwritten_unread_is_told_in_the_next_record()
    {
        var trail = New(_directory);
        for (var i = 0; i < FlowEvents.Capacity + 3; i++) Publish($"DROP_{i}");

        trail.WriteLast();

        Assert.Equal(3, Records(_directory)[0].Lost);
        Assert.Equal(3, trail.Lost);
    }

    [Fact]
    public async Task A_full_disk_costs_records_that_are_counted_and_the_chain_goes_on()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may mount a small disk");
        var disk = Directory.CreateDirectory(Path.Combine(_directory, "disk")).FullName;
        await using var mounted = await SmallDisk.MountAsync(disk);
        var trail = New(disk);
        Publish("DROP_1");
        trail.WriteLast();
        var filler = Path.Combine(disk, "filler");
        await File.WriteAllBytesAsync(filler, new byte[SmallDisk.Size - 2 * 4096]);

        // More than is free; what is written of it must not stay.
        for (var i = 0; i < 200; i++) Publish($"DROP_{i}");
        trail.WriteLast();
        File.Delete(filler);
        trail.WriteLast();

        Assert.Equal(200, trail.Lost);
        Assert.Null(trail.Fault);
        Assert.Equal([null, null, 200, null], Records(disk).Select(record => record.Lost));
        var verdict = AuditVerifier.Verify(Options(disk));
        Assert.Empty(verdict.Faults);
        Assert.Equal(200, verdict.Lost);
    }

    private void Publish(string flow) =>
        _events.Publish(new FlowEvent(FlowEventKind.Requested, TimeSpan.Zero) { Flow = flow });

    private AuditTrail New(string directory) => new(
        _events, Options(directory), () => _time.GetElapsedTime(0), _time, NullLogger<AuditTrail>.Instance);

    private static AuditOptions Options(string directory) =>
        new() { File = Path.Combine(directory, "audit.jsonl") };

    private static List<AuditRecord> Records(string directory) =>
    [
        .. new AuditFiles(Options(directory)).All().SelectMany(AuditFiles.Lines)
            .Select(line => AuditChain.Read(line)!.Value.Record),
    ];
}

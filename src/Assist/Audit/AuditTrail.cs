using Assist.Configuration;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Audit;

/// <summary>Writes what happens to the flow table, and the orders, into the audit's file, on a task of its own: a disk
/// that is slow, full or away costs records and nothing else. What was lost is counted, and the next record says how
/// many.</summary>
/// <param name="now">Monotonic, on the clock of the events.</param>
internal sealed partial class AuditTrail(
    FlowEvents events, AuditOptions options, Func<TimeSpan> now, TimeProvider time, ILogger<AuditTrail> log)
{
    private const int Batch = 256;

    private readonly AuditWriter _writer = new(options);
    private long _cursor = events.Next;
    private long _untold;
    private long _written;
    private long _lost;
    private volatile string? _fault;
    private volatile string _hash = "";

    /// <summary>Marks every record: what it tells of flows has not reached the switch.</summary>
    public bool IsDryRun { get; init; }

    public string File => options.File!;

    /// <summary>Since the start of the daemon.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Since the start of the daemon.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Why the last records were not written; null if they were.</summary>
    public string? Fault => _fault;

    /// <summary>Hash of the last record; empty before the first.</summary>
    public string Hash => _hash;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // The file is read and written beside the start, which must not wait for a disk.
        await Task.Yield();
        Append([Of("started")]);
        while (true)
        {
            await events.ArrivedAsync(_cursor, stopping);
            Write();
        }
    }

    /// <summary>Writes what is left. Not beside <see cref="RunAsync"/>.</summary>
    public void WriteLast()
    {
        while (Write() > 0)
        {
        }
        Append([Of("stopped")]);
    }

    private int Write()
    {
        var facts = events.Read(ref _cursor, Batch, out var overwritten);
        Lose(overwritten);
        var (utc, at) = (time.GetUtcNow().UtcDateTime, now());
        AuditRecord[] records =
            [.. facts.Where(IsOfAccount).Select(fact => AuditRecord.Of(fact, utc - (at - fact.At)))];
        if (records.Length > 0) Append(records);
        return facts.Count;
    }

    private void Append(AuditRecord[] records)
    {
        if (IsDryRun) records = Array.ConvertAll(records, record => record with { DryRun = true });
        if (_untold > 0) records[0] = records[0] with { Lost = _untold };
        try
        {
            _writer.Append(records);
            _untold = 0;
            _hash = _writer.Head.Hash;
            Interlocked.Add(ref _written, records.Length);
            if (_fault is not null) WrittenAgain(log, Lost);
            _fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Lose(records.Length);
            if (_fault is null) NotWritten(log, File, e.Message);
            _fault = e.Message;
        }
    }

    private void Lose(long records)
    {
        _untold += records;
        Interlocked.Add(ref _lost, records);
    }

    private AuditRecord Of(string what) => new() { Time = time.GetUtcNow().UtcDateTime, Event = what };

    // What sums others up, and what is no change, is for the log.
    private static bool IsOfAccount(FlowEvent fact) => fact is
    {
        Count: 0,
        Kind: FlowEventKind.Requested or FlowEventKind.Programmed or FlowEventKind.Rejected or FlowEventKind.Repaired
            or FlowEventKind.Adopted or FlowEventKind.Ended or FlowEventKind.Purged or FlowEventKind.TargetLost
            or FlowEventKind.Ordered or FlowEventKind.OrderFailed,
    } or { Kind: FlowEventKind.TargetBack };

    [LoggerMessage(EventId = 710, Level = LogLevel.Error, Message =
        "the audit is not written: {File}: {Reason}; flows are installed all the same")]
    private static partial void NotWritten(ILogger log, string file, string reason);

    [LoggerMessage(EventId = 711, Level = LogLevel.Information, Message =
        "the audit is written again; {Lost} records were lost since the start")]
    private static partial void WrittenAgain(ILogger log, long lost);
}

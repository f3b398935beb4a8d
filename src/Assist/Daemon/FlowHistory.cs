using System.Text;
using Assist.Audit;
using Assist.Configuration;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>Tells of one flow why it is there and what has become of it: from the audit where one is kept, else from
/// the last facts. Never enters the table's loop.</summary>
internal sealed class FlowHistory(
    CauseReporter causes, FlowEvents events, Func<TimeSpan> now, AuditOptions audit, TimeProvider time) : IDisposable
{
    private const int MostEvents = 200;

    // In bytes, from the end: whoever asks must not have the daemon read a disk for long.
    private const int MostOfAudit = 8 << 20;

    // Of those who ask, one reads.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Null where nothing is known of it.</summary>
    public async Task<FlowReport?> OfAsync(string name)
    {
        var cause = causes.CauseOf(name);
        var kept = audit.File is null ? null : await FromAuditAsync(name);
        var history = kept ?? FromMemory(name);
        return cause is null && history.Count == 0 ? null : new FlowReport
        {
            Cause = cause,
            Commands = causes.CommandsOf(name),
            History = history,
            Source = kept is null ? "memory" : "audit",
        };
    }

    private List<EventStatus> FromMemory(string name)
    {
        var (cursor, utc, at) = (0L, time.GetUtcNow().UtcDateTime, now());
        return
        [
            .. events.Read(ref cursor, FlowEvents.Capacity, out _)
                .Where(fact => !EventStatus.IsSum(fact) && fact.Flow == name).TakeLast(MostEvents)
                .Select(fact => EventStatus.Of(fact, utc - (at - fact.At))),
        ];
    }

    // Null where it cannot be read.
    private async Task<List<EventStatus>?> FromAuditAsync(string name)
    {
        await _turn.WaitAsync();
        try
        {
            return await Task.Run(() => Read(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private List<EventStatus> Read(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return
        [
            .. new AuditFiles(audit).LastLines(MostOfAudit)
                .Where(line => line.AsSpan().IndexOf(bytes) >= 0).Select(line => AuditChain.Read(line)?.Record)
                .OfType<AuditRecord>().Where(record => record.Flow == name).TakeLast(MostEvents).Select(Of),
        ];
    }

    private static EventStatus Of(AuditRecord record) => new()
    {
        Time = record.Time,
        Event = record.Event,
        Flow = record.Flow,
        Action = record.Action,
        Match = record.Match,
        Rule = record.Rule,
        Reason = record.Reason,
        Message = record.Message,
    };
}

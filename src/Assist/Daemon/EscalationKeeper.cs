using Assist.Enforcement;
using Assist.Flows;
using Assist.Rules;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Takes the memory of repeated drops over a restart. What goes wrong with its file costs that and nothing
/// else.</summary>
internal sealed partial class EscalationKeeper(
    EscalationFile file, Escalation memory, FlowController controller, TimeProvider time, ILogger<EscalationKeeper> log)
{
    /// <summary>The memory is written as often at most: the file may stand on flash.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private int _writtenRevision;
    private volatile string? _fault;

    /// <summary>Why the memory would not outlive the daemon; null while it would.</summary>
    public string? Fault => _fault;

    /// <summary>To be called before the table has an owner.</summary>
    public void Load()
    {
        try
        {
            memory.Restore(file.Read(time.GetUtcNow().UtcDateTime, controller.Now), controller.Now);
            if (memory.Count > 0) Loaded(log, memory.Count);
        }
        catch (StateFileException e)
        {
            NotLoaded(log, e.Message);
        }
        _writtenRevision = memory.Revision;
    }

    /// <summary>Writes what has changed until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stopping);
                // The owner gives a copy; the file is not its business.
                if (await controller.AskAsync(_ => Changed()).WaitAsync(stopping) is { } changed) Write(changed);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The last change is written when the table has stopped.
        }
    }

    /// <summary>To be called when the table has no owner any more.</summary>
    public void WriteLast()
    {
        if (Changed() is { } changed) Write(changed);
    }

    private Snapshot? Changed() => memory.Revision == _writtenRevision ? null
        : new Snapshot(
            memory.Remembered(controller.Now), memory.Revision, controller.Now, time.GetUtcNow().UtcDateTime);

    private void Write(Snapshot changed)
    {
        try
        {
            file.Write(changed.Drops, changed.UtcNow, changed.Now);
            _writtenRevision = changed.Revision;
            if (_fault is not null) WrittenAgain(log);
            _fault = null;
        }
        catch (StateFileException e)
        {
            if (_fault is null) NotWritten(log, e.Message);
            _fault = e.Message;
        }
    }

    private sealed record Snapshot(IReadOnlyList<RememberedDrop> Drops, int Revision, TimeSpan Now, DateTime UtcNow);

    [LoggerMessage(EventId = 641, Level = LogLevel.Information, Message =
        "escalation: {Count} drops of earlier runs are remembered")]
    private static partial void Loaded(ILogger log, int count);

    [LoggerMessage(EventId = 642, Level = LogLevel.Warning, Message =
        "escalation starts with no remembered drops: {Reason}")]
    private static partial void NotLoaded(ILogger log, string reason);

    [LoggerMessage(EventId = 643, Level = LogLevel.Warning, Message =
        "escalation will not outlive a restart: {Reason}; retrying")]
    private static partial void NotWritten(ILogger log, string reason);

    [LoggerMessage(EventId = 644, Level = LogLevel.Information, Message =
        "escalation will outlive a restart again")]
    private static partial void WrittenAgain(ILogger log);
}

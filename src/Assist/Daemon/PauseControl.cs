using Assist.Enforcement;
using Assist.Rules;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Pausing and resuming on an operator's word: at once on the table's loop, then in the file that outlives
/// the daemon.</summary>
internal sealed partial class PauseControl(
    PauseFile file, FlowController controller, TimeProvider time, ILogger<PauseControl> log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Null while the daemon acts.</summary>
    public Pause? Current { get; private set; }

    /// <summary>Why the file does not say what is so; null where it does.</summary>
    public string? Fault { get; private set; }

    /// <summary>False while the loop has not taken the last order yet.</summary>
    public bool IsInForce { get; private set; } = true;

    /// <summary>Takes over the pause of an earlier run, before the table's loop begins. After a panic nothing that the
    /// switch still holds is taken over either.</summary>
    public void Restore()
    {
        Current = file.Read(time.GetUtcNow());
        if (Current is null) return;
        Obey(Current.By);
        StillPaused(log, Current);
    }

    /// <summary>A pause that is there already keeps its time and words, unless a panic replaces it.</summary>
    public async Task<Pause> PauseAsync(string by, string? reason)
    {
        // At once, and again when a resume that was under way has had its turn.
        await OrderAsync(() => Obey(by));
        await _turn.WaitAsync();
        try
        {
            await OrderAsync(() => Obey(by));
            if (Current is null || by == Pause.Panic) Current = new Pause(time.GetUtcNow(), by, reason);
            Fault = file.Write(Current);
            Paused(log, Current);
            if (Fault is not null) NotKept(log, Fault);
            return Current;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task ResumeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            Fault = file.Remove();
            await OrderAsync(controller.Resume);
            if (Current is not null) Resumed(log);
            Current = null;
            if (Fault is not null) NotKept(log, Fault);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Obey(string by)
    {
        if (by == Pause.Panic) controller.PauseAndClear();
        else controller.Pause();
    }

    // A loop that is stuck takes the order when it goes on; the file must not wait for that, since a restart may come
    // first.
    private async Task OrderAsync(Action order)
    {
        try
        {
            await controller.AskAsync(_ => { order(); return true; }).WaitAsync(FlowOrders.Patience, time);
            IsInForce = true;
        }
        catch (TimeoutException)
        {
            IsInForce = false;
        }
    }

    public void Dispose() => _turn.Dispose();

    [LoggerMessage(EventId = 611, Level = LogLevel.Warning, Message =
        "{Pause}: verdicts are counted but not acted on")]
    private static partial void Paused(ILogger log, Pause pause);

    [LoggerMessage(EventId = 612, Level = LogLevel.Warning, Message =
        "still {Pause}; `assist resume` ends the pause")]
    private static partial void StillPaused(ILogger log, Pause pause);

    [LoggerMessage(EventId = 613, Level = LogLevel.Warning, Message = "resumed: verdicts are acted on again")]
    private static partial void Resumed(ILogger log);

    [LoggerMessage(EventId = 614, Level = LogLevel.Error, Message =
        "a restart will not know of the pause or its end: {Reason}")]
    private static partial void NotKept(ILogger log, string reason);
}

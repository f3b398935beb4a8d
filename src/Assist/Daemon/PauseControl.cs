using Assist.Enforcement;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Pausing and resuming on an operator's word: at once on the loops of the tables, then in the file that
/// outlives the daemon.</summary>
internal sealed partial class PauseControl(
    PauseFile file, IReadOnlyList<FlowController> controllers, TimeProvider time, ILogger<PauseControl> log)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Of the current pause; null where it has no end.
    private Term? _term;

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
        var now = time.GetUtcNow();
        if (file.Read(now) is not { } kept) return;
        if (kept.Left(now) <= TimeSpan.Zero)
        {
            Fault = file.Remove();
            OverMeanwhile(log, kept);
            return;
        }
        foreach (var controller in controllers) Obey(controller, kept.By);
        Take(kept, now);
        StillPaused(log, kept);
    }

    /// <summary>Of two orders <see cref="Pause.With"/> says what holds.</summary>
    public async Task<Pause> PauseAsync(Pause asked)
    {
        // At once, and again when a resume that was under way has had its turn.
        await OrderAsync(controller => Obey(controller, asked.By));
        await _turn.WaitAsync();
        try
        {
            await OrderAsync(controller => Obey(controller, asked.By));
            var pause = Take(Current?.With(asked) ?? asked, time.GetUtcNow());
            Fault = file.Write(pause);
            Paused(log, pause);
            if (Fault is not null) NotKept(log, Fault);
            return pause;
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task ResumeAsync() => ResumeAsync(() => true);

    /// <summary>Resumes where the pause was given an end, and that has come; true if so.</summary>
    public async Task<bool> EndIfOverAsync() => IsOver() && await ResumeAsync(IsOver);

    private bool IsOver() => _term is { } term && term.IsOver(time);

    private async Task<bool> ResumeAsync(Func<bool> isMeant)
    {
        await _turn.WaitAsync();
        try
        {
            // It may have been made longer meanwhile.
            if (!isMeant()) return false;
            Fault = file.Remove();
            await OrderAsync(controller => controller.Resume());
            if (Current is not null) Resumed(log);
            (Current, _term) = (null, null);
            if (Fault is not null) NotKept(log, Fault);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private Pause Take(Pause pause, DateTimeOffset now)
    {
        Current = pause;
        _term = pause.Until is null ? null : Term.From(time, pause.Left(now));
        return pause;
    }

    private static void Obey(FlowController controller, string by)
    {
        if (by == Pause.Panic) controller.PauseAndClear();
        else controller.Pause();
    }

    // A loop that is stuck takes the order when it goes on; the file must not wait for that, since a restart may come
    // first.
    private async Task OrderAsync(Action<FlowController> order)
    {
        try
        {
            await Task.WhenAll(controllers.Select(
                controller => controller.AskAsync(_ => { order(controller); return true; })))
                .WaitAsync(FlowOrders.Patience, time);
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

    [LoggerMessage(EventId = 615, Level = LogLevel.Warning, Message =
        "{Pause}; the pause ended while no daemon ran: verdicts are acted on")]
    private static partial void OverMeanwhile(ILogger log, Pause pause);
}

namespace Assist.Replay;

/// <summary>A clock that stands still until it is moved forward.</summary>
internal sealed class ReplayClock(DateTime start) : TimeProvider
{
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed
    {
        get => _elapsed;
        set => _elapsed = value > _elapsed ? value : _elapsed;
    }

    public DateTime Utc => start + _elapsed;

    public TimeSpan At(DateTime utc) => utc - start;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => new(Utc, TimeSpan.Zero);
}

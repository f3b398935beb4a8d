namespace Assist.Flows;

/// <summary>When the switch is read, and whether a glance is enough. What was just sent is looked for by a glance, which costs
/// the switch half of a whole reading; what a glance does not settle, and everything once an interval, is read as a whole.
/// Pure; touched only by the loop that owns the table.</summary>
internal sealed class ReadBack(TimeSpan interval)
{
    // After a change the switch is read at once, then less and less often until it has programmed everything.
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);

    // While more is to be sent, at most so long passes without looking what became of what was sent.
    private static readonly TimeSpan s_longestBlindSending = TimeSpan.FromSeconds(1);

    private bool _mustBeWhole = true;
    private TimeSpan _wholeDue;
    private TimeSpan _readAt;
    private TimeSpan _delay;

    public TimeSpan Due { get; private set; }

    /// <param name="hasRemovals">That an entry is gone, only a whole reading tells.</param>
    public bool MayGlance(TimeSpan now, bool hasRemovals) => !_mustBeWhole && !hasRemovals && now < _wholeDue;

    /// <summary>The whole table, before anything else is sent.</summary>
    public void ReadAllFirst() => (Due, _delay, _mustBeWhole) = (TimeSpan.Zero, TimeSpan.Zero, true);

    /// <param name="hasMore">More waits to be sent.</param>
    /// <param name="isTaken">False where the switch refused some of what was sent.</param>
    public void Sent(bool hasMore, bool isTaken)
    {
        (Due, _delay) = (hasMore ? _readAt + s_longestBlindSending : TimeSpan.Zero, TimeSpan.Zero);
        _mustBeWhole |= !isTaken;
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void Read(TimeSpan now, bool isSettled)
    {
        _wholeDue = now + interval;
        Glanced(now, isSettled);
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void Glanced(TimeSpan now, bool isSettled)
    {
        (_readAt, _mustBeWhole) = (now, !isSettled);
        _delay = _delay < s_firstDelay ? s_firstDelay : _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
        Due = isSettled || now + _delay > _wholeDue ? _wholeDue : now + _delay;
    }
}

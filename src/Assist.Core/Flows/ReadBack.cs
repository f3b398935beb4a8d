namespace Assist.Flows;

/// <summary>When the switch is read, and whether a glance is enough. What was just sent is looked for by a glance, which costs
/// the switch half of a whole reading; what a glance does not settle, and everything once an interval, is read as a whole.
/// Pure; touched only by the loop that owns the table.</summary>
internal sealed class ReadBack(TimeSpan interval)
{
    // After a change the switch gets the time that it has lately needed to program what it took: a look that comes too early
    // costs more than a late one. Where a first look finds all, so much less next time, else so much more.
    private static readonly TimeSpan s_sooner = TimeSpan.FromMilliseconds(0.05);
    private static readonly TimeSpan s_later = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_latest = TimeSpan.FromMilliseconds(50);

    // From then on it is looked at less and less often until it has programmed everything.
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);

    // While more is to be sent, at most so long passes without looking what became of what was sent.
    private static readonly TimeSpan s_longestBlindSending = TimeSpan.FromSeconds(1);

    private bool _mustBeWhole = true;
    private TimeSpan _wholeDue;
    private TimeSpan _readAt;
    private TimeSpan _delay;
    private TimeSpan _grace;

    public TimeSpan Due { get; private set; }

    /// <param name="isInDoubt">Something is awaited that a glance may never show.</param>
    public bool MayGlance(TimeSpan now, bool isInDoubt) => !_mustBeWhole && !isInDoubt && now < _wholeDue;

    /// <summary>The whole table, before anything else is sent.</summary>
    public void ReadAllFirst() => (Due, _delay, _mustBeWhole) = (TimeSpan.Zero, TimeSpan.Zero, true);

    /// <param name="hasMore">More waits to be sent.</param>
    /// <param name="isTaken">False where the switch refused some of what was sent.</param>
    public void Sent(TimeSpan now, bool hasMore, bool isTaken)
    {
        (Due, _delay) = (hasMore ? _readAt + s_longestBlindSending : now + _grace, TimeSpan.Zero);
        _mustBeWhole |= !isTaken;
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void Read(TimeSpan now, bool isSettled)
    {
        (_wholeDue, _mustBeWhole) = (now + interval, false);
        Glanced(now, isSettled);
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void Glanced(TimeSpan now, bool isSettled)
    {
        _readAt = now;
        if (_delay == TimeSpan.Zero) Learn(isSettled);
        _delay = _delay < s_firstDelay ? s_firstDelay : _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
        Due = isSettled || now + _delay > _wholeDue ? _wholeDue : now + _delay;
    }

    private void Learn(bool isInTime)
    {
        _grace += isInTime ? -s_sooner : s_later;
        if (_grace < TimeSpan.Zero) _grace = TimeSpan.Zero;
        if (_grace > s_latest) _grace = s_latest;
    }
}

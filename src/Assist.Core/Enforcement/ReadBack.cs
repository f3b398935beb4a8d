using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>When the switch is read, and whether a quick reading is enough. What was just sent is looked for by a quick
/// reading, which takes one request instead of two; what a quick reading does not settle, and everything once an
/// interval, is read as a whole. Pure; touched only by the loop that owns the table.</summary>
internal sealed class ReadBack(TimeSpan interval)
{
    // After a change the switch gets the time that it has lately needed to program what it took: a look that comes too
    // early costs more than a late one. Where a look after it finds all, so much less next time, else so much more.
    private static readonly TimeSpan s_sooner = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan s_later = TimeSpan.FromMilliseconds(5);

    // So long at the most, also where more is sent meanwhile; where more waits to be sent, so long since the last look.
    private static readonly TimeSpan s_longestGrace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestBlindSending = TimeSpan.FromSeconds(1);

    // What is not found is looked for less and less often.
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);

    // Where something is sent, everything is read at least as often as packets are measured: what the switch has ended
    // makes room, and the least active are known.
    private static readonly TimeSpan s_busyInterval = FlowRecord.ShortestMeasurement;

    private bool _mustBeWhole = true;
    private TimeSpan _wholeAt;
    private TimeSpan _wholeDue;
    private TimeSpan _lookedAt;
    private TimeSpan? _unseenSince;
    private TimeSpan _delay;
    private TimeSpan _grace;
    private bool _isGraceOver;

    public TimeSpan Due { get; private set; }

    /// <param name="isInDoubt">Something is awaited that a quick reading may never show.</param>
    public bool MayReadQuickly(TimeSpan now, bool isInDoubt) => !_mustBeWhole && !isInDoubt && now < _wholeDue;

    /// <summary>The whole table, before anything else is sent.</summary>
    public void ReadAllFirst() => (Due, _mustBeWhole) = (TimeSpan.Zero, true);

    /// <summary>A whole reading begins: it shows what was asked for until now.</summary>
    public void ReadingBegins() => _mustBeWhole = false;

    /// <param name="hasMore">More waits to be sent.</param>
    /// <param name="allAccepted">False where the switch refused some of what was sent.</param>
    public void Sent(TimeSpan now, bool hasMore, bool allAccepted)
    {
        _unseenSince ??= now;
        _mustBeWhole |= !allAccepted;
        _delay = TimeSpan.Zero;
        _wholeDue = Earlier(_wholeDue, _wholeAt + s_busyInterval);
        var graceEnds = Earlier(now + _grace, _unseenSince.Value + s_longestGrace);
        // What was sent last has had its time then, and all else too.
        _isGraceOver = !hasMore && graceEnds == now + _grace;
        Due = Earlier(_wholeDue, hasMore ? _lookedAt + s_longestBlindSending : graceEnds);
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void Read(TimeSpan now, bool isSettled)
    {
        (_wholeAt, _wholeDue) = (now, now + interval);
        // Asked for while the reading was under way, perhaps of something newer than it shows.
        if (!_mustBeWhole) Plan(now, isSettled);
    }

    /// <param name="isSettled">All that was sent has been found.</param>
    public void ReadQuickly(TimeSpan now, bool isSettled)
    {
        if (_isGraceOver) Learn(isSettled);
        // Asked for while the quick reading was under way.
        if (!_mustBeWhole) Plan(now, isSettled);
    }

    private void Plan(TimeSpan now, bool isSettled)
    {
        (_lookedAt, _unseenSince, _isGraceOver) = (now, null, false);
        _delay = _delay < s_firstDelay ? s_firstDelay : _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
        Due = isSettled ? _wholeDue : Earlier(_wholeDue, now + _delay);
    }

    private void Learn(bool isInTime)
    {
        _grace += isInTime ? -s_sooner : s_later;
        if (_grace < TimeSpan.Zero) _grace = TimeSpan.Zero;
        if (_grace > s_longestGrace) _grace = s_longestGrace;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

namespace Assist.Syslog;

/// <summary>How many bytes a UDP socket should hold now. A long queue carries a burst over. While more comes for seconds
/// than can be handled it only makes every message old, and as many are lost all the same: then a short one lets the newest
/// through. Used by one thread.</summary>
/// <param name="full">What the configuration asks for, in bytes.</param>
public sealed class BufferLength(int full)
{
    /// <summary>Under a tenth of a second's messages at the slowest rate that rules make of it, and longer than this thread
    /// is ever kept from its socket.</summary>
    public const int WhileOverloaded = 1 << 20;

    // A burst that the full length could not hold is over by then.
    private const int LossesOfOverload = 2;
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(10);

    private int _losses;
    private TimeSpan _lostAt;

    /// <summary>Takes in what the last second was like.</summary>
    /// <param name="isLossy">Datagrams were lost in it because the socket was full.</param>
    public int After(bool isLossy, TimeSpan now)
    {
        if (isLossy)
        {
            _losses++;
            _lostAt = now;
        }
        // One second without a loss does not end an overload, and does end a burst.
        else if (_losses < LossesOfOverload || now - _lostAt >= s_calm)
        {
            _losses = 0;
        }
        return _losses >= LossesOfOverload ? Math.Min(WhileOverloaded, full) : full;
    }
}
